"""Whether JavaScript's ``new Date(text)`` accepts a text: all that wrangler asks of a compatibility date.

Node's engine takes ISO 8601 dates and, as browsers did before there was a standard, nearly any order of
numbers, month names and times. Rebuilt from the documented behaviour of V8's date parser and compared with
Node 20 over random texts (2026-11).
"""

from __future__ import annotations

from cfguard.pattern import lazy

_LAST_YEAR = 275760  # 8.64e15 milliseconds after 1970, where JavaScript's dates end
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = frozenset(("z", "ut", "utc", "gmt", "cdt", "cst", "edt", "est", "mdt", "mst", "pdt", "pst"))
_TOKEN = lazy(r"[0-9]+|[^\W\d_]+|\s+|[\s\S]")
_WORD = lazy(r"[A-Za-z\[\\\]^_`{|}~\x7f-\U0010ffff]+")
_ISO = lazy(
    r"(?:[+-](?!000000)[0-9]{6}|\+000000|[0-9]{4})"
    r"(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
    r"(?:[Tt](?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?|24:00(?::00(?:\.0+)?)?)"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?)?"
)
_ISO_DATE = lazy(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?(?=[Tt](?![A-Za-z]))")


def is_date(text: str) -> bool:
    """Whether ``new Date(text)`` is a valid date."""
    if _ISO.fullmatch(text):
        return True
    if _ISO_DATE.match(text):
        # Once a time follows an ISO date, the old parser is not asked any more.
        return False
    return _Legacy(text).accepts()


class _Legacy:
    """The old parser: numbers, words and signs in nearly any order."""

    __slots__ = ("at", "day", "has_number", "hour_offset", "month", "time", "tokens", "zone")

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.day: list[int] = []
        self.month: int | None = None
        self.time: list[int] = []
        self.hour_offset: int | None = None
        self.zone: tuple[int, int | None] | None = None
        self.has_number = False
        self.iso_start()

    def iso_start(self) -> None:
        """Take what an ISO date would begin with: the engine tries that first and does not go back."""
        for size, low, high in ((4, 0, 9999), (2, 1, 12), (2, 1, 31)):
            token = self.peek()
            if not (len(token) == size and _is_number(token) and low <= int(token) <= high):
                return
            self.day.append(int(token))
            self.has_number = True
            self.at += 1
            if len(self.day) < 3 and not self.skip("-"):
                return

    def peek(self) -> str:
        """The next piece, or nothing at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def skip(self, symbol: str) -> bool:
        """Take the next piece if it is this symbol."""
        if self.peek() == symbol:
            self.at += 1
            return True
        return False

    def accepts(self) -> bool:
        """Read everything; whether it makes a real day and time."""
        while self.at < len(self.tokens):
            piece = self.tokens[self.at]
            self.at += 1
            if _is_number(piece):
                ok = self.number(piece)
            elif _WORD.match(piece):
                ok = self.word(piece)
            elif piece in "+-" and (self.zone == (0, 0) or self.time):
                ok = self.offset()
            elif piece == "(":
                ok = self.parenthesis()
            else:
                ok = not (piece in "+-)" and self.has_number)
            if not ok:
                return False
        return self.day_is_real() and self.time_is_real()

    def number(self, token: str) -> bool:
        """A number is an hour, a minute, an offset or a part of the day, by what stands around it."""
        self.has_number = True
        value = int(token.lstrip("0")[:9] or "0")
        if self.skip(":"):
            return self.before_colon(value)
        if self.peek() == "." and self.expects(value):
            self.at += 1
            self.time.append(value)
            return self.fraction()
        self.skip(".")
        if self.zone is not None and self.zone[1] is None and value < 60:
            self.zone = (self.zone[0], value)
            return True
        if self.expects(value):
            following = self.peek()
            ends = not following or following.isspace() or following in ("+", "-", "z", "Z")
            return ends and self.finish_time(value)
        if len(self.day) >= 3:
            return False
        self.day.append(value)
        self.skip("-")
        return True

    def before_colon(self, value: int) -> bool:
        """An hour or a minute; a second colon stands for no minutes."""
        if self.peek() == ":":
            if self.time:
                return False
            self.at += 1
            self.time = [value, 0]
            return True
        if not self.add_time(value):
            return False
        self.skip(".")
        return True

    def fraction(self) -> bool:
        """The digits of a fraction of a second."""
        digits = self.digits()
        return bool(digits) and self.finish_time(int((digits + "00")[:3]))

    def digits(self) -> str:
        """The next piece if it is a number, else nothing."""
        piece = self.peek()
        if not _is_number(piece):
            return ""
        self.at += 1
        return piece

    def add_time(self, value: int) -> bool:
        """One more part of the time, of at most four."""
        if len(self.time) >= 4:
            return False
        self.time.append(value)
        return True

    def finish_time(self, value: int) -> bool:
        """The last part of the time."""
        if not self.add_time(value):
            return False
        self.time += [0] * (4 - len(self.time))
        return True

    def expects(self, value: int) -> bool:
        """Whether the time waits for such a number."""
        count = len(self.time)
        return (count in (1, 2) and value < 60) or (count == 3 and value < 1000)

    def word(self, token: str) -> bool:
        """A month, a zone, am or pm; other words are passed over before the first number."""
        word = token.lower()
        if word in ("am", "pm") and self.time:
            self.hour_offset = 12 if word == "pm" else 0
        elif word[:3] in _MONTHS:
            self.month = _MONTHS.index(word[:3]) + 1
            self.skip("-")
        elif word in _ZONES and self.has_number:
            self.zone = (0, 0) if word in ("z", "ut", "utc", "gmt") else (-1, 0)
        elif self.has_number or _is_number(self.peek()):
            return False
        return True

    def offset(self) -> bool:
        """A signed offset from UTC: hours, or hours and minutes."""
        digits = self.digits()
        self.has_number = True
        value = int(digits[:9] or "0")
        if self.peek() == ":":
            self.zone = (value, None)
        elif len(digits) in (1, 2):
            self.zone = (value, 0)
        elif len(digits) in (3, 4):
            self.zone = (value // 100, value % 100)
        else:
            return False
        return True

    def parenthesis(self) -> bool:
        """A comment, with those inside it."""
        depth = 1
        while depth and self.at < len(self.tokens):
            depth += {"(": 1, ")": -1}.get(self.tokens[self.at], 0)
            self.at += 1
        return True

    def day_is_real(self) -> bool:
        """Whether month and day are in range; the engine does not count the days of a month."""
        if not self.day:
            return False
        parts = self.day + [1] * (3 - len(self.day))
        first_is_day = 1 <= parts[0] <= 31
        if self.month is not None:
            day, year = (parts[0], parts[1]) if first_is_day else (parts[1], parts[0])
            return 1 <= day <= 31 and year <= _LAST_YEAR
        month, day, year = parts if first_is_day else (parts[1], parts[2], parts[0])
        return 1 <= month <= 12 and 1 <= day <= 31 and year <= _LAST_YEAR

    def time_is_real(self) -> bool:
        """Whether the time is one of a day."""
        hour, minute, second, milli = self.time + [0] * (4 - len(self.time))
        if self.hour_offset is not None:
            if not 0 < hour <= 12:
                return False
            hour = hour % 12 + self.hour_offset
        if hour == 24 and minute == second == milli == 0:
            return True
        return hour < 24 and minute < 60 and second < 60


def _is_number(piece: str) -> bool:
    return "0" <= piece[:1] <= "9"


def _tokens(text: str) -> list[str]:
    """Numbers, words, runs of blanks and single characters."""
    found: list[str] = []
    at = 0
    while at < len(text):
        match = (
            _WORD.match(text, at) if text[at] >= "A" and not text[at].isspace() else _TOKEN.match(text, at)
        )
        if match is None:
            found.append(text[at])
            at += 1
        else:
            found.append(match.group())
            at = match.end()
    return found
