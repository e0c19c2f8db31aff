"""Takes shell text apart into simple commands: scripts, nested ``bash -c "…"``, RUN in its list form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

from cfguard.model.commands import split_commands
from cfguard.pattern import lazy

#: Text beyond this is not looked at: real commands and set-up scripts are a hundred times shorter.
MAX_CHARACTERS = 100_000
_DEPTH = 3

_KEYWORDS = frozenset(
    {
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "do",
        "done",
        "while",
        "until",
        "!",
        "{",
        "}",
        "(",
        ")",
        "time",
        "&&",
    }
)
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "fish", "su", "runuser"})
_WRAPPERS = frozenset({"sudo", "doas", "env", "command", "exec", "nohup", "builtin", "time"})
_WITH_VALUE = frozenset({"-u", "-g", "--user", "--group"})
#: What opens a here-document: whether tabs are dropped, a quote, the word that ends it.
HEREDOC = lazy(r"(?<!<)<<(-?)(['\"]?)([A-Za-z_][\w.-]*)\2")
#: A line up to a here-document whose text is run: nothing before it (in a Dockerfile), or a shell.
_READS_HEREDOC = lazy(r"^\s*\Z|(?:^|[\s;&|/])(?:(?:ba|z|da|a)?sh|su|runuser)(?:\s+[-\w]+)*\s*\Z")
_COMMENT = lazy(r"(?:^|(?<=\s))#.*$")
_DECIDED = lazy(r"\bif \[+ ['\"]?([^'\"\s\]]{1,60})['\"]? != ['\"]?(?:none|)['\"]? \]+\s*;?\s*then")
_CONDITIONAL = lazy(r"(?:^|[\s;])(?:if|case|while|until)\s|\|\|")
_ASSIGNMENT = lazy(r"[A-Za-z_]\w*=")


def simple_commands(text: str, depth: int = 0) -> Iterator[list[str]]:
    """The simple commands of a shell text as words, without wrappers (``sudo``, ``env X=y``) and keywords."""
    for line in _lines(text[:MAX_CHARACTERS]):
        for words in split_commands(line):
            words = unwrapped(words)
            if not words:
                continue
            inner = _inner(words)
            if inner is not None and depth < _DEPTH:
                yield from simple_commands(inner, depth + 1)
            yield words


def _lines(text: str) -> Iterator[str]:
    """Lines with continuations joined and comments dropped; quotes over several lines are not followed.

    Of here-documents only those that a shell reads are commands.
    """
    joined = text.replace("\\\r\n", " ").replace("\\\n", " ")
    end = ""
    for line in joined.splitlines():
        if end:
            end = "" if line.strip() == end else end
            continue
        line = _COMMENT.sub("", line) if "#" in line else line
        opened = HEREDOC.search(line) if "<<" in line else None
        if opened is not None and not _READS_HEREDOC.search(line[: opened.start()]):
            end = opened[3]
        yield line


def unwrapped(words: list[str]) -> list[str]:
    """A simple command without what stands in front of its program."""
    index = 0
    while index < len(words):
        word = words[index].lstrip("(")
        if word in _WRAPPERS:
            index += 1
            while index < len(words) and words[index].startswith("-"):
                index += 2 if words[index] in _WITH_VALUE else 1
        elif word in _KEYWORDS or not word or _ASSIGNMENT.match(word):
            index += 1
        else:
            break
    kept = words[index:]
    return [kept[0].lstrip("("), *(word.rstrip(")") for word in kept[1:])] if kept else []


def _inner(words: list[str]) -> str | None:
    """The text that a shell is started with: ``bash -lc "…"``, ``su node -c "…"``."""
    if words[0].rpartition("/")[2] not in _SHELLS:
        return words[1] if words[0] == "eval" and len(words) > 1 else None
    for flag, value in pairwise(words[1:]):
        if re.fullmatch(r"-[a-z]*c|--command", flag):
            return value
    return None


def run_text(text: str) -> str:
    """What a RUN instruction runs, its options dropped and its list form joined."""
    text = re.sub(r"^(?:--[a-z]+(?:=\S+)?\s+)+", "", text)
    if text.startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return " ".join(f'"{word}"' if " " in word else word for word in words)
    return text


def without_decided(text: str) -> str:
    """A text without ``if [ "20" != "none" ]; then``, once the variable in it has its value."""
    return _DECIDED.sub(lambda match: "" if match[1] != "none" else "if false; then", text)


def is_conditional(text: str) -> bool:
    """Whether a part of the text may not run."""
    return _CONDITIONAL.search(text) is not None
