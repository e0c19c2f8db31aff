"""D1 without Cloudflare: SQL is executed in memory, behind the same authorizer and limits, never guessed at."""

from cfguard.d1.database import Database, Failure, open_database
from cfguard.d1.profile import NEWEST, PROFILES, Profile

__all__ = ["NEWEST", "PROFILES", "Database", "Failure", "Profile", "open_database"]
