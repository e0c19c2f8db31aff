"""What wrangler hands down from the top level to environments, and where bindings stand (4.164.0, read 2026-11-22)."""

from __future__ import annotations

from cfguard.named_tuple import NamedTuple

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
#: Keys that mean a Worker and no Pages project.
WORKERS_ONLY = (
    "main", "route", "routes", "workers_dev", "triggers", "assets", "site", "migrations", "workflows", "containers",
    "observability", "tail_consumers", "logpush", "exports", "build",
)  # fmt: skip


class BindingPlace(NamedTuple):
    """Where bindings of a kind stand, which key names them, and which keys say what they are bound to."""

    path: tuple[str, ...]
    kind: str
    name_key: str
    targets: tuple[str, ...]


#: Arrays of bindings, in the order that people are shown.
BINDING_PLACES: tuple[BindingPlace, ...] = (
    BindingPlace(("d1_databases",), "d1", "binding", ("database_id", "database_name")),
    BindingPlace(("kv_namespaces",), "kv", "binding", ("id",)),
    BindingPlace(("r2_buckets",), "r2", "binding", ("bucket_name",)),
    BindingPlace(("queues", "producers"), "queue", "binding", ("queue",)),
    BindingPlace(("durable_objects", "bindings"), "durable-object", "name", ("class_name",)),
    BindingPlace(("services",), "service", "binding", ("service",)),
    BindingPlace(("hyperdrive",), "hyperdrive", "binding", ("id",)),
    BindingPlace(("vectorize",), "vectorize", "binding", ("index_name",)),
    BindingPlace(("workflows",), "workflow", "binding", ("name",)),
    BindingPlace(("analytics_engine_datasets",), "analytics-engine", "binding", ("dataset",)),
    BindingPlace(("mtls_certificates",), "mtls-certificate", "binding", ("certificate_id",)),
    BindingPlace(("dispatch_namespaces",), "dispatch-namespace", "binding", ("namespace",)),
    BindingPlace(("secrets_store_secrets",), "secrets-store", "binding", ("secret_name",)),
    BindingPlace(("pipelines",), "pipeline", "binding", ("stream", "pipeline")),
    BindingPlace(("send_email",), "send-email", "name", ("destination_address",)),
    BindingPlace(("ratelimits",), "ratelimit", "name", ("namespace_id",)),
)
#: Bindings of which there is one: a table with the name in ``binding``.
SINGLE_BINDINGS = ("ai", "browser", "images", "media", "stream", "version_metadata", "analytics")
