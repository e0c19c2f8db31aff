"""What every entity of the model has in common: typed fields that rules read, and places that they blame."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from cfguard.named_tuple import NamedTuple
from cfguard.sensitive import Sensitive
from cfguard.syntax.node import Document, Node, Part, Path, parse_path
from cfguard.text import Span

if TYPE_CHECKING:
    from typing import Self

E = TypeVar("E", bound="Entity")
T_co = TypeVar("T_co", covariant=True)


class Place(NamedTuple):
    """Where to point: a span in a file (None for the whole file) and the path that identifies it.

    ``exact`` is false where the thing itself is absent and the nearest ancestor stands in for it, and
    where it is a whole file: a rule that names a better place then means that one.
    """

    path: str
    span: Span | None
    key: Path
    exact: bool = True


class field(Generic[E, T_co]):  # noqa: N801 - reads as a decorator, like property
    """An attribute of an entity that rules can read, computed once when first asked for.

    The return annotation is the field's type in the expression language, the docstring its line in the
    reference; neither is written down a second time.
    """

    def __init__(self, compute: Callable[[E], T_co]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, entity: None, owner: type[E]) -> Self: ...
    @overload
    def __get__(self, entity: E, owner: type[E]) -> T_co: ...
    def __get__(self, entity: E | None, owner: type[E]) -> Self | T_co:
        if entity is None:
            return self
        value = self.compute(entity)
        # A non-data descriptor: from now on the instance's own attribute answers.
        entity.__dict__[self.name] = value
        return value

    @property
    def annotation(self) -> str:
        """The return annotation as written in the source."""
        return str(self.compute.__annotations__["return"])


class Entity:
    """A thing that rules speak of, tied to the node of the file it was read from.

    ``expression_type`` is its name in rules (``each = "environment"``). ``document`` and ``node`` are
    None for entities that no file states (a stage without an environment).
    """

    expression_type = "entity"

    def __init__(self, document: Document | None, node: Node | None) -> None:
        self.document = document
        self.node = node

    def scopes(self) -> Iterator[tuple[Document, Node]]:
        """Where paths relative to this entity are looked up, best first."""
        if self.document is not None and self.node is not None:
            yield self.document, self.node

    def belongs_to(self) -> tuple[str | None, str | None]:
        """The Worker and the environment that a finding about this entity names."""
        return None, None

    def is_whole(self) -> bool:
        """Whether everything it was built from was read without a syntax error."""
        return self.document is None or not self.document.recovered

    def place(self, at: str) -> Place:
        """The place of ``at``: a path below this entity (``.`` is itself), maybe with `` ~key`` or `` ~pair``.

        What is missing is blamed on the nearest ancestor that has a key; with none, on the whole file.
        """
        path_text, _, part = at.partition("~")
        path = parse_path(path_text.strip().removeprefix("."))
        found = [(document, node, node.get(*path)) for document, node in self.scopes()]
        for document, _, target in found:
            if target is not None:
                span = blame(target, part.strip())
                return Place(document.path, span, target.path, exact=span is not None)
        if not found:
            return Place("", None, path, exact=False)
        document, node, _ = found[0]
        nearest: Node | None = _nearest(node, path)
        while nearest is not None and nearest.key_span is None and nearest.key is None:
            nearest = nearest.parent
        span = blame(nearest, "key") if nearest is not None else None
        return Place(document.path, span, node.path + path, exact=False)


def _nearest(node: Node, path: Path) -> Node:
    for step in path:
        child = node.get(step)
        if child is None:
            break
        node = child
    return node


def blame(node: Node, part: str = "") -> Span | None:
    """The span that stands for a node: a scalar's value, a container's key, None for a whole file."""
    if part:
        chosen: Part = "key" if part == "key" else "pair" if part == "pair" else "value"
        return node.part(chosen) if node.key is not None else None
    if node.key is None:
        return None
    if node.kind in ("table", "array") and node.key_span is not None:
        return node.key_span
    return node.span


def fields_of(entity: type[Entity]) -> dict[str, field[Any, Any]]:
    """The fields that rules can read on a type of entity, inherited ones included, in order of definition."""
    found: dict[str, field[Any, Any]] = {}
    for owner in reversed(entity.__mro__):
        found.update((name, value) for name, value in vars(owner).items() if isinstance(value, field))
    return found


@lru_cache(maxsize=64)
def _sensitive_spans(document: Document) -> tuple[Span, ...]:
    """Found once for all values of a file, which rules ask for one by one."""
    from cfguard.secrets.masking import sensitive_spans

    return sensitive_spans(document)


def shown_of(document: Document, node: Node) -> object:
    """The value of a node as plain data for rules; strings that may be credentials show as ``••••``."""
    spans = _sensitive_spans(document)
    top: dict[str | int, Any] = {"": None}
    # Iterative, since a file decides how deep it nests; a holder has all its keys beforehand, in order.
    pending: list[tuple[Node, Any, str | int]] = [(node, top, "")]
    while pending:
        each, holder, key = pending.pop()
        if each.kind == "table":
            holder[key] = dict.fromkeys(each.members)
            pending.extend((child, holder[key], name) for name, child in each.members.items())
        elif each.kind == "array":
            holder[key] = [None] * len(each.items)
            pending.extend((child, holder[key], index) for index, child in enumerate(each.items))
        else:
            holder[key] = _shown_scalar(each, spans)
    return top[""]


def _shown_scalar(node: Node, spans: tuple[Span, ...]) -> object:
    value, span = node.value, node.span
    if not isinstance(value, str):
        return value
    after = bisect_left(spans, (span.end, 0))
    return Sensitive(value) if after and spans[after - 1].end > span.start else value


def text_of(node: Node | None) -> str | None:
    """The value of a string node; anything else reads as absent."""
    return node.value if node is not None and isinstance(node.value, str) and node.kind == "string" else None


def integer_of(node: Node | None) -> int | None:
    """The value of an integer node that fits 64 bits; anything else (booleans too) reads as absent."""
    if node is None or node.kind != "integer" or not isinstance(node.value, int):
        return None
    return node.value if -(2**63) <= node.value < 2**63 else None


def boolean_of(node: Node | None) -> bool | None:
    """The value of a boolean node; anything else reads as absent."""
    return node.value if node is not None and isinstance(node.value, bool) else None


def strings_of(node: Node | None) -> tuple[str, ...]:
    """The strings of an array node, others left out; a value of another shape has none."""
    if node is None:
        return ()
    return tuple(text for item in node.items if (text := text_of(item)) is not None)
