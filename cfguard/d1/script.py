"""Runs a text as wrangler hands it to D1: cut into pieces, one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from time import thread_time

from cfguard.d1.backends import open_database
from cfguard.d1.database import Database, Failure
from cfguard.d1.newer import STOPPED, newer_feature, without_digit_separators
from cfguard.d1.profile import NEWEST, Profile
from cfguard.d1.shadow import refused_by_name
from cfguard.d1.update_limit import with_limit_inside
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.sql import Piece, Splitter, Statement, cut, split, tokenize
from cfguard.syntax.sql.statement import MOST
from cfguard.text import Span

#: Seconds that one script may take before it is stopped; D1 itself gives it 30.
SECONDS = 3.0

_MAY_BE_VARIABLE = lazy(r"[?@:#$]")
_PARAMETERS = "D1 runs a file without parameters, and the statement has some"
_SEVERAL = (
    "the text `BEGIN TRANSACTION` stands in it more than once, or without its semicolon, "
    "and wrangler refuses the file"
)
TOO_MANY = f"it has more than {MOST:,} statements"
_EMPTY = "there is no statement in it"


class Refusal(NamedTuple):
    """Why a script stops, and where.

    ``span`` is the failing token or the statement's first one, in the text of the script. ``statement``
    is None where the text is refused as a whole. ``unverified`` says why the local SQLite cannot judge the
    statement; empty where it can.
    """

    message: str
    span: Span
    statement: Statement | None
    unverified: str = ""


class Verdict(NamedTuple):
    """Whether D1 takes a script; ``unverified`` where this machine cannot tell."""

    accepted: bool
    message: str = ""
    unverified: bool = False


#: Called around each statement, with the statement in terms of the script's text.
Watch = Callable[[Statement], None]


class Script:
    """A text cut once, to be run on any number of databases."""

    def __init__(self, text: str, splitter: Splitter = "complete") -> None:
        self.text = text
        self._cut = cut(text, splitter)
        self.steps: list[tuple[Piece, tuple[Statement, ...]]] = []
        self._beyond: Statement | None = None
        left = MOST
        for piece in self._cut.pieces:
            found = tuple(islice(split(piece.text), left + 1))
            if len(found) > left:
                self._beyond = _placed(piece, found[left])
                break
            self.steps.append((piece, found))
            left -= len(found)

    def run(
        self, database: Database, before: Watch | None = None, after: Watch | None = None
    ) -> Refusal | None:
        """Run it inside the transaction that is open; nothing is rolled back here."""
        if self._cut.several_transactions is not None:
            at = self._cut.several_transactions
            return Refusal(_SEVERAL, Span(at, at + len("BEGIN TRANSACTION")), None)
        if self._beyond is not None:
            return Refusal(TOO_MANY, _first_token(self.text, self._beyond), self._beyond, TOO_MANY)
        for piece, statements in self.steps:
            if not statements:
                return Refusal(_EMPTY, Span(piece.origin(0), piece.origin(0)), None)
            for statement in statements:
                placed = _placed(piece, statement)
                if database.interrupted():
                    return Refusal("interrupted", _start(piece, statement), placed, STOPPED)
                if before is not None:
                    before(placed)
                refusal = _execute(database, piece, statement, placed)
                if refusal is not None:
                    return refusal
                if after is not None:
                    after(placed)
        return None

    @property
    def last_statement(self) -> Statement | None:
        """The last statement, in terms of the text."""
        for piece, statements in reversed(self.steps):
            if statements:
                return _placed(piece, statements[-1])
        return None


def run_transaction(
    database: Database,
    script: Script,
    *,
    before: Watch | None = None,
    after: Watch | None = None,
    at_end: Callable[[], None] | None = None,
    keep: bool = True,
) -> Refusal | None:
    """Run a script in a transaction of its own: it takes effect whole or not at all.

    ``at_end`` is called before the transaction ends. ``keep`` false rolls back what succeeded as well.
    """
    database.deadline = thread_time() + SECONDS
    database.query("BEGIN")
    refusal = script.run(database, before, after)
    database.deadline = thread_time() + SECONDS
    if refusal is None and at_end is not None:
        at_end()
    if refusal is None and keep:
        refusal = _commit(database, script)
    if refusal is not None or not keep:
        _roll_back(database)
    return refusal


def _roll_back(database: Database) -> None:
    """End the transaction; an error such as a full memory may have ended it already."""
    if database.in_transaction:
        database.deadline = thread_time() + SECONDS
        database.query("ROLLBACK")


def judge(
    text: str,
    setup: str = "",
    *,
    profile: Profile = NEWEST,
    backend: str = "",
    splitter: Splitter = "complete",
) -> Verdict:
    """Whether D1 takes a script on a database that ``setup`` has prepared."""
    database = open_database(profile, backend=backend)
    try:
        if setup:
            run_transaction(database, Script(setup, splitter))
        refusal = run_transaction(database, Script(text, splitter))
    finally:
        database.close()
    if refusal is None:
        return Verdict(accepted=True)
    return Verdict(
        accepted=bool(refusal.unverified), message=refusal.message, unverified=bool(refusal.unverified)
    )


def _commit(database: Database, script: Script) -> Refusal | None:
    try:
        database.query("COMMIT")
    except Failure as failure:
        last = script.last_statement
        span = _first_token(script.text, last) if last is not None else Span(0, 0)
        return Refusal(f"{failure.message} when the file's transaction ends", span, last)
    return None


def _execute(database: Database, piece: Piece, statement: Statement, placed: Statement) -> Refusal | None:
    sql = piece.text[statement.span.start : statement.span.end]
    if len(piece.text.encode(errors="surrogatepass")) > database.profile.limits.statement:
        size = f"{database.profile.limits.statement:,}"
        return Refusal(f"the statement is longer than {size} bytes", _start(piece, statement), placed)
    refused = refused_by_name(database, sql, statement)
    if refused:
        target = placed.target_span or _start(piece, statement)
        return Refusal(refused, target, placed)
    if _MAY_BE_VARIABLE.search(sql) and any(token.kind == "variable" for token in tokenize(sql)):
        return Refusal(_PARAMETERS, _start(piece, statement), placed)
    if not database.has_update_limit:
        sql = with_limit_inside(sql, statement, database)
    if database.version < (3, 46) <= database.profile.sqlite:
        sql = without_digit_separators(sql)
    try:
        database.execute(sql)
    except Failure as failure:
        return _refusal(database, failure, piece, statement, placed)
    return None


def _refusal(
    database: Database, failure: Failure, piece: Piece, statement: Statement, placed: Statement
) -> Refusal:
    sql = piece.text[statement.span.start : statement.span.end]
    unverified = newer_feature(sql, failure, database)
    place = find_place(sql, failure)
    if place is None:
        span = _start(piece, statement)
    else:
        start = statement.span.start + place.start
        span = Span(piece.origin(start), piece.origin(max(start, statement.span.start + place.end - 1)) + 1)
    return Refusal(failure.message, span, placed, unverified)


def _placed(piece: Piece, statement: Statement) -> Statement:
    span = _origin(piece, statement.span)
    target = statement.target_span
    return statement._replace(span=span, target_span=_origin(piece, target) if target is not None else None)


def _origin(piece: Piece, span: Span) -> Span:
    return Span(piece.origin(span.start), piece.origin(max(span.end - 1, span.start)) + 1)


def _start(piece: Piece, statement: Statement) -> Span:
    return _origin(piece, _first(piece.text, statement.span))


def _first_token(text: str, statement: Statement) -> Span:
    return _first(text, statement.span)


def _first(text: str, span: Span) -> Span:
    """The first token of a statement, as far as a thousand characters of it: a quote may be never closed."""
    token = next(tokenize(text, span.start, min(span.end, span.start + 1_000)))
    return Span(token.start, token.end)


def find_place(sql: str, failure: Failure) -> Span | None:
    """The token that a failure is about: the one SQLite points at, else the one that its message names."""
    if failure.offset is not None:
        for token in tokenize(sql):
            if token.significant and token.end > failure.offset:
                return Span(token.start, token.end)
        return None
    from cfguard.d1.naming import named_in

    name = named_in(failure.message)
    if name:
        # What an INSERT reads stands behind the list of what it fills; a column missing there has other words.
        waiting = failure.message.startswith("no such column") and sql[:6].upper() in ("INSERT", "REPLAC")
        for token in tokenize(sql):
            if waiting:
                waiting = not token.is_word("SELECT", "VALUES")
            elif token.kind in ("word", "name", "string") and token.plain.lower() == name:
                return Span(token.start, token.end)
    return None
