"""Regular expressions in RE2's syntax, and globs, as small automata that match in linear time.

Python's ``re`` can take exponential time on a short pattern; to refuse such patterns by inspection is
guesswork, so they are parsed here into the instructions that :mod:`cfguard.policy.expression.matching` runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cfguard.policy.expression.matching import (
    AT_END,
    AT_START,
    BOUNDARY,
    INSIDE,
    Characters,
    Pattern,
    Program,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Fragment = Callable[[Program, int], int]
    """Adds its instructions to a program, in front of the given continuation, and gives where they begin."""

REPEAT_LIMIT: Final = 200
_GROUP_LIMIT: Final = 40
_DIGITS = [("0", "9")]
_WORDS = [("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")]
_SPACES = [("\t", "\n"), ("\f", "\r"), (" ", " ")]
_CLASSES = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ASSERTIONS = {"b": BOUNDARY, "B": INSIDE, "A": AT_START, "z": AT_END}


class PatternError(Exception):
    """A pattern this language does not have; ``offset`` is the place in the pattern."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def compile_regex(pattern: str) -> Pattern:
    """A pattern that is searched for anywhere in the subject. Raises PatternError."""
    return _compiled(_RegexParser(pattern).whole(), anchored=False, length=len(pattern))


def compile_glob(pattern: str) -> Pattern:
    """``*`` and ``?`` stop at ``/``, ``**`` does not, ``[abc]`` is one of; the whole subject must match."""
    parts: list[Fragment] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            end = pattern.find("]", position + 2)
            if end < 0:
                raise PatternError("the class does not end", position)
            body = pattern[position + 1 : end]
            negated = body[0] in "!^"
            parts.append(_one(_glob_class(body[negated:], negated)))
            position = end
        elif pattern.startswith("**", position):
            parts.append(_repeat(_one(Characters([], negated=True)), 0, None))
            position += 1
        elif character in "*?":
            segment = _one(Characters([("/", "/")], negated=True))
            parts.append(_repeat(segment, 0, None) if character == "*" else segment)
        else:
            parts.append(_one(Characters([(character, character)])))
        position += 1
    return _compiled(_sequence(parts), anchored=True, length=len(pattern))


def _glob_class(body: str, negated: bool) -> Characters:
    ranges: list[tuple[str, str]] = []
    position = 0
    while position < len(body):
        last = (
            position + 2
            if body[position + 1 : position + 2] == "-" and position + 2 < len(body)
            else position
        )
        ranges.append((body[position], body[last]))
        position = last + 1
    return Characters(ranges, negated=negated)


def _compiled(fragment: Fragment, *, anchored: bool, length: int) -> Pattern:
    program = Program(anchored=anchored)
    try:
        start = fragment(program, program.match(anchored))
    except OverflowError:
        raise PatternError("the pattern is too large once its repeats are written out", length) from None
    return Pattern(program, start)


def _one(characters: Characters) -> Fragment:
    return lambda program, then: program.consume(characters, then)


def _assertion(kind: int) -> Fragment:
    return lambda program, then: program.check(kind, then)


def _sequence(parts: list[Fragment]) -> Fragment:
    def build(program: Program, then: int) -> int:
        for part in reversed(parts):
            then = part(program, then)
        return then

    return build


def _choice(branches: list[Fragment]) -> Fragment:
    return lambda program, then: program.branch([branch(program, then) for branch in branches])


def _repeat(part: Fragment, least: int, most: int | None) -> Fragment:
    def build(program: Program, then: int) -> int:
        if most is None:
            loop = program.branch([then])
            program.extend(loop, part(program, loop))
            then = loop
        else:
            end = then
            for _ in range(most - least):
                then = program.branch([part(program, then), end])
        for _ in range(least):
            then = part(program, then)
        return then

    return build


class _RegexParser:
    __slots__ = ("any", "depth", "folded", "pattern", "position")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.depth = 0
        self.folded = False
        self.any = Characters([("\n", "\n")], negated=True)

    def whole(self) -> Fragment:
        if self.pattern.startswith("(?") and self.pattern[2:3] in ("i", "s"):
            end = self.pattern.find(")")
            flags = self.pattern[2 : max(end, 2)]
            if not set(flags) <= {"i", "s"}:
                raise PatternError("the flags of a pattern are `i` and `s`", 2)
            self.folded = "i" in flags
            if "s" in flags:
                self.any = Characters([], negated=True)
            self.position = end + 1
        fragment = self.alternatives()
        if self.position < len(self.pattern):
            raise PatternError("`)` closes nothing", self.position)
        return fragment

    def peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise PatternError("the pattern ends too early", self.position)
        self.position += 1
        return character

    def alternatives(self) -> Fragment:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.position += 1
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else _choice(branches)

    def sequence(self) -> Fragment:
        parts: list[Fragment] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return _sequence(parts)

    def repeated(self) -> Fragment:
        part = self.atom()
        counts = self.counts()
        if counts is None:
            return part
        if self.peek() == "?":  # lazy: finds the same matches
            self.position += 1
        if self.peek() in ("*", "+", "?") and self.peek():
            raise PatternError("a repeat cannot be repeated; put it into a group", self.position)
        return _repeat(part, *counts)

    def counts(self) -> tuple[int, int | None] | None:
        character = self.peek()
        if character and character in "*+?":
            self.position += 1
            return (1 if character == "+" else 0), (1 if character == "?" else None)
        end = self.pattern.find("}", self.position)
        if character != "{" or end < 0:
            return None
        least, comma, most = self.pattern[self.position + 1 : end].partition(",")
        if not (
            least.isdecimal() and least.isascii() and (not most or (most.isdecimal() and most.isascii()))
        ):
            return None  # as in RE2 the braces then stand for themselves
        low, high = int(least[:9]), int(most[:9]) if most else None if comma else int(least[:9])
        if max(low, high or 0) > REPEAT_LIMIT or (high is not None and high < low):
            raise PatternError(f"a repeat counts upwards and at most to {REPEAT_LIMIT}", self.position)
        self.position = end + 1
        return low, high

    def atom(self) -> Fragment:
        start = self.position
        character = self.take()
        if character == "(":
            return self.group(start)
        if character == "[":
            return _one(self.character_class(start))
        if character == ".":
            return _one(self.any)
        if character in "^$":
            return _assertion(AT_START if character == "^" else AT_END)
        if character == "\\":
            return self.escape(start)
        if character in "*+?":
            raise PatternError(f"`{character}` repeats nothing", start)
        return self.literal(character)

    def literal(self, character: str) -> Fragment:
        return _one(Characters([(character, character)], folded=self.folded))

    def group(self, start: int) -> Fragment:
        if self.peek() == "?":
            for opening in ("?:", "?P<", "?<"):
                if self.pattern.startswith(opening, self.position):
                    self.position += len(opening)
                    break
            else:
                raise PatternError(
                    "groups are `(…)`, `(?:…)` and `(?P<name>…)`; there is no look-around", start
                )
            if opening != "?:":
                end = self.pattern.find(">", self.position)
                if not self.pattern[self.position : end].isidentifier():
                    raise PatternError("the group has no name; there is no look-behind", start)
                self.position = end + 1
        self.depth += 1
        if self.depth > _GROUP_LIMIT:
            raise PatternError(f"groups nest deeper than {_GROUP_LIMIT} levels", start)
        fragment = self.alternatives()
        self.depth -= 1
        if self.peek() != ")":
            raise PatternError("the group does not end", start)
        self.position += 1
        return fragment

    def escape(self, start: int) -> Fragment:
        letter = self.peek()
        if letter in _ASSERTIONS and letter:
            self.position += 1
            return _assertion(_ASSERTIONS[letter])
        if letter.lower() in _CLASSES and letter:
            self.position += 1
            return _one(Characters(_CLASSES[letter.lower()], negated=letter.isupper(), folded=self.folded))
        return self.literal(self.escaped_character(start))

    def escaped_character(self, start: int) -> str:
        letter = self.take()
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter == "x":
            digits = self.pattern[self.position : self.position + 2]
            self.position += len(digits)
            if digits[:1] == "{":
                end = max(self.pattern.find("}", self.position), 0)
                digits = self.pattern[self.position - 1 : end]
                self.position = end + 1
            if digits and len(digits) <= 6 and set(digits) <= set("0123456789abcdefABCDEF"):
                code = int(digits, 16)
                if code <= 0x10FFFF:
                    return chr(code)
        elif not (letter.isalnum() or letter == "_"):
            return letter
        what = "there are no back-references" if letter.isdigit() else "write the characters out"
        raise PatternError(f"`\\{letter}` is no escape here; {what}", start)

    def character_class(self, start: int) -> Characters:
        negated = self.peek() == "^"
        self.position += negated
        ranges: list[tuple[str, str]] = []
        first = True
        while first or self.peek() != "]":
            first = False
            if not self.peek() or self.pattern.startswith("[:", self.position):
                raise PatternError("the class does not end, or names a class like `[:alpha:]`", start)
            ranges.extend(self.class_item())
        self.position += 1
        return Characters(ranges, negated=negated, folded=self.folded)

    def class_item(self) -> list[tuple[str, str]]:
        start = self.position
        low = self.take()
        if low == "\\":
            if self.peek() in _CLASSES and self.peek():
                return _CLASSES[self.take()]
            low = self.escaped_character(start)
        if self.peek() != "-" or self.pattern[self.position + 1 : self.position + 2] in ("]", ""):
            return [(low, low)]
        self.position += 1
        high = self.take()
        if high == "\\":
            high = self.escaped_character(start)
        if high < low:
            raise PatternError("the range of characters runs backwards", start)
        return [(low, high)]
