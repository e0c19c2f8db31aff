"""Where cfguard itself can be found; every address that the program shows derives from one constant."""

from __future__ import annotations

from cfguard import __version__

#: The address of the repository (``https://…/cfguard``), once the project has one. Until then rules are explained by
#: files of the repository, and instructions hold a placeholder.
REPOSITORY = ""

PLACEHOLDER = "<url of this repository>"


def rule_page(id: str) -> str:
    """Where a bundled rule is explained: a path in the repository, or its address for this version."""
    path = f"docs/rules/{id}.md"
    return f"{REPOSITORY}/blob/v{__version__}/{path}" if REPOSITORY else path


def installed_from() -> str:
    """The git address that this installation came from, as pip noted it (PEP 610); empty where it did not.

    Credentials in the address are left out, and so are folders of this machine.
    """
    import json
    from importlib.metadata import PackageNotFoundError, distribution
    from urllib.parse import urlsplit, urlunsplit

    try:
        noted = json.loads(distribution("cfguard").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    if not isinstance(noted, dict) or "vcs_info" not in noted:
        return ""
    parts = urlsplit(str(noted.get("url", "")))
    if parts.scheme not in ("https", "http", "ssh", "git") or not parts.hostname:
        return ""
    user = "git@" if parts.scheme == "ssh" and parts.username == "git" else ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{user}{parts.hostname}{port}", parts.path, "", ""))
