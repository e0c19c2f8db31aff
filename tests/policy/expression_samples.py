"""Random expressions that mean something: built by type, with mistakes mixed in, over the tests' host."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

LITERALS = {
    "bool": ["true", "false", "flag"],
    "int": ["0", "1", "-1", "2", "7", "count", "9223372036854775807", "-9223372036854775808"],
    "uint": ["0u", "1u", "3u", "18446744073709551615u"],
    "double": ["0.0", "1.0", "-1.5", "2.0", "1e300"],
    "string": ["''", "'a'", "'hello'", "'héé😀'", "text", "'1'", "'a,b'"],
    "bytes": ["b''", "b'a'", "b'\\xff'"],
    "texts": ["[]", "texts", "['a', 'hello']", "['b']"],
    "numbers": ["[]", "[1, 2, 3]", "[0]", "[count]"],
    "table": ["{}", "table", "{'a': 1}", "{'a': 0, 'hello': 2}"],
    "any": [
        "any",
        "any.list",
        "any.nested",
        "any.missing",
        "dyn(1)",
        "dyn('a')",
        "dyn(null)",
        "any.nested.deep",
    ],
}
RULES = {
    "bool": [
        "(<bool> && <bool>)",
        "(<bool> || <bool>)",
        "!<bool>",
        "(<bool> ? <bool> : <bool>)",
        "(<int> == <int>)",
        "(<int> < <int>)",
        "(<uint> >= <uint>)",
        "(<double> <= <double>)",
        "(<string> != <string>)",
        "(<string> < <string>)",
        "(<bytes> == <bytes>)",
        "(<texts> == <texts>)",
        "(<numbers> != <numbers>)",
        "(<table> == <table>)",
        "(<any> == <any>)",
        "(<any> == <int>)",
        "(<any> < <int>)",
        "(<string> in <texts>)",
        "(<int> in <numbers>)",
        "(<string> in <table>)",
        "(<any> in <numbers>)",
        "<string>.contains(<string>)",
        "<string>.startsWith(<string>)",
        "<string>.endsWith(<string>)",
        "<string>.matches('^[a-h]*$')",
        "<string>.matches('(l|é)+')",
        "<texts>.all(t, <bool>)",
        "<texts>.exists(t, t == <string>)",
        "<texts>.exists_one(t, <bool>)",
        "<numbers>.all(n, n > <int>)",
        "<numbers>.exists(n, <int> / n == 1)",
        "<table>.all(k, k != <string>)",
        "(<any> && <bool>)",
        "(<bool> || <any>)",
        "has(any.missing)",
        "has(any.nested.deep)",
        "has({'a': 1}.a)",
    ],
    "int": [
        "(<int> + <int>)",
        "(<int> - <int>)",
        "(<int> * <int>)",
        "(<int> / <int>)",
        "(<int> % <int>)",
        "-(<int>)",
        "size(<string>)",
        "size(<texts>)",
        "size(<numbers>)",
        "size(<table>)",
        "size(<bytes>)",
        "(<bool> ? <int> : <int>)",
        "<numbers>[<int>]",
        "<table>[<string>]",
        "int(<uint>)",
        "int(<double>)",
        "int(<string>)",
        "<string>.indexOf(<string>)",
        "<string>.lastIndexOf(<string>)",
    ],
    "uint": [
        "(<uint> + <uint>)",
        "(<uint> - <uint>)",
        "(<uint> * <uint>)",
        "(<uint> / <uint>)",
        "uint(<int>)",
    ],
    "double": [
        "(<double> + <double>)",
        "(<double> * <double>)",
        "(<double> / <double>)",
        "double(<int>)",
        "-(<double>)",
    ],
    "string": [
        "(<string> + <string>)",
        "string(<int>)",
        "string(<bool>)",
        "(<bool> ? <string> : <string>)",
        "<texts>[<int>]",
        "<string>.replace(<string>, <string>)",
        "<string>.substring(<int>)",
        "<string>.charAt(<int>)",
        "<texts>.join(',')",
        "<string>.lowerAscii()",
        "<string>.trim()",
        "string(<bytes>)",
    ],
    "bytes": ["bytes(<string>)", "(<bytes> + <bytes>)"],
    "texts": [
        "[<string>]",
        "[<string>, <string>]",
        "(<texts> + <texts>)",
        "<texts>.filter(t, <bool>)",
        "<texts>.map(t, t + <string>)",
        "<numbers>.map(n, <string>)",
        "<string>.split(',')",
        "<table>.map(k, k)",
    ],
    "numbers": [
        "[<int>, <int>]",
        "<numbers>.map(n, n * <int>)",
        "<numbers>.map(n, n > <int>, n)",
        "<texts>.map(t, size(t))",
        "<numbers>.filter(n, n in <numbers>)",
    ],
    "table": ["{'x': <int>}", "{'a': <int>, 'b': <int>}", "{<string>: <int>}"],
    "any": [
        "dyn(<int>)",
        "dyn(<string>)",
        "dyn(<numbers>)",
        "(<bool> ? <any> : <any>)",
        "<any>.x",
        "<numbers>.map(n, <any>)",
    ],
}
OWN = {
    "bool": [
        "(has(self.name) && <present>)",
        "(!has(self.name) || <present>)",
        "(self.name != null && <present>)",
        "(has(self.name) ? <present> : <bool>)",
        "(self.name == <string>)",
        "(self.name in <texts>)",
        "workers.all(w, !has(w.name) || size(w.name) > <int>)",
        "workers.exists(w, w.name == self.name)",
        "self.vars.all(k, self.vars[k] != <string>)",
        "(has(self.vars.A) && self.vars.A == <string>)",
        "('one' in table && table.one > <int>)",
        "texts.all(i, t, texts[i] == <string>)",
        "<present>",
        "(self.compatibility_date == null || self.compatibility_date < months_before(today, <int>))",
        "glob(<string>, 'h*')",
        "workers.filter(w, has(w.name)).all(w, <bool>)",
    ],
    "present": [
        "(size(self.name) > <int>)",
        "(self.name < <string>)",
        "self.name.startsWith(<string>)",
        "<bool>",
    ],
    "string": [
        "quote_list(<texts>)",
        "url_host(<string>)",
        "get(self.vars, <string>, <string>)",
        "string(today)",
    ],
    "int": ["get(<table>, <string>, <int>)", "age_days(today)", "(size(<texts>) + 1)", "(<int> / 2)"],
    "texts": ["distinct(<texts>)", "sorted(<texts>)"],
}


def sample(random: Random, kind: str = "bool", depth: int = 4, *, own: bool = True) -> str:
    """An expression of a kind; with ``own``, one that uses objects, guards and functions that CEL lacks."""
    rules = RULES.get(kind, []) + (OWN.get(kind, []) if own else [])
    literals = LITERALS.get(kind, ["true"])
    if depth <= 0 or random.random() < 0.15:
        return random.choice(literals)
    if random.random() < 0.01:
        kind = random.choice(list(RULES))
        rules = RULES[kind]
    parts = random.choice(rules).split("<")
    built = [parts[0]]
    for part in parts[1:]:
        wanted, closed, rest = part.partition(">")
        if closed and (wanted in RULES or wanted in OWN):
            built.append(sample(random, wanted, depth - 1, own=own) + rest)
        else:
            built.append("<" + part)
    return "".join(built)
