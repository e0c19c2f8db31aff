"""Requests to the dev server, which is always on this machine."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

from cfguard.named_tuple import NamedTuple

#: The address that the dev server is told to listen on.
LOOPBACK = "127.0.0.1"
#: Bytes of an answer that are read.
MAX_ANSWER = 5_000_000
#: Seconds between two tries to reach a server that is not there yet.
PAUSE = 0.02


class Answer(NamedTuple):
    """What came back: the status, the headers in lower case, the body, and the seconds that it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.body.decode("utf-8"))


def ask(port: int, method: str, path: str, *, body: object = None, timeout: float) -> Answer:
    """One request, without following redirects; raises OSError and http.client.HTTPException."""
    started = time.monotonic()
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
    try:
        headers = {"Accept": "application/json, */*", "User-Agent": "cfguard"}
        payload = None
        if body is not None:
            payload = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        connection.request(method, path, body=payload, headers=headers)
        response = connection.getresponse()
        data = response.read(MAX_ANSWER)
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, data, time.monotonic() - started)
    finally:
        connection.close()


def wait_for(
    port: int, accept: Callable[[Answer], bool], *, seconds: float, alive: Callable[[], bool]
) -> Answer | None:
    """Ask for ``/`` until an answer is accepted; None where the time is up or the server has gone."""
    deadline = time.monotonic() + seconds
    while alive() and (left := deadline - time.monotonic()) > 0:
        try:
            answer = ask(port, "GET", "/", timeout=max(left, PAUSE))
        except (OSError, http.client.HTTPException):
            time.sleep(PAUSE)
            continue
        if accept(answer):
            return answer
        time.sleep(PAUSE)
    return None
