"""Checks that join several places: Durable Objects, Workflows, containers, Pages, routes, placement."""

from __future__ import annotations

import pytest

from cfguard.wrangler import validate
from tests.wrangler.read import document, findings, lines, one

ROOM = '[[durable_objects.bindings]]\nname = "ROOM"\nclass_name = "Room"\n'
BOX = '[[containers]]\nname = "box"\nclass_name = "Box"\nimage = "docker.io/httpd:1"\n'


def test_a_durable_object_needs_a_life_cycle() -> None:
    assert one(ROOM).code == "lifecycle-missing"
    assert findings(ROOM + '[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["Room"]') == ()
    assert findings(ROOM + '[exports.Room]\ntype = "durable-object"\nstorage = "sqlite"') == ()
    assert findings(ROOM + 'script_name = "other"') == ()


def test_migrations_and_exports_exclude_each_other() -> None:
    text = ROOM + '[[migrations]]\ntag = "v1"\n[exports.Room]\ntype = "durable-object"\nstorage = "sqlite"'
    row = one(text)
    assert (row.code, row.key) == ("invalid", ("exports", "Room"))


def test_states_of_an_export_allow_their_own_keys() -> None:
    text = '[exports.Old]\ntype = "durable-object"\nstate = "renamed"\nrenamed_to = "Old"\nstorage = "sqlite"'
    assert lines(text) == [
        'invalid @"Old": `exports.Old.renamed_to` is the class itself; another name was expected',
        "invalid @storage: unknown key `storage` in `exports.Old`",
    ]
    assert lines('[exports.A]\ntype = "worker"\n[exports.B]\ntype = "durable-objct"') == [
        'invalid @"durable-objct": `exports.B.type` is `durable-objct`; did you mean `durable-object`?'
    ]


def test_workflow_names_are_unique() -> None:
    entry = '[[workflows]]\nbinding = "W{0}"\nname = "sync"\nclass_name = "W{0}"\n'
    assert [row.key for row in findings(entry.format(1) + entry.format(2))] == [("workflows", 1, "name")]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (BOX, "two containers are called `box`"),
        (BOX.replace('"box"', '"two"'), "Durable Object `Box` has two containers"),
        (
            '[exports.Box]\ntype = "durable-object"\nstorage = "sqlite"\ncontainer = "other"',
            "no container is called so",
        ),
        (
            '[exports.Else]\ntype = "durable-object"\nstorage = "sqlite"',
            "`exports` has no such live Durable Object",
        ),
        ('[exports.Box]\ntype = "durable-object"\nstorage = "legacy-kv"', "`sqlite` was expected"),
    ],
)
def test_containers_and_classes_match(more: str, words: str) -> None:
    assert findings(BOX) == ()
    assert any(words in row.message for row in findings(BOX + more))


def test_a_container_without_a_name_takes_that_of_the_worker() -> None:
    unnamed = BOX.replace('name = "box"\n', "", 1)
    assert "has no `name`" in one(unnamed).message
    assert findings('name = "shop"\n' + unnamed) == ()


def test_an_image_may_be_a_file_only_the_folder_knows() -> None:
    text = BOX.replace("docker.io/httpd:1", "./Dockerfile")
    assert validate(document(text)) == ()
    assert validate(document(text), path_kind=lambda path: "file") == ()
    assert "is a folder" in validate(document(text), path_kind=lambda path: "folder")[0].message
    assert "neither an existing file" in validate(document(text), path_kind=lambda path: None)[0].message


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ("[10, 50, 100]", 0),
        ("[50, 10, 100]", 1),
        ("[5, 100]", 1),
        ("[10, 50]", 1),
        ('["10", 100]', 1),
        ("7", 1),
    ],
)
def test_roll_outs_rise_to_a_hundred(steps: str, wrong: int) -> None:
    assert len(findings(BOX + f"rollout_step_percentage = {steps}")) == wrong


PAGES = 'name = "shop"\npages_build_output_dir = "dist"\n'


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('main = "a.ts"', "main"),
        ("routes = ['a']", "routes"),
        ("[env.staging]\nminify = true", "env"),
        ("[[queues.consumers]]\nqueue = 'q'", "queues"),
        ("[observability]\nenabled = false", "observability"),
        ('[build]\ncwd = "x"', "build"),
        ("[vars]\nASSETS = 'x'", "vars"),
        (ROOM + '[[migrations]]\ntag = "v1"', "migrations"),
    ],
)
def test_pages_projects_lack_some_keys(more: str, key: str) -> None:
    assert key in {row.key[0] for row in findings(PAGES + more) if row.severity == "error"}


@pytest.mark.parametrize(
    "more", ["[observability]\nenabled = true", "[build]\nwatch_dir = './src'", "triggers = {}", ""]
)
def test_pages_projects_may_repeat_defaults(more: str) -> None:
    assert findings(PAGES + more) == ()


def test_a_pages_project_has_a_name() -> None:
    row = one('pages_build_output_dir = "dist"')
    assert row.key == ("name",)


def test_placement_is_one_of_three_forms() -> None:
    assert findings('[placement]\nmode = "smart"\nhint = "wnam"') == ()
    assert findings('[placement]\nregion = "aws:eu-west-1"') == ()
    assert [row.key[-1] for row in findings('[placement]\nmode = "off"\nhint = "wnam"')] == ["hint"]
    assert [row.key[-1] for row in findings('[placement]\nhost = "a"\nregion = "b"')] == ["region"]
    assert "did you mean `smart`?" in one('[placement]\nmode = "smrt"').message
    assert one('[placement]\nmode = "targeted"').key == ("placement", "region")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('route = "a/*"\nroutes = []', "route"),
        ('routes = [{ pattern = "a", zone_id = "z", zone_name = "n" }]', "zone_name"),
        ('routes = [{ pattern = "a", enabled = true, zone_id = "z" }]', "enabled"),
        ('routes = [{ pattern = "a" }]', "zone_name"),
        ('routes = [""]', 0),
    ],
)
def test_routes(text: str, wrong: str | int) -> None:
    row = one(text)
    assert (row.code, row.key[-1]) == ("invalid", wrong)


def test_ignored_values_draw_a_warning() -> None:
    assert [row.code for row in findings('account_id = ""\nroute = ""')] == ["ignored-value", "ignored-value"]


def test_a_queue_producer_with_an_unknown_key_is_not_looked_at_further() -> None:
    assert [row.code for row in findings("[[queues.producers]]\nqueu = 'q'")] == ["unexpected-field"]


def test_experimental_fields_are_told() -> None:
    assert one("[unsafe]\nmetadata = { a = 1 }").code == "experimental-field"


def test_switching_observability_needs_a_switch() -> None:
    assert one("[observability]\nhead_sampling_rate = 0.5").key == ("observability", "enabled")
    assert findings('[observability]\nenabled = "yes"\nlogs = { enabled = true }') == ()
    assert len(findings("[observability]\nenabled = true\nhead_sampling_rate = 2")) == 1


def test_the_root_may_be_no_table() -> None:
    assert [row.severity for row in findings("5", "jsonc")] == ["error"]
    assert [row.severity for row in findings("[1]", "jsonc")] == ["warning"]
    assert findings("[]", "jsonc") == ()
