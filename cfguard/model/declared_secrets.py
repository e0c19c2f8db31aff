"""Secrets that local files show to be used, against those that `secrets.required` declares.

Where an environment declares them, wrangler takes nothing else from its local files but the names of `vars`,
and a deploy fails that lacks one (wrangler 4.164, read 2026-11-22; stable since May 2026, workers-sdk#13810).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.prose import abridged
from cfguard.secrets.names import is_credential_name
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from cfguard.model.variable import Variable
    from cfguard.model.worker import Environment, Worker
    from cfguard.text import Span

#: The first release of wrangler that takes `secrets` without a warning that it is an experiment.
STABLE_SINCE = (4, 90)
#: Names that wrangler and other tools read for themselves; the Worker never sees a need for them.
_OF_TOOLS = (
    "CLOUDFLARE_",
    "CF_",
    "WRANGLER_",
    "NPM_",
    "NODE_AUTH_",
    "SENTRY_AUTH_",
    "TURBO_",
    "VERCEL_",
    "NX_",
)


def undeclared_secrets(workers: Iterable[Worker]) -> Iterator[DiagnosticEntity]:
    """What each Worker uses and does not declare: at the variable, or once at the config that declares nothing."""
    for worker in workers:
        if worker.is_pages or _is_too_old(worker):
            continue
        if any(environment.declares_secrets for environment in worker.environments):
            yield from _dropped(worker)
        else:
            yield from _none_declared(worker)


def _is_too_old(worker: Worker) -> bool:
    version = worker.around.wrangler_version(worker.folder)
    return version is not None and version < STABLE_SINCE


def _dropped(worker: Worker) -> Iterator[DiagnosticEntity]:
    """The variables that `wrangler dev` leaves out of an environment, each once."""
    told: set[int] = set()
    for environment in worker.environments:
        if not environment.declares_secrets:
            continue
        known = _known(environment)
        for variable in (each for file in environment.env_files for each in file.variables):
            if variable.name in known or id(variable) in told or _is_of_a_tool(variable.name):
                continue
            told.add(id(variable))
            message = (
                f"wrangler leaves `{variable.name}` out of {environment.label}, because neither its "
                "`secrets.required` nor its `vars` name it"
            )
            help = f"Add `{variable.name}` to `secrets.required`, or take it out of the file"
            yield _at(variable, message, help, worker, environment)


def _known(environment: Environment) -> frozenset[str]:
    return frozenset((*environment.required_secrets, *(variable.name for variable in environment.vars)))


def _none_declared(worker: Worker) -> Iterator[DiagnosticEntity]:
    """One diagnostic for a Worker that uses secrets and has no `secrets.required` anywhere."""
    in_vars = {variable.name for environment in worker.environments for variable in environment.vars}
    found = {
        name
        for file in worker.env_files
        for name in file.names
        if name not in in_vars and is_credential_name(name) and not _is_of_a_tool(name)
    }
    if not found or worker.document is None:
        return
    names = sorted(found)
    named = abridged(names, shown="`{}`".format)
    those = "it" if len(names) == 1 else "them"
    message = f"no `secrets.required` declares {named}, so that a deploy without {those} goes through"
    help = (
        "Declare them (`[secrets]`, `required = […]`), in each environment by itself: wrangler inherits none"
    )
    place = worker.place("name")
    span: Span | None = place.span if place.exact else None
    diagnostic = Diagnostic("undeclared", message, span, ("secrets",), help)
    yield DiagnosticEntity(worker.document, diagnostic, worker=worker.path)


def _is_of_a_tool(name: str) -> bool:
    return name.startswith(_OF_TOOLS)


def _at(
    variable: Variable, message: str, help: str, worker: Worker, environment: Environment
) -> DiagnosticEntity:
    assert variable.document is not None, "a variable of a file has a document"  # noqa: S101
    assert variable.node is not None, "a variable of a file has a node"  # noqa: S101
    diagnostic = Diagnostic("undeclared", message, variable.node.key_span, variable.node.path, help)
    return DiagnosticEntity(variable.document, diagnostic, worker=worker.path, environment=environment.name)
