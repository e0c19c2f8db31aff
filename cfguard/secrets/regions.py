"""Where the sensitive places of a text are: by its tree, and by look where no tree reaches."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from cfguard.secrets.detect import Verdict, judge
from cfguard.secrets.names import is_credential_name, split_words
from cfguard.secrets.pattern import compiled
from cfguard.secrets.shapes import matches
from cfguard.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cfguard.syntax.node import Document, Node
    from cfguard.text import Source

# What an env value may be to be shown as it is.
_BOOLEAN = r"(?i:true|false|yes|no|on|off|null|undefined|none)\Z"
_NUMBER = r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{1,6})?|0x[0-9a-fA-F]{1,4})\Z"
_STAGE = (
    r"(?i:dev|develop|development|local|test|testing|ci|qa|uat|stage|staging|preview|sandbox|demo"
    r"|prod|production|live)\Z"
)
# Lower case only: base64 may begin with a slash, too.
_FILE_PATH = r"(?:\.{1,2}/|~/|/|[A-Za-z]:\\)(?:[a-z_.@-]{1,40}[/\\]){0,12}[a-z0-9_.@-]{0,40}\Z"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,20}://"
_QUERY = r"[?#](\S+)"

# Wider than a URL parser allows: a password with a slash in it is no valid URL, but a password.
_USERINFO = r"://([^\s@\"'`<>/]{0,256}:[^\s@\"'`<>]{1,256}|[^\s@\"'`<>/]{1,256})@"

_PAIR = (
    r"(?<![\w.-])([A-Za-z_][\w.-]{1,80})(\\?[\"'`]?[ \t]{0,8}(?:=>|:=|[=:])[ \t]{0,8})"
    r"(\\?\"(?:[^\"\\\n]|\\.){0,4096}\"?|'[^'\n]{0,4096}'?|`[^`\n]{0,4096}`?|[^\s,;\"'`\[{][^\s,;\"'`]{0,4096})"
)
_HEADER = r"\b(?:Bearer|Basic)\s+([A-Za-z0-9+/=._~-]{8,4096})"
_REMARK = r"[ \t]+#+(?:[ \t]|\Z)"
_LONG_WORD = r"[^\s'\"`,;()]{12,512}"
_WORD = r"[a-z]{1,20}[.,:;!?)]?\Z"

_ENV_PAIR = r"[ \t#;/]*(?:export[ \t]+)?['\"]?([\w.-]{1,200})['\"]?[ \t]*([=:])[ \t]*(.*)\Z"
_ENV_NAME = r"[ \t]*(?:export[ \t]+)?[A-Z]+(?:_[A-Z]+)+[ \t]*\Z"

# Keys that label what lies beside them, also inside a table named "secrets".
_LABELS = frozenset(("id", "name", "binding", "type", "url"))


def document_spans(document: Document) -> Iterator[Span]:
    """Every sensitive place of a document, unordered, possibly overlapping."""
    text = document.source.text
    yield from _shaped(text)
    if document.format == "dotenv":
        yield from _env_file_spans(document)
        return
    scalars = [node for node in document.root.walk() if node.kind not in ("table", "array")]
    for node in scalars:
        yield from _config_value_spans(text, node)
    covered = _Covered([node.pair_span for node in scalars])
    for span in _named(text):
        # A tree rebuilt around an error may have put names and values in other places than their author.
        if document.recovered or not covered.touches(span):
            yield span


def text_spans(text: str) -> Iterator[Span]:
    """Every sensitive place of free text: forms of credentials, URL userinfo, ``name = value`` pairs."""
    yield from _shaped(text)
    yield from _named(text, prose=True)


def value_spans(name: str, value: str) -> Iterator[Span]:
    """The sensitive places of a value that stands under a name in an env file."""
    yield from _shaped(value)
    yield from _env_spans(name, value, Span(0, len(value)))


class _Covered:
    """The stretches that a tree accounts for."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Sequence[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [span.start for span in ordered]
        self._ends = [span.end for span in ordered]

    def touches(self, span: Span) -> bool:
        index = bisect_right(self._starts, max(span.end - 1, span.start)) - 1
        return index >= 0 and self._ends[index] > span.start


def _shaped(text: str) -> Iterator[Span]:
    for match in matches(text):
        yield Span(match.start, match.end)
    if "@" in text:
        for userinfo in compiled(_USERINFO).finditer(text):
            yield Span(*userinfo.span(1))
    if "Bearer" not in text and "Basic" not in text:
        return
    for header in compiled(_HEADER).finditer(text):
        yield Span(*header.span(1))


def _named(text: str, *, prose: bool = False) -> Iterator[Span]:
    """Values that follow a credential's name; in prose, "the token: expected" names no value."""
    if "=" not in text and ":" not in text:
        return
    for match in compiled(_PAIR).finditer(text):
        name, mark, value = match.groups()
        said = prose and mark.strip() == ":" and compiled(_WORD).match(value)
        if is_credential_name(name) and not said:
            yield _inner(text, Span(*match.span(3)))


def _inner(text: str, span: Span) -> Span:
    """A span without the quotes around its text."""
    start, end = span
    raw = text[start:end]
    for quote in ('"""', "'''", '\\"', '"', "'", "`"):
        if raw.startswith(quote):
            start += len(quote)
            if raw.endswith(quote) and end - len(quote) >= start:
                end -= len(quote)
            break
    return Span(start, end)


def _env_file_spans(document: Document) -> Iterator[Span]:
    """Values, what stands behind them on their line, and the lines that set nothing."""
    from cfguard.syntax.dotenv import assignments

    source = document.source
    found = assignments(document)
    for each in found:
        inner = _inner(source.text, each.span)
        yield from _env_spans(each.name, source.slice(inner), inner)
        yield from _tail(source, each.pair_span.end)
        if judge("secret", each.name) is not None:
            yield each.key_span  # the padded end of some base64 reads like a name and an empty value
    covered = _Covered([each.pair_span for each in found])
    for number in range(1, source.line_count + 1):
        line = source.line_span(number)
        if line.start < line.end and not covered.touches(line):
            yield from _loose_env_line(source.slice(line), line)


def _tail(source: Source, end: int) -> Iterator[Span]:
    """The rest of a line behind a value: a remark, or the part of a secret that an unquoted ``#`` cut off."""
    line = source.line_span(source.position(end).line)
    rest = source.text[end : line.end]
    if compiled(_REMARK).match(rest):
        yield from _remark(rest, end)
    elif rest.strip():
        yield Span(end, line.end)


def _env_spans(name: str, raw: str, span: Span) -> Iterator[Span]:
    """The sensitive part of an env value: all of it, or userinfo and query of a URL."""
    if not raw.strip():
        return
    if not is_credential_name(name):
        if _is_harmless(raw.strip()):
            return
        if compiled(_URL).match(raw.strip()) and len(raw.split()) == 1 and _verdict_on_url(name, raw) is None:
            for part in (*compiled(_QUERY).finditer(raw), *compiled(_USERINFO).finditer(raw)):
                yield Span(span.start + part.start(1), span.start + part.end(1))
            return
    yield span


def _verdict_on_url(name: str, url: str) -> Verdict | None:
    """The verdict on a URL without the parts that are masked anyway."""
    return judge(name, compiled(_QUERY).sub("", compiled(_USERINFO).sub("://", url)))


def _is_harmless(value: str) -> bool:
    return bool(
        compiled(_BOOLEAN).match(value)
        or compiled(_NUMBER).match(value)
        or compiled(_STAGE).match(value)
        or compiled(_FILE_PATH).match(value)
    )


def _loose_env_line(text: str, line: Span) -> Iterator[Span]:
    """The sensitive part of a comment or of a line that no parser could read."""
    pair = compiled(_ENV_PAIR).match(text)
    prose = text.lstrip().startswith("#")
    if pair is not None and _is_assignment(pair, prose=prose):
        yield from _env_spans(pair[1], pair[3], Span(line.start + pair.start(3), line.end))
    elif prose:
        yield from _remark(text, line.start)
    elif not compiled(_ENV_NAME).match(text):
        yield line


def _remark(text: str, offset: int) -> Iterator[Span]:
    """The sensitive words of a comment in an env file: after a credential's name, or made by chance."""
    for span in _named(text):
        yield Span(offset + span.start, offset + span.end)
    for word in compiled(_LONG_WORD).finditer(text):
        if judge("secret", word[0]) is not None:
            yield Span(offset + word.start(), offset + word.end())


def _is_assignment(pair: re.Match[str], *, prose: bool) -> bool:
    """Whether a loose line sets a variable: not "note: …", not the padded end of some base64."""
    name, mark, value = pair.groups()
    if is_credential_name(name) or (prose and mark == "="):
        return True
    return not prose and bool(value.strip("= \t")) and compiled(_ENV_NAME).match(name) is not None


def _config_value_spans(text: str, node: Node) -> Iterator[Span]:
    """The sensitive part of a value in TOML or JSON: nothing, a password in a URL, or all of it."""
    if node.kind in ("boolean", "null"):
        return
    name, owner = _names(node)
    inner = _inner(text, node.span)
    raw = text[inner.start : inner.end]
    if not raw:
        return
    if is_credential_name(name):
        yield inner
        return
    value = node.value if isinstance(node.value, str) else ""
    verdict = judge(name, value)
    if verdict is None and is_credential_name(owner) and _LABELS.isdisjoint(split_words(name)[-1:]):
        verdict = judge(owner, value)
    if verdict is not None and (verdict.kind != "password in a URL" or "\\" in raw):
        yield inner
    elif "=" in raw or ":" in raw:
        for span in _named(raw):
            yield Span(inner.start + span.start, inner.start + span.end)


def _names(node: Node) -> tuple[str, str]:
    """The nearest key above a value, and the key of the table that holds it."""
    found: list[str] = []
    at: Node | None = node
    while at is not None and len(found) < 2:
        if isinstance(at.key, str):
            found.append(at.key)
        at = at.parent
    found += "", ""
    return found[0], found[1]
