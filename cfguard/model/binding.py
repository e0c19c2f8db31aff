"""What a binding's own entry says, whatever environment it stands in."""

from __future__ import annotations

from cfguard.model.entity import Entity, boolean_of, field, shown_of, text_of
from cfguard.model.inheritance import BindingPlace
from cfguard.model.values import is_database_id, is_placeholder_id, is_substituted, is_template_text
from cfguard.syntax.node import Document, Node

#: Kinds of which the id or name alone says that two bindings mean the same data.
_SHAREABLE = frozenset({"kv", "r2", "queue"})


class Resource(Entity):
    """A resource that code finds under a name."""

    expression_type = "resource"

    def __init__(self, document: Document, place: BindingPlace, node: Node) -> None:
        super().__init__(document, node)
        self._place, self._node, self._document = place, node, document

    @field
    def kind(self) -> str:
        """What it gives: `d1`, `kv`, `r2`, `queue`, `durable-object`, `service`, …."""
        return self._place.kind

    @field
    def name(self) -> str | None:
        """The name under which the code finds it."""
        return text_of(self._node.get(self._place.name_key))

    @field
    def name_key(self) -> str:
        """The key that holds the name: `binding`, for some kinds `name`."""
        return self._place.name_key

    @field
    def is_identifier(self) -> bool:
        """Whether the name is one that JavaScript lets stand after a dot: `env.NAME`."""
        name = self.name
        return name is not None and (
            name.replace("$", "_").isidentifier() or (is_template_text(name) and name != "")
        )

    @field
    def target(self) -> str | None:
        """What it is bound to: the id, bucket, queue, class or service that its kind has."""
        found = (text_of(self._node.get(key)) for key in self._place.targets)
        return next((text for text in found if text), None)

    @field
    def target_key(self) -> str:
        """The key that says what it is bound to; of several the one that is set."""
        found = (key for key in self._place.targets if text_of(self._node.get(key)))
        return next(found, self._place.targets[0] if self._place.targets else "")

    @property
    def shared_target(self) -> tuple[str, str] | None:
        """What two bindings of the same data have in common, for kinds and values where that is certain."""
        if self.kind not in _SHAREABLE or self.target is None or is_placeholder_id(self.target):
            return None
        return self.kind, self.target

    @field
    def database_id(self) -> str | None:
        """D1: the id of the database."""
        return text_of(self._node.get("database_id"))

    @field
    def database_name(self) -> str | None:
        """D1: the name of the database."""
        return text_of(self._node.get("database_name"))

    @field
    def has_real_id(self) -> bool:
        """D1: whether the id names a database, and is not a placeholder that everyone shares."""
        return self.database_id is not None and not is_placeholder_id(self.database_id)

    @field
    def has_impossible_id(self) -> bool:
        """D1: whether an id is set that no database can have; what build scripts fill in is none."""
        id = self.database_id
        return id is not None and not is_database_id(id) and not is_substituted(id)

    @field
    def remote(self) -> bool | None:
        """Whether local development uses the deployed resource."""
        return boolean_of(self._node.get("remote"))

    @field
    def config(self) -> object:
        """The entry as written, of any shape."""
        return shown_of(self._document, self._node)
