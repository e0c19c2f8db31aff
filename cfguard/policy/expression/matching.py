"""Automata over characters, run in time linear in the subject: each state of the search is computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cfguard.policy.expression.values import Budget

SIZE_LIMIT: Final = 1000
_CACHE_LIMIT: Final = 5000
AT_START, AT_END, BOUNDARY, INSIDE = range(4)
_CONSUME, _CHECK, _BRANCH, _MATCH = range(4)
_BEFORE_TEXT, _AFTER_OTHER, _AFTER_WORD = range(3)
_END: Final = ""


class Characters:
    """A set of characters, as ranges; ``folded`` ignores case."""

    __slots__ = ("folded", "negated", "ranges")

    def __init__(self, ranges: list[tuple[str, str]], *, negated: bool = False, folded: bool = False) -> None:
        self.ranges = ranges
        self.negated = negated
        self.folded = folded

    def __contains__(self, character: str) -> bool:
        forms = {character, character.lower(), character.upper()} if self.folded else (character,)
        return self.negated is not any(low <= form <= high for form in forms for low, high in self.ranges)


class Program:
    """Instructions under construction; each names the ones that follow it by number."""

    __slots__ = ("anchored", "characters", "follow", "kinds")

    def __init__(self, *, anchored: bool) -> None:
        self.anchored = anchored
        self.kinds: list[tuple[int, int]] = []
        self.characters: list[Characters | None] = []
        self.follow: list[list[int]] = []

    def _add(self, kind: int, detail: int, follow: list[int], characters: Characters | None = None) -> int:
        if len(self.kinds) >= SIZE_LIMIT:
            raise OverflowError
        self.kinds.append((kind, detail))
        self.characters.append(characters)
        self.follow.append(follow)
        return len(self.kinds) - 1

    def match(self, at_end: bool) -> int:
        """The end of the pattern; an anchored one must be at the end of the subject as well."""
        end = self._add(_MATCH, 0, [])
        return self.check(AT_END, end) if at_end else end

    def consume(self, characters: Characters, then: int) -> int:
        return self._add(_CONSUME, 0, [then], characters)

    def check(self, assertion: int, then: int) -> int:
        return self._add(_CHECK, assertion, [then])

    def branch(self, follow: list[int]) -> int:
        return self._add(_BRANCH, 0, follow)

    def extend(self, branch: int, follow: int) -> None:
        """One more way to go on from a branch: what closes a loop."""
        self.follow[branch].append(follow)


class _State:
    """Where the search stands: instructions to go on from, and what kind of character came last."""

    __slots__ = ("before", "moves", "seeds")

    def __init__(self, seeds: frozenset[int], before: int) -> None:
        self.seeds = seeds
        self.before = before
        self.moves: dict[str, _State | bool] = {}


class Pattern:
    """A compiled pattern; it remembers the states it has met, up to a bound."""

    __slots__ = ("_cached", "_first", "_program", "_start", "_states")

    def __init__(self, program: Program, start: int) -> None:
        self._program = program
        self._start = start
        self._reset()

    def _reset(self) -> None:
        self._first = _State(frozenset((self._start,)), _BEFORE_TEXT)
        self._states = {(self._first.seeds, _BEFORE_TEXT): self._first}
        self._cached = 0

    def matches(self, subject: str, budget: Budget) -> bool:
        """Whether the pattern is found in the subject (an anchored one: matches all of it)."""
        budget.charge(1 + (len(subject) >> 6))
        if self._cached > _CACHE_LIMIT:
            self._reset()
        state = self._first
        for character in subject:
            move = state.moves.get(character)
            if move is None:
                move = self._move(state, character, budget)
            if move is True or move is False:
                return move
            state = move
        end = state.moves.get(_END)
        return (self._move(state, _END, budget) if end is None else end) is True

    def _move(self, state: _State, character: str, budget: Budget) -> _State | bool:
        reached, matched = self._closure(state, character)
        budget.charge(1 + (len(reached) >> 4))
        move: _State | bool = matched
        if not matched and character != _END:
            program = self._program
            seeds = {
                program.follow[index][0]
                for index in reached
                if character in (program.characters[index] or "")
            }
            if not program.anchored:
                seeds.add(self._start)
            move = self._state(frozenset(seeds), _AFTER_WORD if _is_word(character) else _AFTER_OTHER)
        self._cached += 1
        if self._cached <= _CACHE_LIMIT:
            state.moves[character] = move
        return move

    def _state(self, seeds: frozenset[int], before: int) -> _State | bool:
        if not seeds:
            return False
        state = self._states.get((seeds, before))
        if state is None:
            state = _State(seeds, before)
            if self._cached <= _CACHE_LIMIT:
                self._states[(seeds, before)] = state
        return state

    def _closure(self, state: _State, following: str) -> tuple[set[int], bool]:
        program = self._program
        reached: set[int] = set()
        pending = list(state.seeds)
        while pending:
            index = pending.pop()
            if index in reached:
                continue
            reached.add(index)
            kind, detail = program.kinds[index]
            if kind == _MATCH:
                return reached, True
            if kind == _BRANCH or (kind == _CHECK and _holds(detail, state.before, following)):
                pending.extend(program.follow[index])
        return reached, False


def _holds(assertion: int, before: int, following: str) -> bool:
    if assertion == AT_START:
        return before == _BEFORE_TEXT
    if assertion == AT_END:
        return following == _END
    boundary = (before == _AFTER_WORD) is not _is_word(following)
    return boundary is (assertion == BOUNDARY)


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")
