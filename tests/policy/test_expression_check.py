"""What is refused before it runs, what may still fail, and what a guard proves."""

from __future__ import annotations

import pytest

from cfguard.policy.expression import (
    BOOL,
    DOUBLE,
    DYN,
    INT,
    STRING,
    ExpressionError,
    ListType,
    MapType,
    OptionalType,
    Scope,
    Type,
    compile_expression,
)
from tests.policy.expression_host import VALUES, VARIABLES, run, scope

REFUSED = [
    ("slef.name", "unknown name `slef`; did you mean `self`?", "slef"),
    ("self.nmae", "`worker` has no field `nmae`; did you mean `name`?", "nmae"),
    ("workers.all(w, has(w.nam))", "`worker` has no field `nam`; did you mean `name`?", "nam"),
    ("siz(text)", "unknown function `siz`; did you mean `size`?", "siz"),
    ("text.startswith('a')", "unknown method `startswith`; did you mean `startsWith`?", "startswith"),
    ("texts.al(t, true)", "unknown method `al`; did you mean `all`?", "al"),
    ("startsWith(text, 'a')", "`startsWith` is called as `value.startsWith(…)`", "startsWith"),
    ("text.url_host()", "`url_host` is called as `url_host(…)`", "url_host"),
    ("text.startsWith()", "`startsWith` takes 1 argument, not 0", "text.startsWith()"),
    ("age_days(today, today)", "`age_days` takes 1 argument, not 2", "age_days(today, today)"),
    ("text.startsWith(1)", "`startsWith` takes `string` here, not `int`", "1"),
    ("count.startsWith('a')", "`startsWith` takes `string` here, not `int`", "count"),
    ("text && flag", "`&&` takes a bool, not `string`", "text"),
    ("!text", "`!` takes a bool, not `string`", "text"),
    ("count ? 1 : 2", "`?:` takes a bool, not `int`", "count"),
    ("texts.all(t, t)", "`all` takes a bool, not `string`", "t"),
    ("count.all(t, true)", "`all` goes over a list or a map, not `int`", "count"),
    ("count < text", "`int` and `string` have no order", "<"),
    ("today < now", "`date` and `timestamp` have no order", "<"),
    ("texts < texts", "have no order", "<"),
    ("count + 1.0", "`+` does not go with `int` and `double`; convert one of them", "+"),
    ("text - text", "`-` does not go with `string` and `string`", "-"),
    ("-text", "`-` takes an int or a double, not `string`", "-text"),
    ("today == '2026-01-01'", "`date` and `string` are never equal; convert one of them", "=="),
    ("count in texts", "`int` and `string` are never equal; convert one of them", "in"),
    ("text in text", "`in` looks into a list or a map, not `string`", "text"),
    ("count.x", "`int` has no fields", "x"),
    ("count[0]", "`int` has no elements", "count[0]"),
    ("texts['a']", "the index of a list is an int, not `string`", "'a'"),
    ("table[1]", "the keys of this map are `string`, not `int`", "1"),
    ("get(table, 1, 0)", "the keys of this map are `string`, not `int`", "1"),
    ("{1.5: 1}", "a key of a map is a string, an int, a uint or a bool, not `double`", "1.5"),
    ("null < 1", "null is no operand here", "null"),
    ("int('x')", "the string is no int", "int('x')"),
    ("date('2026-02-30')", "the date does not exist", "date('2026-02-30')"),
    ("text.matches(text)", "the pattern of `matches` must be written out as a string", "text"),
    ("text.matches('a(b')", "the group does not end (at character 2)", "'a(b'"),
    ("text.matches('(a)\\\\1')", "there are no back-references", "'(a)"),
    ("glob(text, '[a')", "the class does not end (at character 1)", "'[a'"),
]


@pytest.mark.parametrize(("text", "message", "place"), REFUSED)
def test_refused_at_its_place(text: str, message: str, place: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, scope())
    assert message in caught.value.message
    assert text[slice(*caught.value.span)].startswith(place)


def test_age_days_needs_today_in_scope() -> None:
    with pytest.raises(ExpressionError, match="unknown name `today`"):
        compile_expression("age_days(d)", Scope({"d": VARIABLES["today"]}))


GUARDED = [
    "has(self.name) && size(self.name) > 1",
    "!has(self.name) || size(self.name) > 1",
    "has(self.name) ? size(self.name) > 1 : true",
    "!has(self.name) ? true : size(self.name) > 1",
    "self.name != null && size(self.name) > 1",
    "null == self.name || size(self.name) > 1",
    "!(self.name == null) && size(self.name) > 1",
    "!(!has(self.name) || flag) && size(self.name) > 1",
    "flag && has(self.name) && count > 1 && size(self.name) > 1",
    "(has(self.name) && flag || has(self.name)) && size(self.name) > 1",
    "(flag ? has(self.name) : false) && size(self.name) > 1",
    "self.name == 'api' && size(self.name) > 1",
    "self.name in texts && size(self.name) > 1",
    "has(self.main) && has(self.main.id) && self.main.id.startsWith('d')",
    "workers.filter(w, has(w.name)).map(w, 1) == []",
    "workers.map(w, has(w.name), size(w.name)) == [3]",
    "workers.all(w, !has(w.name) || size(w.name) > 1)",
    "workers.map(w, w.name).filter(n, n != null).all(n, size(n) > 1)",
    "has(self.name) && texts.all(t, t != self.name || size(self.name) > 0)",
]


@pytest.mark.parametrize("text", GUARDED)
def test_a_guard_makes_a_field_present(text: str) -> None:
    expression = compile_expression(text, scope())
    assert expression.may_fail == ()
    assert run(text) in (True, False)


UNGUARDED = [
    "size(self.name) > 1",
    "has(self.name) || size(self.name) > 1",
    "!has(self.name) && size(self.name) > 1",
    "flag || has(self.name) && size(self.compatibility_date.x) > 1",
    "(has(self.name) || flag) && size(self.name) > 1",
    "has(self.compatibility_date) && size(self.name) > 1",
    "self.name != self.name && size(self.name) > 1",
    "(flag ? has(self.name) : true) && size(self.name) > 1",
    "has(self.main) && self.main.id.startsWith('d')",
    "has(self.main.id)",
    "has(self.name) && workers.all(self, size(self.name) > 1)",
    "workers.exists(w, has(w.name)) && workers.all(w, size(w.name) > 1)",
    "workers.map(w, w.name).all(n, size(n) > 1)",
    "workers.exists(w, w.name == self.name && size(w.name) > 1)",
    "workers.exists(w, w.name == self.name && size(self.name) > 1)",
    "self.name < 'b'",
    "self.name + 'x' == 'y'",
    "(flag ? self.name : null).startsWith('a')",
    "[self.name].all(n, n.startsWith('a'))",
    "self.name.matches('a')",
]


@pytest.mark.parametrize("text", UNGUARDED)
def test_an_absent_field_is_refused_without_a_guard(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"may be (absent|null)"):
        compile_expression(text, scope())


def test_the_message_shows_the_guard() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("self.compatibility_date < today", scope())
    assert caught.value.message == (
        "`self.compatibility_date` may be absent; guard it with `has(self.compatibility_date)`"
    )
    assert caught.value.span == (0, len("self.compatibility_date"))


def test_what_one_expression_implies_another_may_assume() -> None:
    when = compile_expression("has(self.name) && flag && workers.all(w, has(w.name))", scope())
    assert when.implies == {"self.name"}
    compile_expression("size(self.name) > 1", scope(when.implies))


@pytest.mark.parametrize(
    ("text", "implied"),
    [
        ("has(self.name) || flag", set()),
        ("!has(self.name)", set()),
        ("!(self.name == null || self.compatibility_date == null)", {"self.name", "self.compatibility_date"}),
        ("'one' in table", {"table.one"}),
        ("text in table && table[text] > 1", {"text", "table[text]"}),
    ],
)
def test_implies(text: str, implied: set[str]) -> None:
    assert compile_expression(text, scope()).implies == implied


SAFE = [
    "self.vars.all(k, v, v != '' && k in texts)",
    "self.vars.all(k, self.vars[k] != '')",
    "'A' in self.vars && self.vars.A == self.vars['A']",
    "has(self.vars.A) && self.vars.A != ''",
    "get(self.vars, 'A', '') == ''",
    "texts.all(i, t, texts[i] == t)",
    "size(texts) + 1 > size(text) * 2",
    "count / 2 > count % 7",
    "months_before(today, count) < today && age_days(today) == 0",
    "int('42') == count && date('2026-01-10') < today",
    "timestamp('2026-01-10T00:00:00Z') < now",
    "text.split(',').all(part, part.trim() != '')",
    "[].all(x, x > 1) && [].map(x, x + 1) == []",
    "sorted(texts) == distinct(texts) && quote_list(texts + []) != ''",
    "text.matches('^[a-z]+$') && glob(text, '*.toml')",
    "1.5 / double(count) > 2.0",
    "any == null || type(any) == int || dyn(any) == any",
    "get(get({'a': table}, text, {}), 'b', 0) == 0",
]


@pytest.mark.parametrize("text", SAFE)
def test_nothing_can_fail(text: str) -> None:
    assert compile_expression(text, scope()).may_fail == ()
    run(text)


MAY_FAIL = [
    ("table.one == 1", "table.one"),
    ("table[text] == 1", "table[text]"),
    ("texts[0] == ''", "texts[0]"),
    ("[[texts]].all(l, l.all(i, l, l[i] == ''))", "l[i]"),
    ("texts.all(i, t, [7].all(i, texts[i] == t))", "texts[i]"),
    ("count + 1 == 2", "+"),
    ("-count == 2", "-count"),
    ("1 / count == 2", "/"),
    ("count / -1 == 2", "/"),
    ("int(text) == 2", "int(text)"),
    ("date(text) == today", "date(text)"),
    ("timestamp(text) == now", "timestamp(text)"),
    ("now + duration('1h') == now", "+"),
    ("text.charAt(0) == ''", "text.charAt(0)"),
    ("text.substring(1) == ''", "text.substring(1)"),
    ("any.x == 1", "x"),
    ("has(any.x)", "x"),
    ("any < 1", "<"),
    ("any + 1 == 2", "+"),
    ("any && flag", "any"),
    ("any.all(x, true)", "any"),
    ("1 in any", "any"),
    ("size(any) == 1", "size(any)"),
    ("texts.map(t, any).join() == ''", "texts.map(t, any).join()"),
    ("{text: 1} == {}", "{text: 1}"),
    ("now.getHours(text) == 1", "now.getHours(text)"),
    ("bytes(text) == b''", "bytes(text)"),
]


@pytest.mark.parametrize(("text", "place"), MAY_FAIL)
def test_what_may_fail_is_listed(text: str, place: str) -> None:
    failures = compile_expression(text, scope()).may_fail
    assert [text[slice(*span)] for span, _ in failures] == [place]


TYPES = [
    ("flag && true", BOOL),
    ("any", DYN),
    ("any.x", DYN),
    ("flag ? 1 : 'a'", DYN),
    ("flag ? 1 : null", OptionalType(INT)),
    ("[1, 2].map(x, string(x))", ListType(STRING)),
    ("[1, null]", ListType(OptionalType(INT))),
    ("{'a': 1}.transformMap(k, v, 1.5)", MapType(STRING, DOUBLE)),
    ("get(table, 'a', 'x')", DYN),
    ("self.name", OptionalType(STRING)),
]


@pytest.mark.parametrize(("text", "type"), TYPES)
def test_static_type(text: str, type: Type) -> None:
    assert compile_expression(text, scope()).type == type


def test_every_host_variable_has_a_value() -> None:
    assert VARIABLES.keys() == VALUES.keys()
