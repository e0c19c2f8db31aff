"""An entry file around the Worker's own, so that an answer shows which version of the code gave it."""

from __future__ import annotations

import json
import os
import re

from cfguard.pattern import lazy

#: The header that carries the version of the code.
HEADER = "x-cfguard-version"
_ENTRY, _VERSION = "__cfguard_entry.mjs", "__cfguard_version.mjs"
_JAVASCRIPT = (".ts", ".mts", ".js", ".mjs", ".tsx", ".jsx")
_HAS_DEFAULT = lazy(r"\bexport\s+default\b|\bexport\s*\{[^}]*\bdefault\b|\bas\s+default\b", re.DOTALL)
_WRAPPER = """\
import * as original from %(original)s;
import { version } from "./%(version)s";
export * from %(original)s;
const mark = (response) => {
  if (response.webSocket) return response;
  const marked = new Response(response.body, response);
  marked.headers.set("%(header)s", version);
  return marked;
};
const answer = async (ask) => {
  try {
    return mark(await ask());
  } catch (error) {
    console.error(error);
    return mark(new Response("the Worker threw", { status: 500 }));
  }
};
const worker = original.default;
export default typeof worker === "function"
  ? class extends worker {
      fetch(...rest) { return answer(() => super.fetch(...rest)); }
    }
  : Object.assign(Object.create(worker), {
      fetch(...rest) { return answer(() => worker.fetch(...rest)); },
    });
"""


class Entry:
    """The wrapper beside a Worker's entry file, in the copy of the project."""

    def __init__(self, original: str) -> None:
        self._folder = os.path.dirname(original)
        self.path = os.path.join(self._folder, _ENTRY)
        names = {
            "original": json.dumps(f"./{os.path.basename(original)}"),
            "version": _VERSION,
            "header": HEADER,
        }
        self.change("first")
        with open(self.path, "w", encoding="utf-8") as opened:
            opened.write(_WRAPPER % names)

    def change(self, version: str) -> None:
        """Change the source: from now on answers should carry this version."""
        with open(os.path.join(self._folder, _VERSION), "w", encoding="utf-8") as opened:
            opened.write(f"export const version = {json.dumps(version)};\n")


def wrap(path: str) -> Entry | None:
    """The wrapper of an entry file; None where it is no module of JavaScript with a default export."""
    if not path.lower().endswith(_JAVASCRIPT):
        return None
    try:
        with open(path, encoding="utf-8") as opened:
            text = opened.read()
    except (OSError, UnicodeDecodeError):
        return None
    return Entry(path) if _HAS_DEFAULT.search(text) else None
