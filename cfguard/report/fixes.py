"""What fixes did: a line for each, or a diff with every secret masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cfguard.discover import Located, format_of, role_of
from cfguard.prose import counted
from cfguard.report.shown import disarm, path_of, words
from cfguard.secrets.masking import MASK, escape_controls, sensitive_spans
from cfguard.secrets.regions import text_spans
from cfguard.syntax import parse
from cfguard.text import Source

if TYPE_CHECKING:
    from cfguard.finding import Finding
    from cfguard.fixing import Edited, Skipped
    from cfguard.text import Span


def summary(made: Sequence[Finding], skipped: Sequence[Skipped], *, written: bool) -> str:
    """The fixes that were made (or would be) and those that were not, with the reasons."""
    lines = []
    if made:
        lines.append(f"{'Fixed' if written else 'Would fix'} {counted(len(made), 'finding')}:")
        lines += [f"  {_place(each)} {each.rule}: {words(each.fix.title)}" for each in made if each.fix]
    if skipped:
        lines.append("Not fixed:")
        lines += [f"  {_place(each)} {each.rule}: {words(reason)}" for each, reason in skipped]
    if not (lines or written):
        lines.append("Nothing would be fixed")
    return disarm("".join(f"{line}\n" for line in lines))


def diff(files: Iterable[Edited]) -> str:
    """The changes as a unified diff for people: values that may be secrets show as ``••••``."""
    return disarm("".join(line for file in files for line in _diff(file)))


def _diff(file: Edited) -> Iterator[str]:
    from difflib import SequenceMatcher

    old = _lines(file.before) if file.before is not None else []
    new = _lines(file.after)
    shown_old = _shown(file.before) if file.before is not None else []
    shown_new = _shown(file.after)
    path = words(file.path)
    yield f"--- {f'a/{path}' if file.before is not None else '/dev/null'}\n+++ b/{path}\n"
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {_harmless(line)}\n" for line in shown_old[old_start:old_end])
                continue
            yield from (f"-{line}\n" for line in shown_old[old_start:old_end])
            yield from (f"+{line}\n" for line in shown_new[new_start:new_end])


def _harmless(line: str) -> str:
    """A line that stays as it is, behind a blank: one that begins with ``::`` would be a workflow command."""
    return line.replace("::", "\u2236:", 1) if line.lstrip().startswith("::") else line


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start}" + ("" if length == 1 else f",{length}")


def _lines(source: Source) -> list[str]:
    spans = [source.line_span(number) for number in range(1, source.line_count + 1)]
    lines = [source.slice(span) for span in spans]
    return lines[:-1] if lines[-1:] == [""] else lines


def _shown(source: Source) -> list[str]:
    """The lines of a file as people may see them; the count stays, whatever is masked."""
    hidden = _hidden(source)
    shown: list[str] = []
    for number in range(1, len(_lines(source)) + 1):
        line = source.line_span(number)
        text, at = "", line.start
        for span in hidden:
            if span.end <= at or span.start >= line.end:
                continue
            text += _visible(source.text[at : max(at, span.start)]) + MASK
            at = min(span.end, line.end)
        shown.append(text + _visible(source.text[at : line.end]))
    return shown


def _hidden(source: Source) -> tuple[Span, ...]:
    """What of a file nobody may see; in a list of patterns, which has no values, that is what looks like a secret."""
    name = source.path.rpartition("/")[2]
    if name == ".gitignore":
        return tuple(text_spans(source.text))
    return tuple(
        sensitive_spans(parse(source, format_of(Located(source.path, role_of(source.path) or "package"))))
    )


def _visible(text: str) -> str:
    """Text with its control characters made visible, but for the tabs that many files are indented with."""
    return "\t".join(map(escape_controls, text.split("\t")))


def _place(finding: Finding) -> str:
    line = f":{finding.start.line}" if finding.start is not None else ""
    return f"{path_of(finding.path)}{line}"
