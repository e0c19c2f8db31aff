"""The table of `cfguard verify`: measured, limit, verdict; as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cfguard.report.layout import indented
from cfguard.report.shown import as_markdown, disarm_lines, words

if TYPE_CHECKING:
    from cfguard.verify.measurement import Measurement
    from cfguard.verify.run import Verified

FORMATS = ("text", "markdown", "json")
_HEAD = ("check", "measured", "limit", "verdict")
_VERDICTS = {"ok": "ok", "slow": "too slow", "failed": "failed", "unknown": "cannot tell"}


def render(results: Sequence[Verified], format: str) -> str:
    """All results in one of :data:`FORMATS`."""
    if format == "json":
        return indented({"version": 1, "results": [_object(each) for each in results]})
    write = _markdown if format == "markdown" else _text
    return disarm_lines("\n".join(write(each) for each in results))


def _title(result: Verified) -> str:
    environment = f", environment {words(result.environment)}" if result.environment else ""
    return f"{words(result.worker)}{environment} (wrangler {words(result.tools.version)})"


def _cells(row: Measurement) -> tuple[str, str, str, str]:
    name = f"{row.check} {words(row.subject)}".rstrip()
    verdict = _VERDICTS[row.verdict] + (f": {words(row.detail)}" if row.detail else "")
    return name, _seconds(row.seconds), _seconds(row.limit, "< "), verdict


def _seconds(seconds: float | None, sign: str = "") -> str:
    if seconds is None:
        return "-"
    return f"{sign}{seconds:.2f} s" if not sign else f"{sign}{seconds:g} s"


def _text(result: Verified) -> str:
    rows = [_HEAD, *map(_cells, result.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [_title(result), ""]
    for name, measured, limit, verdict in rows:
        columns = (name.ljust(widths[0]), measured.rjust(widths[1]), limit.rjust(widths[2]), verdict)
        lines.append(f"  {'  '.join(columns)}".rstrip())
    return "\n".join(lines) + "\n"


def _markdown(result: Verified) -> str:
    lines = [f"### {as_markdown(_title(result))}", ""]
    lines += [f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|"]
    lines += [f"| {' | '.join(map(as_markdown, _cells(row)))} |" for row in result.rows]
    return "\n".join(lines) + "\n"


def _object(result: Verified) -> dict[str, object]:
    return {
        "worker": result.worker,
        "environment": result.environment,
        "wrangler": result.tools.version,
        "measurements": [
            {
                "check": row.check,
                "subject": words(row.subject),
                "seconds": None if row.seconds is None else round(row.seconds, 3),
                "limit": row.limit,
                "verdict": row.verdict,
                "detail": words(row.detail),
            }
            for row in result.rows
        ],
    }
