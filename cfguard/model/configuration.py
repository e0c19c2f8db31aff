"""What one environment of a config says, with wrangler's inheritance resolved; it knows nothing of its Worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cfguard.model.compatibility import contradiction, redundant_flags
from cfguard.model.entity import Entity, Place, boolean_of, field, shown_of, strings_of, text_of
from cfguard.model.hosts import HostPattern, route_hosts
from cfguard.model.inheritance import (
    BINDING_PLACES,
    INHERITABLE,
    SINGLE_BINDINGS,
    TOP_LEVEL_ONLY,
    WORKERS_ONLY,
    BindingPlace,
)
from cfguard.model.values import calendar_date, is_date_refused, is_template_text
from cfguard.model.worker_name import name_fault
from cfguard.syntax.node import Document, Node


class Configuration(Entity):
    """The keys of one environment: its own, else those of the top level that it inherits.

    ``top`` is the top level of the same file, the node itself for the top level.
    """

    expression_type = "configuration"

    def __init__(self, document: Document, node: Node, name: str, top: Node, *, own_file: bool) -> None:
        super().__init__(document, node)
        self._node, self._name, self._top = node, name, top
        self._document = document
        self._own_file = own_file

    def scopes(self) -> Iterator[tuple[Document, Node]]:
        yield self._document, self._node
        if self._top is not self._node:
            yield self._document, self._top

    def place(self, at: str) -> Place:
        """As for all entities; a top level itself has no key of its own, and its `name` stands for it."""
        stands_for_all = at.strip() == "." and not self._is_nested and self._node.get("name") is not None
        return super().place("name" if stands_for_all else at)

    @property
    def _is_nested(self) -> bool:
        return self._top is not self._node

    def own(self, *path: str) -> Node | None:
        """The node at a path as this environment itself sets it."""
        return self._node.get(*path)

    def inherited(self, *path: str) -> Node | None:
        """The node at a path that the top level has and this environment takes over, as a whole."""
        if not self._is_nested or path[0] not in INHERITABLE or self._node.get(path[0]) is not None:
            return None
        return self._top.get(*path)

    def setting(self, key: str) -> Node | None:
        """The node of a key as wrangler resolves it: its own, else the top level's where it is inherited."""
        own = self._node.get(key)
        if own is not None or not self._is_nested:
            return own
        return self._top.get(key) if key in INHERITABLE or key in TOP_LEVEL_ONLY else None

    @field
    def name(self) -> str:
        """The name as in `env.<name>` or `wrangler.<name>.toml`; empty for the top level."""
        return self._name

    @field
    def label(self) -> str:
        """How to speak of it in a message: its name in quotes, or `the top level`."""
        return f"`{self._name}`" if self._name else "the top level"

    @field
    def own_file(self) -> bool:
        """Whether it is a whole config file of its own (`wrangler.production.toml`)."""
        return self._own_file

    @field
    def is_top_level(self) -> bool:
        """Whether it is what wrangler uses without `--env`."""
        return self._name == ""

    @field
    def is_nested(self) -> bool:
        """Whether it is an `env.<name>` below a top level, and not the top level of its file."""
        return self._is_nested

    @field
    def worker_name(self) -> str | None:
        """The name under which it is deployed: `<name>-<environment>` unless it sets one itself."""
        own = text_of(self._node.get("name"))
        if own is not None or not self._is_nested:
            return own
        inherited = text_of(self._top.get("name"))
        return f"{inherited}-{self._name}" if inherited is not None else None

    @property
    def answers_at_workers_dev(self) -> bool:
        """Whether it has its workers.dev name: as `workers_dev` says, else unless there are routes."""
        stated = boolean_of(self.setting("workers_dev"))
        return stated if stated is not None else not self.host_patterns

    @property
    def refuses_workers_dev(self) -> bool:
        """Whether `workers_dev` takes its workers.dev name away in so many words."""
        return boolean_of(self.setting("workers_dev")) is False

    @field
    def has_name(self) -> bool:
        """Whether a name is set for it, in any shape but an empty text; an environment's is derived."""
        nodes = (self._node.get("name"), self._top.get("name"))
        return any(node is not None and node.value != "" for node in nodes)

    @field
    def worker_name_fault(self) -> str | None:
        """Why Cloudflare does not take the name that it is deployed under; none for a name wrangler refuses."""
        own = text_of(self._node.get("name"))
        return None if self.worker_name is None else name_fault(self.worker_name, is_derived=own is None)

    @field
    def compatibility_date(self) -> date | None:
        """The date that its runtime behaves by, where it is a real `YYYY-MM-DD`; inherited."""
        return calendar_date(self.compatibility_date_text or "")

    @field
    def compatibility_date_text(self) -> str | None:
        """The compatibility date as written, if it is a string; inherited."""
        return text_of(self.setting("compatibility_date"))

    @field
    def has_compatibility_date(self) -> bool:
        """Whether the key is set at all, in any shape; inherited."""
        return self.setting("compatibility_date") is not None

    @field
    def compatibility_date_is_refused(self) -> bool:
        """Whether wrangler itself stops at the date: no text, or one that JavaScript reads as no date."""
        text = self.compatibility_date_text
        return self.has_compatibility_date and (text is None or is_date_refused(text))

    @field
    def compatibility_date_is_template(self) -> bool:
        """Whether the date is filled in by another tool (`{{date}}`, `<DATE>`)."""
        return is_template_text(self.compatibility_date_text or "")

    @field
    def compatibility_flags(self) -> tuple[str, ...]:
        """The flags in force; inherited as a whole."""
        return strings_of(self.setting("compatibility_flags"))

    @field
    def flag_contradiction(self) -> str | None:
        """Why its flags about Node.js cannot stand together, with each other or with the date."""
        return contradiction(self.compatibility_flags, self.compatibility_date)

    @field
    def redundant_flags(self) -> tuple[str, ...]:
        """The flags that switch on what the compatibility date switches on already."""
        return redundant_flags(self.compatibility_flags, self.compatibility_date)

    @field
    def main(self) -> str | None:
        """The entry file as written, relative to the config; inherited."""
        return text_of(self.setting("main"))

    @field
    def sets_what_pages_lacks(self) -> bool:
        """Whether a key is in force that only Workers have, such as `main`, `routes` or `triggers`."""
        return any(self.setting(key) is not None for key in WORKERS_ONLY)

    @field
    def inherits_crons(self) -> bool:
        """Whether it runs cron triggers only because the top level has them."""
        node = self.inherited("triggers", "crons")
        return node is not None and bool(node.items)

    @field
    def inherits_routes(self) -> bool:
        """Whether it claims routes of the top level; custom domains in `routes` are wrangler's own warning."""
        if self.own("routes") is not None or self.own("route") is not None:
            return False
        routes = self.inherited("routes")
        items = routes.items if routes is not None else []
        if any(boolean_of(item.get("custom_domain")) is True for item in items):
            return False
        route = self.inherited("route")
        return bool(items) or (route is not None and route.value != "")

    @field
    def ignores_route(self) -> bool:
        """Whether it sets `route` in vain: at deploy the `routes` of the top level win."""
        route, routes = self.own("route"), self.inherited("routes")
        return route is not None and route.value != "" and routes is not None and bool(routes.items)

    @field
    def declares_secrets(self) -> bool:
        """Whether `secrets.required` says which secrets it needs; environments inherit it not."""
        required = self.own("secrets", "required")
        return required is not None and required.kind == "array"

    @field
    def required_secrets(self) -> tuple[str, ...]:
        """The names in its `secrets.required`."""
        return strings_of(self.own("secrets", "required"))

    @field
    def declares_hosts(self) -> bool:
        """Whether routes or custom domains say where it answers."""
        return bool(self.host_patterns)

    @field
    def hosts(self) -> tuple[str, ...]:
        """The hosts of its routes and custom domains, patterns as written; inherited."""
        return tuple(dict.fromkeys(pattern.text for pattern in self.host_patterns))

    @property
    def host_patterns(self) -> tuple[HostPattern, ...]:
        """The hosts with the nodes that give them."""
        routes, route = self.setting("routes"), self.setting("route")
        nodes = [*(routes.items if routes is not None else ()), *([route] if route is not None else ())]
        return tuple(route_hosts(nodes))

    def binding_entries(self) -> Iterator[tuple[BindingPlace, Node]]:
        """The entries of its bindings of all kinds; environments inherit none."""
        for place in BINDING_PLACES:
            array = self._node.get(*place.path)
            for item in array.items if array is not None else ():
                if item.kind == "table":
                    yield place, item
        for key in SINGLE_BINDINGS:
            table = self._node.get(key)
            if table is not None and table.kind == "table":
                yield BindingPlace((key,), key.replace("_", "-"), "binding", ()), table

    @field
    def config(self) -> Mapping[str, object]:
        """Every key as wrangler resolves it, of any shape."""
        inherited = {
            key: shown_of(self._document, node)
            for key, node in (self._top.members.items() if self._is_nested else ())
            if key in INHERITABLE or (key in TOP_LEVEL_ONLY and key != "env")
        }
        own = {
            key: shown_of(self._document, node) for key, node in self._node.members.items() if key != "env"
        }
        return {**inherited, **own}
