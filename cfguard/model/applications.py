"""OAuth applications as the repository shows them: client ids and secrets, paired and compared between stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field
from cfguard.model.stages import PRODUCTION

if TYPE_CHECKING:
    from cfguard.model.variable import Variable
    from cfguard.syntax.node import Document, Node


class Application(Entity):
    """An OAuth application as one environment or env file knows it: a client id, a secret, or both."""

    expression_type = "application"

    def __init__(self, client_id: Variable | None, client_secret: Variable | None) -> None:
        first = client_id if client_id is not None else client_secret
        super().__init__(first.document if first else None, first.node if first else None)
        self._id, self._secret = client_id, client_secret
        self._peers: tuple[Application, ...] = ()

    def meet(self, peers: tuple[Application, ...]) -> None:
        """Tell the application of all of its provider in a Worker that it concerns."""
        self._peers = peers

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._first.belongs_to()

    @property
    def _first(self) -> Variable:
        variable = self._id if self._id is not None else self._secret
        assert variable is not None, "an application is made of at least one variable"  # noqa: S101
        return variable

    @property
    def circles(self) -> tuple[tuple[str, str], ...]:
        """Its provider with each Worker that it concerns: applications that share one of these are compared."""
        return tuple((self.provider, worker) for worker in self._first.workers)

    @field
    def provider(self) -> str:
        """The provider as in the names (`TWITTER`); empty where the names give none."""
        return self._first.provider

    @field
    def client_id(self) -> Variable | None:
        """The variable with the client id."""
        return self._id

    @field
    def client_secret(self) -> Variable | None:
        """The variable with the client secret."""
        return self._secret

    @field
    def stage(self) -> str:
        """The stage that it serves; empty where nothing says."""
        return self._first.stage

    @field
    def path(self) -> str:
        """The file that holds it."""
        return self._first.path

    @field
    def lacks_production(self) -> bool:
        """Whether nothing here shows production's application of the provider, so that the two cannot be compared."""
        if self.stage in ("", PRODUCTION) or self._first.is_placeholder:
            return False
        shown = (peer for peer in self._peers if peer.stage == PRODUCTION and not peer.is_placeholder)
        return not any(True for _ in shown)

    @field
    def is_placeholder(self) -> bool:
        """Whether neither its id nor its secret is filled in."""
        return all(each is None or each.is_placeholder for each in (self._id, self._secret))

    @field
    def shared_with(self) -> tuple[Variable, ...]:
        """The variables in other stages of the same Worker that hold the same id or secret."""
        return tuple(found for peer in self._peers if (found := self._same(peer)) is not None)

    @field
    def shares_secret_alone(self) -> bool:
        """Whether the secret is shared while the ids differ or are not given."""
        return bool(self.shared_with) and all(variable.is_client_secret for variable in self.shared_with)

    def _same(self, peer: Application) -> Variable | None:
        if not self.stage or peer.stage in ("", self.stage):
            return None
        for own, other in ((self._id, peer._id), (self._secret, peer._secret)):
            if own is None or other is None or own.is_placeholder:
                continue
            if own.value is not None and own.value == other.value:
                return other
        return None

    def scopes(self) -> Iterator[tuple[Document, Node]]:
        blamed = self._secret if self.shares_secret_alone and self._secret is not None else self._first
        return blamed.scopes()


def applications(variables: Iterable[Variable]) -> Iterator[Application]:
    """Pair client ids and secrets of one provider in one place into applications that know each other."""
    pairs: dict[tuple[str, str, str | None], list[Variable]] = {}
    for variable in variables:
        if variable.is_client_id or variable.is_client_secret:
            pairs.setdefault((variable.provider, variable.path, variable.environment), []).append(variable)
    found: list[Application] = []
    groups: dict[tuple[str, str], list[Application]] = {}
    for members in pairs.values():
        client_id = next((each for each in members if each.is_client_id), None)
        secret = next((each for each in members if each.is_client_secret), None)
        found.append(Application(client_id, secret))
        for key in found[-1].circles:
            groups.setdefault(key, []).append(found[-1])
    for application in found:
        peers = (peer for key in application.circles for peer in groups[key])
        application.meet(tuple({id(peer): peer for peer in peers}.values()))
    yield from sorted(found, key=lambda application: application.provider)
