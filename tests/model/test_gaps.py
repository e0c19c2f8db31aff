"""What wrangler keeps silent about, as the model sees it; the cases beside the rules show the findings."""

from __future__ import annotations

from datetime import date

import pytest

from cfguard.model.compatibility import contradiction, redundant_flags
from cfguard.model.config_file import config_files
from cfguard.model.surroundings import PathKind, Surroundings
from cfguard.model.swallowed import swallowed_keys
from cfguard.model.values import is_database_id, is_date_refused, is_substituted
from cfguard.model.worker_name import name_fault
from cfguard.syntax import parse
from cfguard.syntax.node import format_path
from cfguard.text import Source
from tests.model.projects import environment, project

BEFORE, SINCE = date(2026, 8, 3), date(2026, 8, 4)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("2026-11-01", False), ("2026-02-30", False), ("2030", False), ("2024-1-1", False), ("Jan 1 2024", False),
        ("2026-13-01", True), ("latest", True), ("", True), ("2026\u201311\u201301", True),
    ],
)  # fmt: skip
def test_a_date_is_either_refused_by_wrangler_or_ours_to_judge(text: str, refused: bool) -> None:
    assert is_date_refused(text) is refused
    found = environment(f'compatibility_date = "{text}"\n')
    assert found.compatibility_date_is_refused is refused
    codes = [
        each.code
        for each in project({"wrangler.toml": f'compatibility_date = "{text}"'}).diagnostics("wrangler")
    ]
    assert ("invalid" in codes) is refused


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("4c1b7c1e-52d1-4f7e-9d57-3d4cbb7c2a10", True), ("4C1B7C1E-52D1-4F7E-9D57-3D4CBB7C2A10", True),
        ("", False), ("local", False), ("4c1b7c1e52d14f7e9d573d4cbb7c2a10", False),
        ("00000000-0000-0000-0000-000000000001", False), ("ffffffff-ffff-ffff-ffff-ffffffffffff", False),
        ("12345678-1234-1234-1234-123456789abc", False), ("4c1b7c1e-52d1-4f7e-9d57-3d4cbb7c2a10 ", False),
    ],
)  # fmt: skip
def test_a_database_id_is_a_uuid_that_nobody_typed(text: str, possible: bool) -> None:
    assert is_database_id(text) is possible


def test_what_scripts_fill_in_is_no_placeholder_for_people() -> None:
    assert all(map(is_substituted, ("${ID}", "{{ id }}", "$ID", "__ID__", "%ID%", "<%= id %>", "@@ID@@")))
    assert not any(map(is_substituted, ("<your-id>", "YOUR_ID", "xxx", "")))


@pytest.mark.parametrize(
    ("flags", "day", "wrong"),
    [
        (("nodejs_compat",), BEFORE, False), (("nodejs_compat",), SINCE, False), (("no_nodejs_compat",), BEFORE, False),
        (("no_nodejs_compat",), SINCE, True), (("no_nodejs_compat", "no_nodejs_compat_v2"), SINCE, False),
        (("nodejs_compat", "no_nodejs_compat"), None, True), (("nodejs_compat", "nodejs_compat_v2"), None, True),
        (("nodejs_compat", "no_nodejs_compat_v2"), BEFORE, False), (("experimental:nodejs_compat_v2",), None, True),
        ((), SINCE, False),
    ],
)  # fmt: skip
def test_flags_about_node(flags: tuple[str, ...], day: date | None, wrong: bool) -> None:
    assert (contradiction(flags, day) is not None) is wrong


def test_flags_are_redundant_from_their_day_on() -> None:
    assert redundant_flags(("nodejs_compat", "other"), SINCE) == ("nodejs_compat",)
    assert redundant_flags(("nodejs_compat",), BEFORE) == ()
    assert redundant_flags(("nodejs_compat",), None) == ()


@pytest.mark.parametrize(
    ("name", "derived", "wrong"),
    [
        ("a" * 63, False, False), ("a" * 64, False, True), ("acme-", False, True), ("Acme", False, False),
        ("acme-Prod", True, True), ("acme-\u00e9", True, True), ("", False, False), ("${N}" * 40, False, False),
        ("acme-\n", True, True),
    ],
)  # fmt: skip
def test_names_that_the_api_refuses(name: str, derived: bool, wrong: bool) -> None:
    fault = name_fault(name, is_derived=derived)
    assert (fault is not None) is wrong
    assert "\n" not in (fault or "")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('[vars]\nA = "1"\nmain = "x.ts"', ["vars.main"]),
        ('[vars]\ncompatibility_date = "2026-11-01"', ["vars.compatibility_date"]),
        ('[vars]\nmain = "x.ts"', []),
        ('[vars]\na = "1"\nmain = "x.ts"', []),
        ('main = "y.ts"\n[vars]\nA = "1"\nmain = "x.ts"', []),
        ('[vars]\nA = "1"\nmain = 1', []),
        ("[vars]\nA = 1\nvars.compatibility_date = 1", []),
        ('[[kv_namespaces]]\nbinding = "A"\nmain = "x.ts"', ["kv_namespaces[0].main"]),
        ('[[env.p.kv_namespaces]]\nmain = "x.ts"', ["env.p.kv_namespaces[0].main"]),
        ('[[unknown]]\nmain = "x.ts"', []),
        ('[[workflows]]\nname = "x"\nlimits = { steps = 1 }', []),
        ('kv_namespaces = [{ binding = "A", main = "x.ts" }]', []),
        ("vars = 1", []),
        ("[[vars]]\nmain = 'x'", []),
    ],
)
def test_keys_below_a_header(text: str, keys: list[str]) -> None:
    document = parse(Source("wrangler.toml", text), "toml")
    assert [format_path(each.key) for each in swallowed_keys(document)] == keys


def test_json_swallows_nothing() -> None:
    text = '{"vars": {"A": "1", "compatibility_date": "2026-11-01"}}'
    assert swallowed_keys(parse(Source("wrangler.json", text), "jsonc")) == ()


def test_the_strongest_name_wins_from_any_folder_above() -> None:
    files = {
        "wrangler.jsonc": "{}",
        "a/wrangler.toml": "",
        "a/b/wrangler.json": "{}",
        "a/b/wrangler.jsonc": "{}",
        "c/wrangler.jsonc": "{}",
        "c/wrangler.production.toml": "",
    }
    assert {each.path: each.shadowed_by for each in project(files).config_files} == {
        "wrangler.jsonc": None,
        "a/wrangler.toml": "wrangler.jsonc",
        "a/b/wrangler.json": None,
        "a/b/wrangler.jsonc": "a/b/wrangler.json",
        "c/wrangler.jsonc": None,
    }


def test_a_config_above_the_path_that_is_checked_is_found_on_disk() -> None:
    asked: list[str] = []

    def path_kind(path: str) -> PathKind:
        asked.append(path)
        return "file" if path == "apps/wrangler.json" else None

    configs = [parse(Source(f"apps/{name}/wrangler.toml", ""), "toml") for name in ("api", "web")]
    found = list(config_files(configs, Surroundings(path_kind=path_kind)))
    assert [each.shadowed_by for each in found] == ["apps/wrangler.json"] * 2
    assert [each.is_shadowed_by_neighbour for each in found] == [False, False]
    assert len(asked) == len(set(asked))


def test_a_command_is_read_with_its_options_in_any_form() -> None:
    files = {
        "apps/api/wrangler.toml": "",
        "package.json": '{"scripts": {"a": "concurrently \\"npx wrangler dev --config=apps/api/wrangler.toml\\" x"}}',
    }
    (found,) = project(files).config_files
    assert found.is_named_by_command


@pytest.mark.parametrize(
    ("folder", "is_for_tests"),
    [
        ("src/tests", True), ("e2e", True), ("packages/x/runtime-tests", True), ("__tests__/a", True),
        ("", False), ("apps/latest", False), ("contest", False), ("apps/testing", False),
    ],
)  # fmt: skip
def test_folders_of_tests_by_their_names(folder: str, is_for_tests: bool) -> None:
    assert Surroundings().is_for_tests(folder) is is_for_tests


def test_only_consumers_of_deployed_environments_meet() -> None:
    queue = 'queues = {{ consumers = [{{ queue = "{}" }}] }}\n'
    text = (
        queue.format("a")
        + "[env.dev]\n" + queue.format("a")
        + "[env.staging]\n" + queue.format("a")
        + "[env.production]\n" + queue.format("a")
    )  # fmt: skip
    consumers = project({"wrangler.toml": text}).queue_consumers
    assert {each.environment.name: each.first and each.first.environment.name for each in consumers} == {
        "": None, "dev": None, "staging": None, "production": "staging",
    }  # fmt: skip
