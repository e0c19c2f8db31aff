"""The reference of the command line, from the tables that it is read by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfguard.commands import COMMANDS, module_of
from scripts.pages.markdown import fenced, table


def lines() -> Iterator[str]:
    """Every command with its arguments."""
    yield from ("# Commands", "", f"{', '.join(f'[`{name}`](#{name})' for name in COMMANDS)}")
    for name, about in COMMANDS.items():
        arguments = module_of(name).ARGUMENTS
        places = " ".join(
            _place(each, words) for each, words in arguments.items() if not each.startswith("-")
        )
        yield from ("", f"## {name}", "", f"{about[:1].upper()}{about[1:]}.", "")
        yield from (*fenced("text", f"cfguard {name} {places}"), "")
        yield from table(
            ("argument", "what it does"), (_row(each, words) for each, words in arguments.items())
        )


def _place(name: str, words: Mapping[str, Any]) -> str:
    shown = words.get("metavar", name.upper())
    return {"*": f"[{shown}…]", "?": f"[{shown}]"}.get(str(words.get("nargs", "")), str(shown))


def _row(name: str, words: Mapping[str, Any]) -> tuple[str, str]:
    choices = words.get("choices")
    about = words.get("help", "")
    if choices is not None:
        shown = ", ".join(f"`{choice}`" for choice in choices)
        default = f"default: `{words['default']}`" if words.get("default") and "default:" not in about else ""
        about = "; ".join(filter(None, (about, f"one of {shown}", default)))
    if not name.startswith("-"):
        return f"`{words.get('metavar', name.upper())}`", about
    value = words.get("metavar", name.lstrip("-").upper())
    return f"`{name}`" if words.get("action") == "store_true" else f"`{name} {value}`", about
