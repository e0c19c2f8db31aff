"""Right examples of every section of a wrangler config, to mutate from."""

from __future__ import annotations

from typing import Any

_IMAGE = "registry.cloudflare.com/acct/app@sha256:" + "0a" * 32


def _bound(**rest: Any) -> list[dict[str, Any]]:
    return [{"binding": "FIRST", **rest}]


SECTIONS: dict[str, list[Any]] = {
    "$schema": ["node_modules/wrangler/config-schema.json"],
    "account_id": ["0123456789abcdef0123456789abcdef", ""],
    "main": ["src/worker.ts", "src/entry.py"],
    "compatibility_date": ["2025-12-31", "2024-1-1", "2026-02-30", "Jan 5 2026"],
    "compatibility_flags": [["nodejs_compat"], ["python_workers"], []],
    "workers_dev": [True],
    "preview_urls": [False],
    "logpush": [True],
    "minify": [True],
    "keep_names": [True],
    "no_bundle": [False],
    "first_party_worker": [False],
    "find_additional_modules": [True],
    "preserve_file_names": [True],
    "upload_source_maps": [True],
    "base_dir": ["src"],
    "tsconfig": ["tsconfig.build.json"],
    "jsx_factory": ["h", "React.createElement"],
    "jsx_fragment": ["Fragment"],
    "route": ["shop.example.com/*", {"pattern": "shop.example.com/*", "zone_name": "example.com"}, ""],
    "routes": [
        ["a.example.com/*", {"pattern": "b.example.com/*", "zone_id": "0a1b"}],
        [{"pattern": "shop.example.com", "custom_domain": True, "previews_enabled": True}],
        [],
    ],
    "triggers": [
        {"crons": ["0 3 * * *"]},
        {
            "events": [
                {
                    "type": "cf.artifacts.repo.pushed",
                    "filter": {"namespace": "team", "repo_name": "shop"},
                    "targets": [{"type": "workflow", "workflow_name": "import-orders"}],
                }
            ]
        },
        {},
    ],
    "rules": [[{"type": "Text", "globs": ["**/*.md"], "fallthrough": True}], []],
    "build": [
        {"command": "npm run build", "cwd": ".", "watch_dir": ["src", "lib"]},
        {"watch_dir": "./src"},
        {},
    ],
    "limits": [{"cpu_ms": 100, "subrequests": 50}],
    "placement": [
        {"mode": "smart"},
        {"mode": "smart", "hint": "wnam"},
        {"mode": "targeted", "region": "aws:eu-west-1"},
        {"host": "db.example.com:5432"},
        {"mode": "off"},
    ],
    "assets": [
        {"directory": "public", "binding": "FILES", "html_handling": "none", "run_worker_first": True},
        {"directory": "dist", "not_found_handling": "404-page", "run_worker_first": ["/api/*"]},
        {"directory": "dist", "base_path": "/docs"},
    ],
    "migrations": [
        [{"tag": "v1", "new_sqlite_classes": ["Room"]}, {"tag": "v2", "deleted_classes": ["Room"]}],
        [{"tag": "v1", "new_classes": ["Old"], "renamed_classes": [{"from": "Old", "to": "Room"}]}],
        [{"tag": "v1", "transferred_classes": [{"from": "A", "from_script": "other", "to": "B"}]}],
        [],
    ],
    "exports": [
        {"Room": {"type": "durable-object", "storage": "sqlite"}},
        {"Old": {"type": "durable-object", "state": "renamed", "renamed_to": "Room"}},
        {
            "Gone": {"type": "durable-object", "state": "deleted"},
            "Api": {"type": "worker", "cache": {"enabled": True}},
        },
        {"Sent": {"type": "durable-object", "state": "transferred", "transferred_to": "other"}},
        {
            "In": {
                "type": "durable-object",
                "state": "expecting-transfer",
                "storage": "sqlite",
                "transfer_from": "b",
            }
        },
        {
            "Import": {
                "type": "workflow",
                "name": "import-orders",
                "schedules": "0 * * * *",
                "limits": {"steps": 10},
            }
        },
        {"Room": {"type": "durable-object", "storage": "sqlite", "container": "room"}},
        {},
    ],
    "logfwdr": [{"bindings": [{"name": "LOGS", "destination": "sink"}]}],
    "observability": [
        {"enabled": True},
        {"enabled": True, "head_sampling_rate": 0.5, "logs": {"enabled": True, "invocation_logs": False}},
        {"traces": {"enabled": True, "destinations": ["otel"], "persist": True, "head_sampling_rate": 1}},
        {"issues": {"enabled": True}, "redact_query_string": True},
    ],
    "access": [{"dev": {"aud": "abc", "identity": {"email": "dev@example.com"}}}],
    "cache": [{"enabled": True, "cross_version_cache": False}],
    "compliance_region": ["public", "fedramp_high"],
    "python_modules": [{"exclude": ["**/*.pyc"]}, {"exclude": ["tests/**"]}],
    "previews": [
        {"vars": {"STAGE": "preview"}, "kv_namespaces": [{"binding": "CACHE", "id": "k"}]},
        {"durable_objects": {"bindings": [{"name": "ROOM", "class_name": "Room"}]}, "limits": {"cpu_ms": 5}},
        {"queues": {"producers": [{"binding": "JOBS", "queue": "jobs"}]}, "placement": {"mode": "smart"}},
        {
            "containers": [{"class_name": "Box", "image": "docker.io/httpd:1"}],
            "observability": {"enabled": True},
        },
        {
            "workflows": [{"binding": "W", "name": "w", "class_name": "W"}],
            "d1_databases": [{"binding": "DB"}],
        },
        {"ai": {"binding": "AI"}, "unsafe": {"metadata": {"a": 1}}, "define": {"X": "1"}, "logpush": True},
    ],
    "vars": [{"STAGE": "top", "LIMIT": 5}, {"STAGE": "x", "NESTED": {"a": [1]}}, {"directory": "d"}, {}],
    "secrets": [{"required": ["API_TOKEN"]}],
    "define": [{"VERSION": "'1'"}],
    "durable_objects": [
        {"bindings": [{"name": "ROOM", "class_name": "Room"}]},
        {
            "bindings": [
                {"name": "FAR", "class_name": "Far", "script_name": "other", "environment": "production"}
            ]
        },
        {"bindings": [], "code_update_strategy": {"mode": "deferred", "max_delay": 12.5}},
    ],
    "workflows": [
        [{"binding": "IMPORT", "name": "import-orders", "class_name": "Import", "schedules": ["0 * * * *"]}],
        [
            {
                "binding": "IMPORT",
                "name": "import-orders",
                "class_name": "Import",
                "limits": {"steps": 25000},
                "concurrency": {"limit": 3},
                "default_retention": {"success_retention": "3 days", "error_retention": 1000},
                "jurisdiction": "eu",
            }
        ],
    ],
    "kv_namespaces": [
        _bound(id="0a1b2c", preview_id="0d0e", remote=True),
        [{"binding": "A"}, {"binding": "B"}],
    ],
    "d1_databases": [
        _bound(database_id="00000000-0000-4000-8000-000000000000", database_name="shop", migrations_dir="db"),
        [{"binding": "DB", "preview_database_id": "p", "migrations_table": "m", "jurisdiction": "eu"}],
    ],
    "r2_buckets": [
        _bound(bucket_name="shop-files", preview_bucket_name="shop-files-dev", jurisdiction="eu"),
        _bound(local_dev={"experimental_s3_credentials": {"accessKeyId": "a", "secretAccessKey": "b"}}),
    ],
    "queues": [
        {
            "producers": [{"binding": "JOBS", "queue": "jobs"}],
            "consumers": [{"queue": "jobs", "max_retries": 3}],
        },
        {"producers": [{"binding": "JOBS", "queue": "jobs", "delivery_delay": 5, "remote": True}]},
        {
            "consumers": [
                {"queue": "q", "type": "worker", "dead_letter_queue": "dead", "max_batch_timeout": 5}
            ]
        },
    ],
    "services": [
        _bound(service="auth", entrypoint="Api"),
        _bound(
            service="auth", dev={"plugin": {"package": "p", "name": "n"}, "options": {"a": 1}}, remote=True
        ),
        _bound(service="auth", environment="production"),
    ],
    "vectorize": [_bound(index_name="products", remote=True)],
    "hyperdrive": [_bound(id="0f0f", localConnectionString="postgres://localhost/shop")],
    "analytics_engine_datasets": [_bound(dataset="events")],
    "mtls_certificates": [_bound(certificate_id="cert")],
    "dispatch_namespaces": [
        _bound(namespace="tenants", outbound={"service": "out", "parameters": ["customer"]})
    ],
    "send_email": [
        [{"name": "MAIL", "destination_address": "a@example.com"}],
        [
            {
                "name": "MAIL",
                "allowed_destination_addresses": ["a@example.com"],
                "allowed_sender_addresses": ["b@c.d"],
            }
        ],
    ],
    "ai_search_namespaces": [_bound(namespace="n")],
    "ai_search": [_bound(instance_name="docs")],
    "agent_memory": [_bound(namespace="n")],
    "artifacts": [_bound(namespace="n", remote=False)],
    "pipelines": [_bound(stream="clicks"), _bound(pipeline="clicks")],
    "k2": [_bound(stream="s", remote=True)],
    "secrets_store_secrets": [_bound(store_id="s", secret_name="n")],
    "unsafe_hello_world": [_bound(enable_timer=True)],
    "flagship": [_bound(app_id="app")],
    "worker_loaders": [_bound()],
    "ratelimits": [[{"name": "LIMIT", "namespace_id": "1001", "simple": {"limit": 100, "period": 60}}]],
    "vpc_services": [_bound(service_id="s", remote=True)],
    "vpc_networks": [_bound(tunnel_id="t"), _bound(network_id="n")],
    "browser": [{"binding": "BROWSER", "remote": True}],
    "analytics": [{"binding": "SQL"}],
    "images": [{"binding": "IMAGES"}],
    "stream": [{"binding": "STREAM"}],
    "media": [{"binding": "MEDIA", "remote": True}],
    "ai": [{"binding": "AI", "remote": True}],
    "version_metadata": [{"binding": "VERSION"}],
    "connect": [
        [
            {"protocol": "tcp", "port": 5432},
            {"protocol": "udp", "port": 53, "idle_timeout_ms": 10, "address": "::"},
        ]
    ],
    "tail_consumers": [[{"service": "tail", "environment": "production"}]],
    "streaming_tail_consumers": [[{"service": "tail"}]],
    "containers": [
        [{"class_name": "Box", "image": "docker.io/httpd:1", "max_instances": 5, "instance_type": "basic"}],
        [
            {
                "name": "room",
                "class_name": "Room",
                "image": "registry.cloudflare.com/acct/app:1",
                "rollout_step_percentage": [10, 50, 100],
                "rollout_kind": "full_auto",
                "instance_type": {"vcpu": 1, "memory_mib": 512, "disk_mb": 2000},
                "constraints": {"regions": ["ENAM", "weur"], "tiers": [1], "jurisdiction": "eu"},
                "ssh": {"enabled": True, "port": 22},
                "authorized_keys": [{"name": "me", "public_key": "ssh-ed25519 AAAA"}],
                "observability": {"logs": {"enabled": True}, "target_instance_count": 3},
            }
        ],
        [
            {
                "name": "room",
                "class_name": "Room",
                "scheduling_policy": "durable_object",
                "images": {"a": {"image": _IMAGE}},
            }
        ],
        [{"name": "old", "class_name": "Old", "configuration": {"image": "docker.io/httpd:1", "vcpu": 1}}],
        [{"name": "room", "image": "docker.io/httpd:1", "scheduling_policy": "default", "instances": 2}],
    ],
    "cloudchamber": [{"image": "x", "memory": "1GB", "vcpu": 1, "ipv4": True}, {"instance_type": "lite"}],
    "unsafe": [
        {"bindings": [{"name": "NEW", "type": "new-thing", "extra": 1}], "metadata": {"a": 1}},
        {"bindings": [{"name": "KV", "type": "kv_namespace"}, {"name": "M", "type": "metadata"}]},
        {"capnp": {"base_path": "schema", "source_schemas": ["a.capnp"]}},
        {"capnp": {"compiled_schema": "schema.bin"}},
    ],
    "dev": [
        {
            "ip": "0.0.0.0",
            "port": 8787,
            "local_protocol": "http",
            "inspector_port": 9229,
            "generate_types": True,
        }
    ],
    "site": [
        {"bucket": "public", "include": ["*.html"], "exclude": []},
        {"bucket": "b", "entry-point": "site"},
    ],
    "send_metrics": [False],
    "keep_vars": [True],
    "dependencies_instrumentation": [{"enabled": True, "exclude_packages": ["left-pad"]}],
    "addresses": [["mail@example.com"]],
    "alias": [{"fs": "./fs-shim"}],
    "wasm_modules": [{"ADD": "add.wasm"}],
    "text_blobs": [{"README": "readme.txt"}],
    "data_blobs": [{"BLOB": "blob.bin"}],
}

TOP_ONLY = {
    "$schema",
    "dev",
    "site",
    "send_metrics",
    "keep_vars",
    "dependencies_instrumentation",
    "addresses",
    "alias",
    "wasm_modules",
    "text_blobs",
    "data_blobs",
}

# Values of every type that validators treat in their own ways.
INTERESTING: list[Any] = [
    None,
    "",
    "text",
    0,
    1,
    -1,
    2.5,
    True,
    False,
    [],
    {},
    ["text"],
    [1],
    [{}],
    [None],
    {"binding": "FIRST"},
    {"foo": 1},
    "true",
    "10",
]
