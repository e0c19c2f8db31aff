"""SQL as SQLite reads it: tokens, statements with their places, and the pieces that wrangler sends to D1."""

from cfguard.syntax.sql.document import parse, statements
from cfguard.syntax.sql.splitter import Cut, Piece, Splitter, cut
from cfguard.syntax.sql.statement import Statement, read_statement, split
from cfguard.syntax.sql.tokens import Token, tokenize

__all__ = [
    "Cut",
    "Piece",
    "Splitter",
    "Statement",
    "Token",
    "cut",
    "parse",
    "read_statement",
    "split",
    "statements",
    "tokenize",
]
