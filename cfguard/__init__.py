"""Checks what a Cloudflare Workers + D1 project keeps in its repository, before it is deployed.

``cfguard.check(path) -> Report`` is the public way in; see :func:`cfguard.api.check`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the import: a version question must cost nothing
if TYPE_CHECKING:
    from cfguard.api import RefusedRequest, check
    from cfguard.finding import Finding, Note, Problem, Related, Report

__version__ = "0.1.0"

__all__ = ["Finding", "Note", "Problem", "RefusedRequest", "Related", "Report", "__version__", "check"]


def __getattr__(name: str) -> object:
    """Load the public names when they are asked for."""
    if name in ("check", "RefusedRequest"):
        from cfguard import api

        return getattr(api, name)
    if name in __all__:
        from cfguard import finding

        return getattr(finding, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
