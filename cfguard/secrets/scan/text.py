"""Finds in one text what detect-secrets 1.5.0 finds in the file, and where exactly it stands.

The order is that of its ``scan_file``: a file that parses as INI, or as YAML under a YAML name, is scanned
as that rewrites it, any other by its lines; a file of a type it does not know in which nothing is found is
tried again as an INI file without sections.
"""

from __future__ import annotations

from os.path import splitext
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.scan import conditions
from cfguard.secrets.scan.ini import may_parse
from cfguard.secrets.scan.prefilter import candidates, may_hold_findings_rewritten
from cfguard.text import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_YAML = frozenset({".yaml", ".yml", ".eyaml"})
_UNQUOTED = _YAML | {".go", ".cnf", ".conf", ".cfg", ".cf", ".ini", ".properties", ".toml"}
_KNOWN = _UNQUOTED | {".cls", ".example", ".java", ".js", ".m", ".php", ".py", ".pyi", ".swift", ".tf"}
_KNOWN |= {".cs", ".c", ".cpp"}
# How many lines below the one that the YAML reader names a value may stand.
_VALUE_LINES = 40


class Found(NamedTuple):
    """A finding as detect-secrets makes it: the line from 1, its name for the kind, and the value itself."""

    line: int
    kind: str
    secret: str


class Hit(NamedTuple):
    """A finding without its value: the line from 1, the kind, and the span of the value in the text.

    ``span`` is the whole line where the value does not stand there as it was found (escapes, joined lines).
    """

    line: int
    kind: str
    span: Span


def scan_text(path: str, text: str, wanted: int = conditions.ALL) -> tuple[Hit, ...]:
    """What detect-secrets finds in a text under a path; which files it skips is the caller's affair.

    ``wanted`` chooses detectors (:func:`~cfguard.secrets.scan.conditions.bits`); with all of them the
    findings are exactly those of detect-secrets.
    """
    content = text.encode("utf-8", "surrogatepass")
    try:
        found = find(path, content, wanted)
    except UnicodeDecodeError:
        return ()
    if not found:
        return ()
    source = Source(path, text)
    return tuple(Hit(each.line, each.kind, _place(source, each)) for each in found)


def _place(source: Source, found: Found) -> Span:
    line = source.line_span(found.line)
    at = source.text.find(found.secret, line.start, source.line_span(found.line + _VALUE_LINES).end)
    return Span(at, at + len(found.secret)) if at >= 0 else line


def find(
    path: str, content: bytes, wanted: int = conditions.ALL, *, rewrite_up_to: int | None = None
) -> list[Found]:
    """The findings of a file by its bytes; raises UnicodeDecodeError where it is not UTF-8.

    ``rewrite_up_to`` is the size in bytes above which a file is not rewritten but scanned by its lines:
    the transformers of detect-secrets take seconds for a long file. None rewrites all, as it does.
    """
    if not content.isascii():
        content.decode("utf-8")
    content = normalised(content)
    extension = splitext(path)[1]
    if rewrite_up_to is not None and len(content) > rewrite_up_to:
        return _in_lines(path, content, extension, wanted)
    found = _first_pass(path, content, extension, wanted)
    if found or extension in _KNOWN:
        return found
    if may_parse(content, header=True) and may_hold_findings_rewritten(content, yaml=False):
        rewritten = _rewritten("EagerConfigFileTransformer", path, content)
        return _in_rewritten(path, rewritten, wanted) if rewritten else []
    return []


def normalised(content: bytes) -> bytes:
    """Contents with ``\\n`` for every kind of line end."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def allows_unquoted(path: str) -> bool:
    """Whether the keyword detector takes values without quotes in files of this name."""
    return splitext(path)[1] in _UNQUOTED


def _first_pass(path: str, content: bytes, extension: str, wanted: int) -> list[Found]:
    is_yaml = extension in _YAML
    sections = may_parse(content, header=False)
    if sections or is_yaml:
        if not _may_hold_findings(content, extension, is_yaml=is_yaml):
            return []
        for name, tried in (("ConfigFileTransformer", sections), ("YAMLTransformer", is_yaml)):
            rewritten = _rewritten(name, path, content) if tried else None
            if rewritten:
                return _in_rewritten(path, rewritten, wanted)
            if rewritten is not None:
                break
    return _in_lines(path, content, extension, wanted)


def _may_hold_findings(content: bytes, extension: str, *, is_yaml: bool) -> bool:
    """Whether a file can hold findings, be it rewritten or, where that comes to nothing, read by its lines."""
    if may_hold_findings_rewritten(content, yaml=is_yaml):
        return True
    return bool(candidates(content, quoted=extension not in _UNQUOTED).candidates)


def _in_lines(path: str, content: bytes, extension: str, wanted: int) -> list[Found]:
    lines = candidates(content, quoted=extension not in _UNQUOTED, wanted=wanted)
    found: list[Found] = []
    number, counted = 0, 0
    for start in sorted(lines.candidates):
        number += lines.data.count(b"\n", counted, start + 1)
        counted = start + 1
        end = lines.data.find(b"\n", start + 1)
        before = lines.data.rfind(b"\n", 0, start) + 1 if start else 0
        line = lines.data[start + 1 : end].decode("utf-8", "surrogatepass")
        previous = lines.data[before:start].decode("utf-8", "surrogatepass")
        found += look(path, number, line, previous, lines.candidates[start])
    return found


def _in_rewritten(path: str, rewritten: Sequence[str], wanted: int) -> list[Found]:
    """Findings of rewritten lines; one may hold several lines of a value, so conditions say nothing there."""
    found: list[Found] = []
    for index, line in enumerate(rewritten):
        if line:
            found += look(path, index + 1, line, rewritten[index - 1] if index else "", wanted)
    return found


def look(path: str, number: int, line: str, previous: str, detectors: int) -> Iterator[Found]:
    """What some detectors find in one line, after the filters that detect-secrets applies."""
    from cfguard.secrets.scan.library import detector, filters

    line = line.rstrip()
    judge = None
    for index, name in enumerate(conditions.NAMES):
        if not detectors >> index & 1:
            continue
        chosen = detector(name)
        for secret in dict.fromkeys(chosen.find(path, line)):
            if judge is None:
                judge = filters()
                if judge.allowlisted(path, line, previous) or judge.indirect(line):
                    return
            if not judge.value(secret, line, chosen):
                yield Found(number, chosen.kind, secret)


def _rewritten(name: str, path: str, content: bytes) -> list[str] | None:
    """The lines of a file as a transformer rewrites it; None where it is not of that format."""
    from io import StringIO

    from cfguard.secrets.scan.library import parsing_error, transformer

    file = StringIO(content.decode("utf-8", "surrogatepass"))
    file.name = path
    try:
        lines: Iterable[str] = transformer(name).parse_file(file)
    except parsing_error():
        return None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        # Its YAML reader fails on some documents (timestamps that are none, deep nesting): detect-secrets
        # gives up on the run there; here the file is scanned by its lines.
        return None
    return [*lines]
