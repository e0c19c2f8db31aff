"""SQL as SQLite reads it: tokens, statements with their places, and the pieces that wrangler sends to D1."""

from cfguard.syntax.sql.document import parse, statements
from cfguard.syntax.sql.splitter import Cut, Piece, Splitter, cut
from cfguard.syntax.sql.statement import Statement, bounds, read_statement, split, statement_in
from cfguard.syntax.sql.tokens import Token, tokenize

__all__ = [
    "Cut",
    "Piece",
    "Splitter",
    "Statement",
    "Token",
    "bounds",
    "cut",
    "parse",
    "read_statement",
    "split",
    "statement_in",
    "statements",
    "tokenize",
]
