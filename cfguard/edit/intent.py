"""What a file's values are meant to be after a change, worked out on plain data and not on text."""

from __future__ import annotations

import copy
from typing import Any

from cfguard.edit.text import NotEditable
from cfguard.fix import AppendValue, MoveValue, RemoveValue, SetValue
from cfguard.sensitive import Sensitive
from cfguard.syntax.node import Path, format_path


def revealed(value: object) -> Any:
    """A value as it is written into a file: masked strings are the text that they hold."""
    if isinstance(value, Sensitive):
        return value.reveal()
    if isinstance(value, list | tuple):
        return [revealed(item) for item in value]
    if isinstance(value, dict):
        return {revealed(key): revealed(item) for key, item in value.items()}
    return value


def intended(plain: object, change: SetValue | RemoveValue | AppendValue | MoveValue) -> Any:
    """The values after a change; raises :class:`NotEditable` where they have no room for it."""
    data: Any = copy.deepcopy(plain)
    if isinstance(change, SetValue):
        _put(data, change.key, revealed(change.value))
    elif isinstance(change, RemoveValue):
        _take(data, change.key)
    elif isinstance(change, MoveValue):
        if isinstance(change.key[-1], int):
            raise NotEditable("an item of a list is not moved")
        if change.to[: len(change.key)] == change.key:
            raise NotEditable(f"`{format_path(change.key)}` cannot be moved into itself")
        _put(data, change.to, _take(data, change.key), only_new=True)
    else:
        holder = _holder(data, change.key)
        last = change.key[-1]
        if isinstance(holder, dict) and last not in holder:
            holder[last] = []
        found = _at(holder, last)
        if not isinstance(found, list):
            raise NotEditable(f"`{format_path(change.key)}` is not a list")
        found.append(revealed(change.value))
    return data


def without_empty(data: Any, key: Path) -> Any:
    """Values without the containers above a key that are empty: TOML has no way to write some of those."""
    holders = [data]
    for step in key[:-1]:
        try:
            holders.append(holders[-1][step])
        except (KeyError, IndexError, TypeError):
            break
    for depth in range(len(holders) - 1, 0, -1):
        if holders[depth] in ({}, []):
            del holders[depth - 1][key[depth - 1]]
    return data


def _holder(data: Any, key: Path) -> Any:
    """The container of the last step, made with those above it where they are missing."""
    for step in key[:-1]:
        if isinstance(data, dict) and step not in data:
            data[step] = {}
        data = _at(data, step)
    return data


def _at(holder: Any, step: str | int) -> Any:
    try:
        return holder[step]
    except (KeyError, IndexError, TypeError):
        raise NotEditable(f"there is no `{step}` to change") from None


def _put(data: Any, key: Path, value: Any, *, only_new: bool = False) -> None:
    holder, last = _holder(data, key), key[-1]
    if isinstance(holder, dict) and isinstance(last, str):
        if only_new and last in holder:
            raise NotEditable(f"there is a `{format_path(key)}` already")
        holder[last] = value
    elif isinstance(holder, list) and isinstance(last, int) and 0 <= last < len(holder):
        holder[last] = value
    else:
        raise NotEditable(f"`{format_path(key)}` has no room for a value")


def _take(data: Any, key: Path) -> Any:
    holder = data
    for step in key[:-1]:
        holder = _at(holder, step)
    _at(holder, key[-1])
    return holder.pop(key[-1])
