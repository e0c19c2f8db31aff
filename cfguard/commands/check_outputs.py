"""The further reports of a check, `--output FORMAT=FILE`: what may be asked for, and what is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.report import FORMATS, render
from cfguard.terminal import Usage, complain, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cfguard.finding import Report


class Output(NamedTuple):
    """A format and the file that it is written to."""

    format: str
    path: str


def known_format(name: str) -> str:
    """The name of a format, as given; raises :class:`Usage` with the names there are for another."""
    if name not in FORMATS:
        from cfguard.suggest import did_you_mean

        hint = did_you_mean(name, FORMATS)
        raise Usage(f"`{name}` is not a format; there are {', '.join(FORMATS)}{hint}")
    return name


def outputs_of(texts: Iterable[str]) -> list[Output]:
    """What each `FORMAT=FILE` means; raises :class:`Usage` for a format or a file that cannot be."""
    outputs: list[Output] = []
    for text in texts:
        format, equals, path = text.partition("=")
        if not equals or not path:
            raise Usage(f"`--output {text}` is not FORMAT=FILE")
        if path == "-":
            raise Usage(f"`--output {text}` is not a file; `--format {format}` writes to standard output")
        if any(os.path.abspath(path) == os.path.abspath(each.path) for each in outputs):
            raise Usage(f"two `--output` write to `{path}`")
        outputs.append(Output(known_format(format), path))
    return outputs


def category_of(text: str) -> str:
    """A category for code scanning, which puts `/` behind it; raises :class:`Usage` for one it cannot keep."""
    category = text.strip("/")
    if not category or not category.isprintable() or len(category) > 200:
        raise Usage(f"`--sarif-category {text}` is not a name of up to 200 characters")
    return category


def forget_earlier(outputs: Iterable[Output]) -> None:
    """Remove the SARIF of an earlier run before the check begins, however it may end.

    Uploaded with a new commit it would close and open alerts by what was true of another one. Raises
    :class:`Usage` where a file cannot be removed.
    """
    for format, path in outputs:
        try:
            if format == "sarif" and os.path.isfile(path):
                os.remove(os.path.realpath(path))
        except OSError as error:
            raise Usage(f"cannot remove `{path}`: {(error.strerror or 'unknown reason').lower()}") from None


def write_outputs(report: Report, outputs: Iterable[Output], *, category: str, allow_empty: bool) -> None:
    """Write the reports, but no SARIF of a check that did not take place whole.

    Whoever uploads such a file, as a step that always runs does, closes every alert that it does not hold.
    Raises :class:`Usage` where a file cannot be written.
    """
    partial = _why_partial(report, allow_empty=allow_empty)
    for format, path in outputs:
        if format == "sarif" and partial:
            complain(
                f"`{path}` is not written: {partial}, and code scanning would close alerts that are open"
            )
        else:
            write_file(path, render(report, format, category=category))


def _why_partial(report: Report, *, allow_empty: bool) -> str:
    if report.problems:
        return "the check is not complete"
    return "there was nothing to check" if report.empty and not allow_empty else ""
