from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.finding import Finding
from cfguard.suppress import Applied, apply, parse_ignores
from cfguard.syntax import parse
from cfguard.syntax.node import Document, Format
from cfguard.text import Source

TOML = """\
# cfguard: ignore[project/whole-file] generated
name = "shop"
a = 1  # cfguard: ignore[area/one] on the line
# cfguard: ignore[area/one, area/two] above
b = 2
# cfguard: ignore[area/one] stacked
# another comment
c = 3

# cfguard: ignore[area/one] a blank line follows

d = 4
# cfguard: ignore[area/*] a value of several lines
e = [
  5,
  6,
]

# cfguard: ignore[area/one] the table and what is below it
[env.staging]
f = 7
[env.staging.vars]
g = 8
[env.production]
h = 9
[env.staging.limits]
i = 10
# cfguard: ignore[area/one] this item
[[kv]]
j = 11
[[kv]]
k = 12
"""
JSONC = """\
// cfguard: ignore[project/whole-file] generated
{
  // cfguard: ignore[area/one] all of vars
  "vars": {
    "a": 1,
    "b": { "c": 2 }
  },
  "d": 3, /* cfguard: ignore[area/one] here */
  /* cfguard: ignore[area/one]
     for two lines */
  "e": 4,
  "f": [
    // cfguard: ignore[area/one] one item
    {
      "g": 5
    },
    { "h": 6 }
  ]
}
"""
ENV = """\
# cfguard: ignore[area/one] above
A=1
B=2 # cfguard: ignore[area/one] not in env files
# cfguard: ignore[area/one] several lines
C="one
two"
D=3
"""


def document(text: str, format: Format = "toml", path: str = "w.toml") -> Document:
    return parse(Source(path, text), format)


def found(doc: Document, part: str | None, rule: str = "area/one") -> Finding:
    start = None if part is None else doc.source.text.index(part)
    node = next((node for node in doc.root.walk() if node.pair_span.start == start), None)
    span = node.pair_span if node is not None and start is not None else None
    assert (span is None) == (part is None)
    return Finding(rule, "error", "m", "h", doc.path, span)


def run(doc: Document, *findings: Finding, ran: frozenset[str] | None = None) -> Applied:
    rules = (
        ran if ran is not None else frozenset({"area/one", "area/two", "project/whole-file", "other/rule"})
    )
    return apply(findings, {doc.path: doc}, rules)


def hides(doc: Document, finding: Finding) -> bool:
    applied = run(doc, finding)
    assert (applied.hidden == 1) == (applied.kept == ())
    return applied.hidden == 1


@pytest.mark.parametrize(
    "part", ["a = 1", "b = 2", "c = 3", "e = [", "[env.staging]", "f = 7", "g = 8", "i = 10"]
)
def test_toml_covered(part: str) -> None:
    doc = document(TOML)
    assert hides(doc, found(doc, part))
    assert not hides(doc, found(doc, part, "other/rule"))


@pytest.mark.parametrize("part", ["name =", "d = 4", "[env.production]", "h = 9", "k = 12"])
def test_toml_not_covered(part: str) -> None:
    doc = document(TOML)
    assert not hides(doc, found(doc, part))


def test_toml_array_tables_and_items() -> None:
    doc = document(TOML)
    assert hides(doc, found(doc, "j = 11"))
    item = doc.root.get("e", 1)
    assert item is not None
    assert hides(doc, Finding("area/two", "error", "m", "h", doc.path, item.span))


@pytest.mark.parametrize("part", ['"vars"', '"a"', '"b"', '"c"', '"d"', '"e"', '"g"'])
def test_jsonc_covered(part: str) -> None:
    doc = document(JSONC, "jsonc")
    assert hides(doc, found(doc, part))


@pytest.mark.parametrize("part", ['"f"', '"h"'])
def test_jsonc_not_covered(part: str) -> None:
    doc = document(JSONC, "jsonc")
    assert not hides(doc, found(doc, part))


@pytest.mark.parametrize(("part", "hidden"), [("A=", True), ("B=", False), ("C=", True), ("D=", False)])
def test_env_files_above_only(part: str, hidden: bool) -> None:
    doc = document(ENV, "dotenv", ".env")
    assert hides(doc, found(doc, part)) == hidden


@pytest.mark.parametrize(("text", "format"), [(TOML, "toml"), (JSONC, "jsonc")])
def test_an_ignore_before_the_first_content_covers_the_file(text: str, format: Format) -> None:
    doc = document(text, format)
    assert hides(doc, found(doc, None, "project/whole-file"))
    assert not hides(doc, found(doc, None, "area/one"))


def test_a_blank_line_ends_the_reach_but_not_that_over_the_file() -> None:
    doc = document("# licence\n\n# cfguard: ignore[area/one] why\n\na = 1\n")
    assert hides(doc, found(doc, None))
    assert not hides(doc, found(doc, "a = 1"))


def test_several_environments_can_share_a_cover_and_each_rule_is_used() -> None:
    doc = document("# cfguard: ignore[area/one, area/two] why\na = 1\n")
    applied = run(doc, found(doc, "a ="), found(doc, "a =", "area/two"), found(doc, "a =", "other/rule"))
    assert [finding.rule for finding in applied.kept] == ["other/rule"]
    assert (applied.hidden, applied.remarks) == (2, ())


def remarks(text: str, *findings: str, known: set[str] | None = None) -> list[tuple[str, str, str]]:
    doc = document(text)
    ran = frozenset({"area/one", "area/two"})
    given = [found(doc, "a = 1", rule) for rule in findings]
    applied = apply(given, {doc.path: doc}, ran, known)
    assert all(remark.path == doc.path for remark in applied.remarks)
    told = [remark.diagnostic for remark in applied.remarks]
    return [(one.code, one.message, doc.source.slice(one.span)) for one in told if one.span is not None]


def test_an_unused_id_is_named_at_its_place() -> None:
    assert remarks("a = 1 # cfguard: ignore[area/one, area/two] why\n", "area/one") == [
        ("unused-ignore", "`area/two` has nothing to ignore here", "area/two")
    ]
    assert remarks("a = 1 # cfguard: ignore[area/*] why\n", "area/one") == []


def test_rules_that_did_not_run_are_not_called_unused() -> None:
    known = {"area/one", "area/two", "late/rule"}
    assert remarks("a = 1 # cfguard: ignore[late/rule, late/*] why\n", known=known) == []


def test_unknown_rules_are_called_so() -> None:
    assert remarks("a = 1 # cfguard: ignore[area/tow, are/*] why\n") == [
        ("unused-ignore", "`area/tow` is not a rule; did you mean `area/two`", "area/tow"),
        ("unused-ignore", "`are/*` is not a rule; did you mean `area/*`", "are/*"),
    ]


def test_an_ignore_needs_a_reason_but_works_without() -> None:
    for comment in ("cfguard: ignore[area/one]", "cfguard:ignore[area/one] --"):
        mark = comment.partition("]")[0] + "]"
        assert remarks(f"a = 1 # {comment}\n", "area/one") == [
            ("ignore-without-reason", "the ignore does not say why the finding is accepted", mark)
        ]


@pytest.mark.parametrize("comment", ["cfguard: ignore", "cfguard: ignore area/one", "cfguard: ignore[] x"])
def test_an_ignore_of_nothing_is_called_dead(comment: str) -> None:
    ((code, message, _),) = remarks(f"a = 1 # {comment}\n", "area/one")
    assert (code, message) == ("unused-ignore", "the ignore names no rule and hides nothing")


def test_an_ignore_that_covers_no_line_is_called_dead() -> None:
    told = remarks("a = 1\n# cfguard: ignore[area/one] why\n\nb = 2\n", "area/one")
    assert told == [("unused-ignore", "the ignore of `area/one` covers no line", "area/one")]


def test_an_ignore_in_a_string_is_no_ignore() -> None:
    assert parse_ignores(document('a = "# cfguard: ignore[area/one] x"\n')) == ()
    assert parse_ignores(document("# cfguard: ignorance is bliss\na = 1\n")) == ()


def test_the_reason_is_kept() -> None:
    (first, second) = parse_ignores(
        document('{ /* cfguard: ignore[a/b] one */ "a": 1 // cfguard: ignore[a/b] - two\n}', "jsonc")
    )
    assert (first.reason, second.reason) == ("one", "two")


def test_many_ignores_and_findings_stay_linear() -> None:
    text = "".join(f"[t{n}]\n# cfguard: ignore[area/one] x\nk{n} = 1\n" for n in range(3000))
    doc = document("# cfguard: ignore[area/one] x\n" + text)
    findings = [
        Finding("area/one", "error", "m", "h", doc.path, node.pair_span)
        for node in doc.root.walk()
        if node.kind == "integer"
    ]
    started = process_time()
    applied = apply(findings, {doc.path: doc}, {"area/one"})
    assert applied.hidden == 3000
    assert process_time() - started < 3


def test_many_unknown_rules_stay_cheap() -> None:
    doc = document("".join(f"# cfguard: ignore[wat/rule-{n}] x\nk{n} = 1\n" for n in range(2000)))
    known = {f"area/rule-number-{n}" for n in range(200)}
    started = process_time()
    assert len(apply([], {doc.path: doc}, known).remarks) == 2000
    assert process_time() - started < 5


PIECES = [
    "# cfguard: ignore[a/b, c/*] x\n",
    "[t]\n",
    "[[t.u]]\n",
    "a = 1\n",
    "b = [\n1,\n]\n",
    " ",
    "\n",
    "x",
    "]",
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["toml", "jsonc", "dotenv"]))
def test_never_raises_and_spans_slice_back(pieces: list[str], format: Format) -> None:
    doc = document("".join(pieces), format)
    for ignore in parse_ignores(doc):
        assert [doc.source.slice(span) for span in ignore.rule_spans] == list(ignore.rules)
        assert doc.source.slice(ignore.span).startswith("cfguard:")
    findings = [Finding("a/b", "error", "m", "h", doc.path, node.span) for node in doc.root.walk()]
    applied = apply(findings, {doc.path: doc}, {"a/b"})
    assert len(applied.kept) + applied.hidden == len(findings)
