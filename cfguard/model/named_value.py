"""A name with a value, and what the two of them say by themselves, wherever they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field, shown_of
from cfguard.model.hosts import is_local, is_loopback, parse_url
from cfguard.model.variable_names import (
    names_client_id,
    names_client_secret,
    names_database,
    names_own_url,
    names_redirect,
    names_sign_in_base,
    provider_of,
)
from cfguard.pattern import lazy
from cfguard.secrets.detect import judge
from cfguard.secrets.placeholder import is_placeholder

if TYPE_CHECKING:
    from cfguard.model.stages import Stages
    from cfguard.syntax.node import Document, Node

#: An address that still has to be filled in; the domains of documentation are addresses like any other.
_UNFILLED_URL = lazy(
    r"[<>{}$]|%\w+%|\.\.\.|your|change[-_]?me|change[-_]this|replace|placeholder|xxx|todo\b|insert",
    re.IGNORECASE,
)
_DATABASE_SCHEMES = frozenset(
    {"postgres", "postgresql", "mysql", "mongodb", "mongodb+srv", "redis", "rediss", "libsql"}
)


class NamedValue(Entity):
    """A named value of a table of strings, judged by its name and its text alone."""

    expression_type = "named_value"

    def __init__(self, document: Document, node: Node, stages: Stages) -> None:
        super().__init__(document, node)
        self._document, self._node, self._stages = document, node, stages
        self._url = parse_url(self.text)

    @field
    def name(self) -> str:
        """The name."""
        return str(self._node.key)

    @field
    def value(self) -> str | None:
        """The value if it is a string; shown as `••••` wherever it may be a credential."""
        if self._node.kind != "string":
            return None
        value = shown_of(self._document, self._node)
        return value if isinstance(value, str) else None

    @property
    def text(self) -> str:
        """The value as it is, for comparing; never for a message."""
        return self._node.value if isinstance(self._node.value, str) else ""

    @field
    def path(self) -> str:
        """The path of the file that holds it."""
        return self._document.path

    @field
    def credential(self) -> str | None:
        """What kind of credential its value is (`Stripe secret key`), if it is one."""
        verdict = judge(self.name, self.text)
        return verdict.kind if verdict is not None else None

    @field
    def is_placeholder(self) -> bool:
        """Whether the value is empty, a template or an invitation to fill it in."""
        if self._url is not None and self._url.scheme in ("http", "https"):
            return _UNFILLED_URL.search(self.text) is not None
        return not self.text.strip() or is_placeholder(self.text)

    @field
    def provider(self) -> str:
        """The OAuth provider in its name (`TWITTER` of `TWITTER_CLIENT_ID`); empty if there is none."""
        return provider_of(self.name)

    @field
    def is_redirect(self) -> bool:
        """Whether its name is that of an OAuth redirect URI."""
        return names_redirect(self.name)

    @field
    def is_sign_in_base(self) -> bool:
        """Whether a library makes OAuth redirects from it (`BETTER_AUTH_URL`, `NEXTAUTH_URL`)."""
        return names_sign_in_base(self.name)

    @field
    def is_client_id(self) -> bool:
        """Whether its name is that of an OAuth application's id."""
        return names_client_id(self.name)

    @field
    def is_client_secret(self) -> bool:
        """Whether its name is that of an OAuth application's secret."""
        return names_client_secret(self.name)

    @field
    def is_own_url(self) -> bool:
        """Whether its name says that it is an address of this project itself (`APP_URL`, `CORS_ORIGIN`)."""
        return names_own_url(self.name)

    @field
    def is_database_url(self) -> bool:
        """Whether it addresses a database."""
        return self._url is not None and (self._url.scheme in _DATABASE_SCHEMES or names_database(self.name))

    @field
    def host(self) -> str | None:
        """The host of its value where that is an absolute URL."""
        return self._url.host if self._url is not None else None

    @field
    def is_loopback(self) -> bool:
        """Whether its value is a URL of the machine itself."""
        return self.host is not None and is_loopback(self.host)

    @field
    def is_local(self) -> bool:
        """Whether its value is a URL that only the developer's own network reaches."""
        return self.host is not None and is_local(self.host)

    @field
    def named_stage(self) -> str:
        """The stage that its value names (`production`); empty where it names none."""
        return self._stages.of(self.text)
