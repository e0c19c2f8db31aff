"""What environments inherit, what they must repeat, and that a cause is told once."""

from __future__ import annotations

from tests.wrangler.read import document, findings, lines, one


def test_a_missing_section_says_which_names_are_undefined() -> None:
    row = one('[[d1_databases]]\nbinding = "DB"\n[env.staging]\nworkers_dev = true')
    assert row.code == "binding-not-inherited"
    assert row.severity == "warning"
    assert (
        row.message
        == "environment `staging` has no `d1_databases`, which it does not inherit; `DB` is undefined in it"
    )
    assert row.key == ("env", "staging", "d1_databases")
    assert row.environment == "staging"


def test_a_missing_name_is_told_at_the_section_of_the_environment() -> None:
    text = '[vars]\nA = "1"\nB = "2"\n[env.staging.vars]\nA = "1"'
    row = one(text)
    source = document(text).source
    assert row.message == "`vars` of environment `staging` lacks `B`, which it does not inherit"
    assert source.slice(row.span) == "[env.staging.vars]"
    assert [source.slice(span) for span, _ in row.related] == ["B"]


def test_queue_producers_are_not_compared_because_wrangler_does_not() -> None:
    text = '[[{0}queues.producers]]\nbinding = "{1}"\nqueue = "jobs"\n'
    text = text.format("", "JOBS") + text.format("env.dev.", "OTHER")
    assert findings(text) == ()


def test_an_email_sender_is_compared_as_wrangler_does_and_named_as_people_do() -> None:
    row = one('[[send_email]]\nname = "MAIL"\n[env.dev]\nsend_email = []')
    assert row.message == "`send_email` of environment `dev` lacks `MAIL`, which it does not inherit"


def test_a_top_level_error_is_told_once_for_all_environments() -> None:
    rows = findings('workers_dev = "yes"\n[env.a]\nname = "x"\n[env.b]\nname = "y"')
    assert [(row.environment, row.key) for row in rows] == [(None, ("workers_dev",))]


def test_an_inherited_conflict_is_told_once() -> None:
    rows = findings('[text_blobs]\nA = "a.txt"\n[vars]\nA = "1"\n[env.x.vars]\nA = "2"')
    assert [(row.environment, row.severity) for row in rows] == [(None, "error"), ("x", "error")]


def test_an_environment_inherits_a_custom_domain() -> None:
    text = '[[routes]]\npattern = "shop.example.com"\ncustom_domain = true\n[env.staging]\nname = "s"\n'
    row = one(text)
    assert row.code == "custom-domain-inherited"
    assert "`shop.example.com`" in row.message
    assert findings(text + "routes = []") == ()


def test_define_can_only_override() -> None:
    assert [row.code for row in findings('[define]\nA = "1"\n[env.x.define]\nA = "2"\nB = "3"')] == [
        "suspicious-field"
    ]


def test_environments_that_are_no_tables() -> None:
    assert lines('{"env": {"a": null}}', "jsonc") == [
        "invalid @null: environment `a` is `null`; a table was expected"
    ]
    assert lines('[[env.a]]\nname = "x"')[0].startswith(
        "unexpected-field @[[env.a]]: environment `a` is an array"
    )


def test_nothing_is_called_missing_in_a_file_that_does_not_parse() -> None:
    whole = '[[kv_namespaces]]\nid = "k"\n[env.staging]\nname = "x"\n'
    assert {row.code for row in findings(whole)} == {"invalid", "binding-not-inherited"}
    broken = document(whole + "main = = 1\n")
    assert broken.recovered
    assert findings(whole + "main = = 1\n") == ()


def test_binding_names_are_unique_over_all_kinds() -> None:
    text = '[vars]\nDB = "x"\n[[d1_databases]]\nbinding = "DB"\n[secrets]\nrequired = ["DB"]'
    row = one(text)
    assert row.message == "binding name `DB` is used 3 times: variable, D1 database, secret"
    assert len(row.related) == 2


def test_a_name_of_every_javascript_object_crashes_wrangler() -> None:
    assert one('[vars]\nconstructor = "x"').severity == "error"


def test_site_and_python_depend_on_the_environment() -> None:
    assert [row.code for row in findings('[site]\nbucket = "b"')] == ["suspicious-field"]
    assert findings('main = "a.js"\n[site]\nbucket = "b"') == ()
    row = one('main = "a.py"\ncompatibility_flags = ["python_workers"]\n[env.x]\ncompatibility_flags = []')
    assert (row.environment, row.key) == ("x", ("main",))
