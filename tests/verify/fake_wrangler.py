"""Stands in for wrangler where a test is about cfguard: does what `behaviour.json` in the folder says."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def version_beside(entry: str) -> str:
    text = (Path(entry).parent / "__cfguard_version.mjs").read_text("utf-8")
    found = re.search(r'"(.+)"', text)
    return found[1] if found else ""


def dev(words: list[str], behaviour: dict[str, Any]) -> None:
    below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])  # as workerd is

    def end(*_: object) -> None:
        below.kill()
        below.wait()
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    if "dies" in behaviour:
        sys.exit(f"✘ [ERROR] {behaviour['dies']}")
    time.sleep(behaviour.get("startup", 0))
    entry = words[1] if not words[1].startswith("--") else ""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = behaviour.get("answers", {}).get(f"{self.command} {self.path}", [404, {"error": "none"}])
            length = int(self.headers.get("Content-Length", 0))
            sent = self.rfile.read(length)
            body = sent if answer[1] == "echo" else json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            if entry and not behaviour.get("frozen"):
                self.send_header("x-cfguard-version", version_beside(entry))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            return

    ThreadingHTTPServer(("127.0.0.1", int(option(words, "--port"))), Handler).serve_forever()


def apply(words: list[str], behaviour: dict[str, Any]) -> None:
    time.sleep(behaviour.get("migrating", 0))
    if "refused" in behaviour:
        sys.exit(f"X [ERROR] {behaviour['refused']}")
    state = Path(option(words, "--persist-to")) / "v3" / "d1" / "miniflare-D1DatabaseObject"
    state.mkdir(parents=True)
    database = sqlite3.connect(state / "made.sqlite")
    for file in sorted(Path("migrations").glob("*.sql")):
        database.executescript(file.read_text("utf-8"))
    database.close()


def main() -> None:
    words = sys.argv[1:]
    behaviour = json.loads(Path("behaviour.json").read_text("utf-8"))
    (dev if words[0] == "dev" else apply)(words, behaviour)


if __name__ == "__main__":
    main()
