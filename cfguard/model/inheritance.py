"""What wrangler hands down from the top level to environments, and where bindings stand (4.164.0, read 2026-11-22)."""

from __future__ import annotations

#: Keys of an environment that fall back to the top level, each as a whole.
INHERITABLE = frozenset(
    """access account_id assets base_dir build cache compatibility_date compatibility_flags compliance_region
    exports find_additional_modules first_party_worker jsx_factory jsx_fragment keep_names limits logfwdr logpush
    main migrations minify name no_bundle observability placement preserve_file_names preview_urls previews
    python_modules route routes rules triggers tsconfig upload_source_maps workers_dev""".split()
)
#: Keys that only the top level has; an environment is subject to them all the same.
TOP_LEVEL_ONLY = frozenset(
    """$schema addresses alias data_blobs dependencies_instrumentation dev env keep_vars pages_build_output_dir
    send_metrics site text_blobs wasm_modules""".split()
)
#: Where bindings stand, what kind each place makes, and which key names the binding.
BINDING_PLACES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("d1_databases",), "d1", "binding"),
    (("kv_namespaces",), "kv", "binding"),
    (("r2_buckets",), "r2", "binding"),
    (("queues", "producers"), "queue", "binding"),
    (("durable_objects", "bindings"), "durable-object", "name"),
    (("services",), "service", "binding"),
    (("hyperdrive",), "hyperdrive", "binding"),
    (("vectorize",), "vectorize", "binding"),
    (("workflows",), "workflow", "binding"),
    (("analytics_engine_datasets",), "analytics-engine", "binding"),
    (("mtls_certificates",), "mtls-certificate", "binding"),
    (("dispatch_namespaces",), "dispatch-namespace", "binding"),
    (("secrets_store_secrets",), "secrets-store", "binding"),
    (("pipelines",), "pipeline", "binding"),
    (("send_email",), "send-email", "name"),
    (("ratelimits",), "ratelimit", "name"),
)
