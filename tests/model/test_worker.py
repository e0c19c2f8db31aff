from __future__ import annotations

from datetime import date

import pytest

from tests.model.projects import environment, only_worker, project


def test_environments_inherit_what_wrangler_lets_them() -> None:
    found = environment(
        """
        name = "acme"
        compatibility_date = "2026-01-01"
        compatibility_flags = ["nodejs_compat"]
        main = "src/index.ts"
        route = "acme.dev/*"
        vars = { A = "1" }
        d1_databases = [{ binding = "DB", database_id = "x" }]
        [env.production]
        main = "src/live.ts"
        """,
        "production",
    )
    assert found.compatibility_date == date(2026, 1, 1)
    assert found.compatibility_flags == ("nodejs_compat",)
    assert found.hosts == ("acme.dev",)
    assert found.vars == ()
    assert found.databases == ()
    assert found.worker_name == "acme-production"
    assert found.config["main"] == "src/live.ts"
    assert set(found.config) == {"name", "compatibility_date", "compatibility_flags", "main", "route"}


def test_a_name_of_its_own_is_the_worker_s_name() -> None:
    assert environment('name = "acme"\n[env.live]\nname = "acme-live"', "live").worker_name == "acme-live"
    assert environment("[env.live]\n", "live").worker_name is None
    assert environment('name = "acme"').worker_name == "acme"


@pytest.mark.parametrize(
    ("text", "is_date", "has"),
    [
        ('"2026-11-01"', True, True), ('"2026-02-30"', False, True), ("2026-11-01", False, True), ("[]", False, True),
        ('"２０２６-11-01"', False, True), ('"2026-11-01 "', False, True), ('"0000-01-01"', False, True),
        ("7", False, True),
    ],
)  # fmt: skip
def test_a_compatibility_date_is_one_or_reads_as_absent(text: str, is_date: bool, has: bool) -> None:
    found = environment(f"compatibility_date = {text}\n")
    assert (found.compatibility_date is not None) is is_date
    assert found.has_compatibility_date is has


@pytest.mark.parametrize(
    ("id", "real"),
    [
        ('"4c1b7c1e-52d1-4f7e-9d57-3d4cbb7c2a10"', True), ('"11111111-1111-1111-1111-111111111111"', True),
        ('"00000000-0000-0000-0000-000000000000"', False), ('"<id>"', False), ('"your-id"', False), ('"local"', False),
        ('"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"', False), ('""', False), ("7", False), ('"${DB_ID}"', False),
        ('"{{ db }}"', False), ('"TODO"', False), ('"__DATABASE_ID__"', False),
    ],
)  # fmt: skip
def test_ids_that_name_a_database(id: str, real: bool) -> None:
    (found,) = environment(f'd1_databases = [{{ binding = "DB", database_id = {id} }}]').databases
    assert found.has_real_id is real


def test_bindings_of_every_kind_and_of_odd_shapes() -> None:
    found = environment(
        """
        kv_namespaces = [{ binding = "CACHE", id = "1" }, 7, "x"]
        r2_buckets = { binding = "NO" }
        durable_objects = { bindings = [{ name = "ROOM", class_name = "Room" }] }
        queues = { producers = [{ binding = "MAIL", queue = "mail" }], consumers = [{ queue = "mail" }] }
        d1_databases = [{ binding = 7, database_id = [] , remote = "yes" }]
        """
    )
    assert [(each.kind, each.name) for each in found.bindings] == [
        ("d1", None), ("kv", "CACHE"), ("queue", "MAIL"), ("durable-object", "ROOM"),
    ]  # fmt: skip
    assert found.databases[0].remote is None


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("", 8787), ("[dev]\nport = 3000", 3000), ("[dev]\nport = 0", None), ('[dev]\nport = "3000"', 8787),
        ("dev = 7", 8787), ("[dev]\nport = true", 8787), ('pages_build_output_dir = "dist"', 8788),
    ],
)  # fmt: skip
def test_the_port_of_the_dev_server(text: str, port: int | None) -> None:
    assert only_worker(text).dev_port == port


def test_files_of_one_folder_are_one_worker() -> None:
    files = {
        "wrangler.toml": 'name = "a"\n[env.staging]\n',
        "wrangler.production.toml": 'name = "a-live"\n',
        "wrangler.example.toml": 'name = "copy me"\n',
        "wrangler.staging.example.toml": "",
        "api/wrangler.jsonc": "{}",
        "api/wrangler.toml": "",
    }
    first, second = project(files).workers
    assert first.path == "api/wrangler.jsonc"
    assert [(each.name, each.own_file, each.stage) for each in second.environments] == [
        ("", False, "development"), ("staging", False, ""), ("production", True, "production"),
    ]  # fmt: skip


def test_a_separate_file_inherits_nothing_from_the_plain_one() -> None:
    files = {
        "wrangler.toml": 'compatibility_date = "2026-01-01"\n',
        "wrangler.production.toml": 'name = "a"\n',
    }
    (worker,) = project(files).workers
    assert [each.compatibility_date for each in worker.environments] == [date(2026, 1, 1), None]


@pytest.mark.parametrize(
    "text", ["env = 7", "env = []", "[env]\nx = 7", "vars = 7", "d1_databases = {}", "env.a.vars = []"]
)
def test_other_shapes_read_as_absent(text: str) -> None:
    worker = only_worker(text)
    assert [each.vars for each in worker.environments] == [()] * len(worker.environments)
    assert [each.databases for each in worker.environments] == [()] * len(worker.environments)


def test_stages_present_and_absent() -> None:
    stages = {
        each.name: [env.name for env in each.environments] for each in only_worker("[env.prod]\n").stages
    }
    assert stages == {"development": [""], "production": ["prod"]}


def test_places_are_exact_inherited_or_the_nearest_key() -> None:
    text = 'name = "a"\ncompatibility_date = "2026-01-01"\n\n[env.prod]\nworkers_dev = true\n'
    prod = environment(text, "prod")
    inherited, missing = prod.place("compatibility_date"), prod.place("vars.X")
    assert inherited.exact
    assert inherited.span is not None
    assert text[inherited.span.start : inherited.span.end] == '"2026-01-01"'
    assert not missing.exact
    assert missing.span is not None
    assert text[missing.span.start : missing.span.end] == "prod"
    assert missing.key == ("env", "prod", "vars", "X")
    key = prod.place("workers_dev ~key").span
    pair = prod.place("workers_dev ~pair").span
    assert key is not None
    assert pair is not None
    assert text[key.start : key.end] == "workers_dev"
    assert text[pair.start : pair.end] == "workers_dev = true"
    whole = environment(text).place(".").span
    assert whole is not None
    assert text[whole.start : whole.end] == '"a"', "the name stands for the top level"
    assert environment('main = "src/index.ts"\n').place(".").span is None


def test_a_broken_file_is_not_whole() -> None:
    assert not only_worker("name = ").is_whole()
    assert not environment('name = "a\n').is_whole()
    assert only_worker('name = "a"').is_whole()
