"""The options of ``docker run`` and ``docker build`` that a devcontainer.json hands on, word by word."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.model.entity import text_of
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Node


class Option(NamedTuple):
    """An option with its value, the node of its own word and the one that holds the value.

    What takes no value has the next word for one, or nothing.
    """

    name: str
    value: str
    word: Node
    node: Node


def options_of(array: Node | None) -> Iterator[Option]:
    """Every word of a list that may be an option, in either form: ``--x=y`` in one word, or ``--x``, ``y`` in two.

    Which options take a value is not known here: the caller asks for names that do.
    """
    items = array.items if array is not None else []
    for item, following in zip(items, [*items[1:], None], strict=False):
        name, equals, inline = (text_of(item) or "").partition("=")
        if not name.startswith("-"):
            continue
        if equals or following is None:
            yield Option(name, inline, item, item)
        else:
            yield Option(name, text_of(following) or "", item, following)


def run_options(root: Node) -> Iterator[Option]:
    """The options of ``runArgs``; none in a container that Compose makes, where they have no effect."""
    alone = root.get("dockerComposeFile") is None
    yield from options_of(root.get("runArgs") if alone else None)
