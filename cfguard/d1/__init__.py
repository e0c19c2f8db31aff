"""D1 without Cloudflare: SQL is executed in memory, behind the same authorizer and limits, never guessed at.

Nothing is imported here: names and places of migrations are asked for in every run, sqlite3 is not.
"""
