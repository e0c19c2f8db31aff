"""``python -m cfguard``."""

import sys

from cfguard.cli import main

sys.exit(main())
