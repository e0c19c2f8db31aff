"""Secrets of which a record keeps a fingerprint, held against the values that this machine has now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field
from cfguard.paths import folder_above
from cfguard.prose import counted
from cfguard.secrets.names import is_credential_name

if TYPE_CHECKING:
    from cfguard.model.variable import EnvFile, Variable
    from cfguard.rotation import Entry, Key

#: The record's name; it lies at the root of the repository.
RECORD = "cfguard-secrets.json"


class RecordedSecret(Entity):
    """A secret of an env file of which `cfguard-secrets.json` says since when it has its value."""

    expression_type = "recorded_secret"

    def __init__(
        self,
        variable: Variable | None,
        verdict: str,
        *,
        since: date | None = None,
        reason: str = "",
        elsewhere: tuple[str, ...] = (),
    ) -> None:
        document, node = (variable.document, variable.node) if variable is not None else (None, None)
        super().__init__(document, node)
        self._variable, self._verdict, self._since = variable, verdict, since
        self._reason, self._elsewhere = reason, elsewhere

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._variable.belongs_to() if self._variable is not None else (None, None)

    @field
    def variable(self) -> Variable | None:
        """The variable that holds it; absent where this machine does not have it."""
        return self._variable

    @field
    def verdict(self) -> str:
        """`same` as when it was recorded, `different`, or `unknown`."""
        return self._verdict

    @field
    def since(self) -> date | None:
        """The day on which the value was first recorded, where it still is the same."""
        return self._since

    @field
    def reason(self) -> str:
        """Why the verdict is unknown, as half a sentence."""
        return self._reason

    @field
    def elsewhere(self) -> tuple[str, ...]:
        """The environments of other stages that were recorded with the same value, and whose own is not here."""
        return self._elsewhere


def secrets_of(files: Iterable[EnvFile]) -> Iterator[tuple[str, Variable]]:
    """The secrets that env files hold, with the environment each is recorded under; local overrides come last."""
    for file in sorted(files, key=lambda file: (file.is_local_override, file.path)):
        for variable in file.variables if not file.is_example else ():
            if variable.is_placeholder or not variable.text:
                continue
            if variable.credential is not None or is_credential_name(variable.name):
                yield file.environment or file.stage, variable


def recorded_secrets(
    files: Iterable[EnvFile], entries: Iterable[Entry], key: Key | None, refused: str
) -> Iterator[RecordedSecret]:
    """What a record says of the secrets of this machine, and once what it cannot say.

    ``refused`` is why the key cannot be used, empty where nothing is wrong with it.
    """
    from cfguard.rotation import compare, fingerprint

    by_secret: dict[tuple[str, str, str], list[Entry]] = {}
    own: dict[str, list[Entry]] = {}
    for each in entries:
        by_secret.setdefault(each.identity, []).append(each)
        if key is not None and each.key == key.id:
            own.setdefault(each.fingerprint, []).append(each)
    held: dict[tuple[str, str, str], Variable] = {}
    for environment, variable in secrets_of(files):
        held[folder_above(variable.path), environment, variable.name] = variable
    unknown = sum(identity not in held for identity in by_secret)
    foreign = 0
    for identity, variable in held.items():
        known = by_secret.get(identity, ())
        verdict, entry = compare(known, key, variable.text)
        foreign += bool(known) and verdict == "unknown"
        equal = own.get(fingerprint(key, variable.text), ()) if key is not None else ()
        elsewhere = [
            other.environment
            for other in equal
            if other.environment not in ("", identity[1]) and other.identity not in held
        ]
        if verdict != "unknown" or elsewhere:
            since = entry.since if entry is not None and verdict == "same" else None
            yield RecordedSecret(variable, verdict, since=since, elsewhere=tuple(dict.fromkeys(elsewhere)))
    yield from _untold(unknown, foreign, refused or ("this machine has no key" if key is None else ""))


def _untold(absent: int, foreign: int, refused: str) -> Iterator[RecordedSecret]:
    if foreign:
        why = refused or "another machine's key recorded it"
        yield RecordedSecret(None, "unknown", reason=f"{_count(foreign)}: {why}")
    if absent:
        yield RecordedSecret(
            None, "unknown", reason=f"{_count(absent)}: this machine does not hold the value"
        )


def _count(number: int) -> str:
    return counted(number, "recorded secret was changed", "recorded secrets were changed")


def judge_record(
    files: Iterable[EnvFile], text: str, read_key: Callable[[], Key | None]
) -> Iterator[RecordedSecret]:
    """What the text of `cfguard-secrets.json` says of the secrets of this machine."""
    from cfguard.rotation import KeyRefused, NoRecord, read_record

    try:
        entries = read_record(text)
    except NoRecord:
        yield RecordedSecret(None, "unknown", reason=f"any secret was changed: `{RECORD}` is no record")
        return
    key, refused = None, ""
    try:
        key = read_key()
    except KeyRefused as error:
        refused = f"the key cannot be used, because {error}"
    yield from recorded_secrets(files, entries, key, refused)
