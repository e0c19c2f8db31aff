"""``python -m cfguard``."""

from cfguard.cli import run

run()
