"""Records behave like those of the standard library, which type checkers take them for."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from cfguard.named_tuple import NamedTuple


class Ours(NamedTuple):
    """Two fields with a default behind them, and a method."""

    name: str
    size: int
    parts: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return self.size * 2


class Theirs(typing.NamedTuple):
    """The same, made by the standard library."""

    name: str
    size: int
    parts: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return self.size * 2


class Longer(Ours):
    """A record with further methods has the fields of its base."""

    __slots__ = ()

    def first(self) -> str:
        return self.name[:1]


@pytest.mark.parametrize("made", [("a", 1), ("a", 1, ("b",))])
def test_a_record_is_what_the_standard_library_makes(made: tuple[typing.Any, ...]) -> None:
    ours, theirs = Ours(*made), Theirs(*made)
    assert ours == theirs == Ours(**theirs._asdict())
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(size=7) == theirs._replace(size=7)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert (ours._fields, ours._field_defaults) == (theirs._fields, theirs._field_defaults)
    assert (ours.name, ours.size, ours.parts, ours.twice) == (*theirs, theirs.twice)
    assert Ours._make(theirs) == theirs
    assert hash(ours) == hash(theirs)
    assert not hasattr(ours, "__dict__")
    match ours:
        case Ours(name, size):
            assert (name, size) == made[:2]


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), (("a",), {}), (("a", 1, (), 2), {}), (("a",), {"colour": 1})]
)
def test_wrong_values_are_refused_whether_or_not_it_is_the_first_record(
    values: tuple[typing.Any, ...], named: dict[str, typing.Any]
) -> None:
    class Fresh(NamedTuple):
        name: str
        size: int
        parts: tuple[str, ...] = ()

    for _ in range(2):
        with pytest.raises(TypeError):
            Fresh(*values, **named)
    assert Fresh("a", size=1) == ("a", 1, ())


def test_unknown_fields_are_not_replaced() -> None:
    wrong: dict[str, typing.Any] = {"colour": 1}
    with pytest.raises(ValueError, match="colour"):
        Ours("a", 1)._replace(**wrong)
    with pytest.raises(TypeError):
        Ours._make(["a"])


def test_a_record_with_further_methods_and_a_copied_one_are_of_their_own_type() -> None:
    longer = Longer("abc", 1)
    assert (longer.first(), longer.twice, type(longer._replace(size=2))) == ("a", 2, Longer)
    assert type(Ours("a", 1)) is Ours
    assert pickle.loads(pickle.dumps(longer)) == copy.deepcopy(longer) == longer


def test_a_field_cannot_be_set() -> None:
    with pytest.raises(AttributeError):
        Ours("a", 1).size = 2  # type: ignore[misc]
