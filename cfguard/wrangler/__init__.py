"""What wrangler's own validator says about a configuration file, for every environment at once."""

from __future__ import annotations

from cfguard.wrangler.diagnostic import WranglerDiagnostic
from cfguard.wrangler.validate import validate

__all__ = ["WranglerDiagnostic", "validate"]
