"""Files in many layouts, for properties of edits: data, written in the ways that people write it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

KEYS = st.sampled_from(["name", "vars", "env", "a", "b-c", "x y", "ä", "d1", "q.r"])
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-9, 9999),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["", "x", "a b", "#no", "it's", 'say "x"', "tab\t", "ü", "C:\\dir", "// no", "'"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=5)


@st.composite
def jsonc_texts(draw: st.DrawFn) -> str:
    """A JSONC text: spread or not, with comments before, between and behind, with last commas or not."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    comments = iter(range(10_000))

    def comment() -> str:
        number = next(comments)
        return draw(
            st.sampled_from(["", "", "", f"/* {number} */", f"// {number}, }}{newline}", f" /*{newline}*/ "])
        )

    def write(value: Any, depth: int) -> str:
        if not isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=draw(st.booleans()))
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        spread = draw(st.booleans())
        gap = newline + "  " * (depth + 1) if spread else draw(st.sampled_from(["", " "]))
        entries = [
            (f"{json.dumps(key)}{comment()}: " if isinstance(value, dict) else "")
            + write(value[key] if isinstance(value, dict) else key, depth + 1)
            for key in value
        ]
        body = ""
        for number, entry in enumerate(entries):
            last = number == len(entries) - 1
            comma = "," if not last or draw(st.booleans()) else ""
            body += gap + comment() + entry + comment() + comma + comment()
        return opening + comment() + body + (newline + "  " * depth if spread else gap) + closing

    before = draw(st.sampled_from(["", f"// top {{{newline}", "/* { */ "]))
    return (
        before + write(draw(TABLES), 0) + draw(st.sampled_from(["", newline, f"{newline}// end }}{newline}"]))
    )


@st.composite
def toml_texts(draw: st.DrawFn) -> str:
    """A TOML text: sections, lists of sections, dotted keys, inline tables, lists over lines, comments."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines: list[str] = []

    def note(line: str) -> str:
        return line + draw(st.sampled_from(["", "", " # note", "  # [x]"]))

    def scalar(value: Any) -> str:
        if isinstance(value, str) and "'" not in value and value.isprintable() and draw(st.booleans()):
            return f"'{value}'"
        return json.dumps(value, ensure_ascii=False)

    def inline(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{quoted(key)} = {inline(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list):
            if value and draw(st.booleans()):
                tail = draw(st.sampled_from(["", ",", ", # last"]))
                return f"[{newline}  " + f", # c{newline}  ".join(map(inline, value)) + tail + f"{newline}]"
            return "[" + ", ".join(map(inline, value)) + "]"
        return scalar(value)

    def quoted(key: str) -> str:
        return (
            key if key.isascii() and key.replace("-", "").isalnum() else json.dumps(key, ensure_ascii=False)
        )

    def section(path: tuple[str, ...], table: dict[str, Any]) -> None:
        later: list[tuple[str, Any]] = []
        for key, value in table.items():
            is_tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
            style = draw(st.sampled_from(["inline", "section", "dotted"]))
            if style == "section" and (isinstance(value, dict) or is_tables):
                later.append((key, value))
            elif style == "dotted" and isinstance(value, dict) and value:
                for inner, item in value.items():
                    lines.append(note(f"{quoted(key)}.{quoted(inner)} = {inline(item)}"))
            else:
                if draw(st.booleans()):
                    lines.append("# about the next line")
                lines.append(note(f"{quoted(key)} = {inline(value)}"))
        for key, value in later:
            dotted = ".".join(map(quoted, (*path, key)))
            for item in value if isinstance(value, list) else [value]:
                lines.extend(draw(st.sampled_from([[], [""], ["", "# section"]])))
                lines.append(note(f"[[{dotted}]]" if isinstance(value, list) else f"[{dotted}]"))
                section((*path, key), item)

    section((), draw(TABLES))
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


@st.composite
def dotenv_texts(draw: st.DrawFn) -> str:
    """An env file: plain and quoted values, ``export``, comments, blank and dropped lines."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    line = st.one_of(
        st.sampled_from(
            ["", "# note", "nonsense", "A=1", "export B=two", "A = 3", "C='x # y'", 'D="a b" # c']
        ),
        st.builds(
            "{}={}".format, st.sampled_from("ABCDE"), st.sampled_from(["", "x", "`t`", "a#b", "$A", '"q"'])
        ),
    )
    return newline.join(draw(st.lists(line, max_size=8))) + draw(st.sampled_from(["", newline]))
