"""``python -m cfguard``."""

import sys

from cfguard.cli import run

sys.exit(run())
