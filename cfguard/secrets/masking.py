"""The one door through which the text of a checked file leaves the program.

Frames, messages, diffs, logs and fingerprints all go through here. Masking errs on the side of silence:
it hides placeholders and samples too, where :mod:`cfguard.secrets.detect` must not cry wolf.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.pattern import compiled
from cfguard.secrets.regions import document_spans, text_spans, value_spans
from cfguard.sensitive import MASK
from cfguard.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cfguard.syntax.node import Document

__all__ = [
    "CONTROLS",
    "MASK",
    "MaskedLine",
    "escape_controls",
    "is_harmless",
    "mask_text",
    "mask_value",
    "masked_line",
    "sensitive_spans",
]

WIDTH = 160
"""How many characters of a line are shown at most, ellipses not counted."""

_ELLIPSIS = "…"
_TAB = " " * 4

# What a terminal or an editor would act on instead of showing: C0, DEL, C1, line and paragraph
# separators, marks that change the direction of text or take no room, lone surrogates, language tags.
CONTROLS = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

#: Characters of a document of which lines are shown: configuration has less, a migration that fills tables may not.
_LONGEST_SHOWN = 2_000_000


@lru_cache(maxsize=512)
def sensitive_spans(document: Document) -> tuple[Span, ...]:
    """The places of a document that must not be shown, in order and without overlap.

    In env files that is every value that is not plainly harmless; elsewhere what has the form of a
    credential or stands under the name of one; everywhere also in comments and in what no parser read.
    """
    return _merged(document_spans(document), len(document.source.text))


def mask_text(text: str) -> str:
    """Free text (a message, another program's error, a diff) without the credentials in it."""
    return _replaced(text, _merged(text_spans(text), len(text)))


def mask_value(name: str, value: str) -> str:
    """A value as it may be shown that stands, or could stand, under a name in an env file."""
    shown = _replaced(value, _merged(value_spans(name, value), len(value)))
    return escape_controls(shown if len(shown) <= WIDTH else f"{shown[:WIDTH]}{_ELLIPSIS}")


def is_harmless(text: str) -> bool:
    """Whether a text may be written as it is, since nothing in it would be masked."""
    return next(text_spans(text), None) is None


def escape_controls(text: str, *, newlines: bool = True) -> str:
    """Text in which control characters are visible: ``\\x1b``, ``\\u202e``, ``\\n``.

    With ``newlines=False`` line feeds stay, for texts of several lines.
    """
    if text.isprintable():  # nothing in the pattern below is
        return text
    return compiled(CONTROLS).sub(lambda match: _escape(match[0], newlines=newlines), text)


def _escape(character: str, *, newlines: bool = True) -> str:
    if character == "\n" and not newlines:
        return character
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if named is not None:
        return named
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class _Piece(NamedTuple):
    """A stretch of source and the columns it is shown in; masked and escaped stretches are indivisible."""

    start: int
    end: int
    shown_start: int
    shown_end: int
    masked: bool


class MaskedLine:
    """A line as it may be shown, and where in it each offset of the source is found.

    ``text`` holds no control characters and no secrets. Columns count characters of ``text`` from 0.
    """

    __slots__ = ("_pieces", "text")

    def __init__(self, text: str, pieces: Sequence[_Piece]) -> None:
        self.text = text
        self._pieces = pieces

    def column(self, offset: int, *, after: bool = False) -> int:
        """The column of an offset of the source; offsets outside of what is shown give the nearest edge.

        Inside of a mask or an escape that is its first column, or, with ``after``, the one behind it.
        """
        piece = self._piece(offset)
        if piece is None:
            return 0
        if offset <= piece.start:
            return piece.shown_start
        if offset >= piece.end:
            return piece.shown_end
        if piece.end - piece.start == piece.shown_end - piece.shown_start and not piece.masked:
            return piece.shown_start + offset - piece.start
        return piece.shown_end if after else piece.shown_start

    def caret(self, span: Span) -> tuple[int, int]:
        """The columns to underline for a span: at least one, and the whole of any mask that it touches."""
        start = self.column(span.start)
        return start, max(self.column(span.end, after=True), start + 1)

    def _piece(self, offset: int) -> _Piece | None:
        index = bisect_right(self._pieces, offset, key=lambda piece: piece.start) - 1
        return self._pieces[max(index, 0)] if self._pieces else None


def masked_line(document: Document, line: int, focus: Span | None = None) -> MaskedLine:
    """One line (from 1) as it may be shown; of a long one the part around ``focus``, else its beginning.

    Of a very long document nothing is shown: to know what is a secret in it would take too long.
    Tabs take four columns, other control characters show as escapes.
    """
    source = document.source
    if len(source.text) > _LONGEST_SHOWN:
        return MaskedLine(_ELLIPSIS, ())
    whole = source.line_span(line)
    spans = sensitive_spans(document)
    start = whole.start if focus is None else _window_start(source.text, whole, focus.start, spans)
    cut = start > whole.start
    text, pieces, end = _shown(source.text, Span(start, whole.end), spans, 1 if cut else 0)
    shown = (_ELLIPSIS if cut else "") + text + (_ELLIPSIS if end < whole.end else "")
    return MaskedLine(shown, pieces)


def _window_start(text: str, line: Span, focus: int, spans: Sequence[Span]) -> int:
    """The earliest of a few beginnings from which the width reaches well past the focus."""
    focus = min(max(focus, line.start), line.end)
    for start in (line.start, line.end - WIDTH, focus - WIDTH // 4, focus - WIDTH // 40):
        if not line.start <= start <= focus:
            continue
        masked = _containing(spans, start)
        start = start if masked is None else max(masked.start, line.start)
        _, pieces, reached = _shown(text, Span(start, focus), spans, 0)
        if reached >= focus and (
            not pieces or pieces[-1].shown_end <= WIDTH * 3 // 4 or start == line.end - WIDTH
        ):
            return start
    return focus


def _containing(spans: Sequence[Span], offset: int) -> Span | None:
    index = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return spans[index] if index >= 0 and offset < spans[index].end else None


def _shown(text: str, part: Span, spans: Sequence[Span], column: int) -> tuple[str, list[_Piece], int]:
    """What is shown of a part of one line, its pieces, and the offset where the width ran out."""
    shown: list[str] = []
    pieces: list[_Piece] = []
    at, limit = part.start, column + WIDTH
    while at < part.end and column < limit:
        masked = _containing(spans, at)
        if masked is not None:
            end, what = min(masked.end, part.end), MASK
        else:
            end, what = _plain_stretch(text, at, _next_start(spans, at, part.end), limit - column)
        shown.append(what)
        pieces.append(_Piece(at, end, column, column + len(what), masked is not None))
        at, column = end, column + len(what)
    return "".join(shown), pieces, at


def _next_start(spans: Sequence[Span], at: int, end: int) -> int:
    index = bisect_right(spans, at, key=lambda span: span.start)
    return min(spans[index].start, end) if index < len(spans) else end


def _plain_stretch(text: str, at: int, end: int, room: int) -> tuple[int, str]:
    """The run of ordinary characters at ``at``, or one control character made visible."""
    end = min(end, at + room)
    if text[at:end].isprintable():
        return end, text[at:end]
    control = compiled(CONTROLS).search(text, at, end)
    if control is None:
        return end, text[at:end]
    if control.start() > at:
        return control.start(), text[at : control.start()]
    return at + 1, _TAB if control[0] == "\t" else _escape(control[0])


def _merged(spans: Iterable[Span], limit: int) -> tuple[Span, ...]:
    """Spans in order, clipped to the text; touching and overlapping ones become one."""
    merged: list[Span] = []
    for span in sorted(spans):
        start, end = max(span.start, 0), min(span.end, limit)
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return tuple(merged)


def _replaced(text: str, spans: Sequence[Span]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += text[at : span.start], MASK
        at = span.end
    return "".join([*parts, text[at:]])
