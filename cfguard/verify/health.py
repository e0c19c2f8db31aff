"""The health endpoint: does it answer in time, and with what the specification asks for."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cfguard.verify.measurement import Limits, Measurement
from cfguard.verify.request import Answer, ask
from cfguard.verify.server import DevServer
from cfguard.verify.session import Subject

#: Where health endpoints are, by habit; the first that answers with JSON is taken.
PATHS = ("/health", "/api/health", "/healthz", "/api/v1/health", "/api/healthz", "/status")


def measure(
    server: DevServer, paths: Sequence[str], subject: Subject, limits: Limits, *, timeout: float
) -> Iterator[Measurement]:
    """Ask the health endpoint; ``paths`` are those that the project names, before the usual ones."""
    for path in dict.fromkeys([*paths, *PATHS]):
        try:
            answer = ask(server.port, "GET", path, timeout=timeout)
        except (OSError, http.client.HTTPException):
            yield subject.failed("health", f"no answer within {timeout:g} s", path)
            return
        if answer.status == 404 and path not in paths:
            continue
        checks = _checks(answer)
        if checks is None and path not in paths:
            continue  # a page for everything that is not known
        yield _judged(answer, path, checks, subject, limits)
        return
    yield subject.unknown("health", f"there is no health endpoint at {', '.join(PATHS[:3])}, …")


def _checks(answer: Answer) -> list[Any] | None:
    """The checks that an answer reports: an object, a list, or an object with a list of `checks`."""
    try:
        found = answer.json()
    except ValueError:
        return None
    if isinstance(found, dict):
        inner = found.get("checks")
        return inner if isinstance(inner, list) and inner else [found]
    return found if isinstance(found, list) and found else None


def _judged(
    answer: Answer, path: str, checks: list[Any] | None, subject: Subject, limits: Limits
) -> Measurement:
    if checks is None:
        return subject.failed(
            "health", f"status {answer.status}, and the body is not JSON", path, answer.seconds
        )
    from pydantic import ValidationError

    from cfguard.contracts.records import HealthCheck

    for check in checks:
        try:
            found = HealthCheck.model_validate(check, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(map(str, first["loc"])) or "the check"
            return subject.failed("health", f"`{field}`: {_words(first)}", path, answer.seconds)
        if found.status == "unhealthy":
            return subject.failed("health", f"the {found.check_type} is unhealthy", path, answer.seconds)
    return subject.timed("health", answer.seconds, limits.health, path, inclusive=True)


def _words(error: Mapping[str, Any]) -> str:
    return "it is missing" if error["type"] == "missing" else str(error["msg"]).lower()
