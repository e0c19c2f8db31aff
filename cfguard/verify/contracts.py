"""Contract tests: each definition is sent to the dev server, and its answer held against what was promised."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from cfguard.named_tuple import NamedTuple
from cfguard.verify.measurement import Limits, Measurement
from cfguard.verify.request import Answer, ask
from cfguard.verify.sample import NoSample
from cfguard.verify.schemas import Schemas
from cfguard.verify.server import DevServer
from cfguard.verify.session import Subject

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Contract(NamedTuple):
    """One definition: ``path`` is the file that holds it; ``request`` a body that it gives, None for none."""

    path: str
    endpoint: str
    method: str
    status_codes: tuple[int, ...]
    request_schema: object
    response_schema: object
    request: object = None


def measure(
    server: DevServer,
    contracts: tuple[Contract, ...],
    schemas: Schemas,
    subject: Subject,
    limits: Limits,
    *,
    timeout: float,
) -> Iterator[Measurement]:
    """Send every definition; answers that take longer than a health check may are slow."""
    for contract in contracts:
        yield _measured(server, contract, schemas, subject, limits, timeout)


def _measured(
    server: DevServer, contract: Contract, schemas: Schemas, subject: Subject, limits: Limits, timeout: float
) -> Measurement:
    name = f"{contract.method} {contract.endpoint}"
    target = urlsplit(contract.endpoint)
    if "{" in contract.endpoint or "$" in contract.endpoint or ":" in target.path:
        return subject.unknown("contract", "the endpoint has a place for a value, and none is given", name)
    try:
        body = _body(contract, schemas)
    except NoSample:
        return subject.unknown(
            "contract", "no body can be made up for its request_schema; give `request`", name
        )
    path = quote(target.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{target.query}" if target.query else "")
    try:
        answer = ask(server.port, contract.method, path, body=body, timeout=timeout)
    except (OSError, http.client.HTTPException):
        return subject.failed("contract", f"no answer within {timeout:g} s", name)
    fault = _fault(answer, contract, schemas)
    if fault is not None:
        return subject.failed("contract", fault, name, answer.seconds)
    return subject.timed("contract", answer.seconds, limits.health, name, inclusive=True)


def _body(contract: Contract, schemas: Schemas) -> object:
    if contract.request is not None:
        return contract.request
    if contract.request_schema is None or contract.method not in _WITH_BODY:
        return None
    return schemas.sample(contract.request_schema, contract.path)


def _fault(answer: Answer, contract: Contract, schemas: Schemas) -> str | None:
    if answer.status not in contract.status_codes:
        wanted = ", ".join(map(str, contract.status_codes))
        return f"status {answer.status}, and {wanted} was promised"
    if contract.response_schema is None or contract.method == "HEAD":
        return None
    try:
        body = answer.json()
    except ValueError:
        return "the body is not JSON"
    try:
        return schemas.fault(contract.response_schema, contract.path, body)
    except NoSample:
        return "its response_schema is not there"
