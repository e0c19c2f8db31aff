"""Hyperlinks in terminals (OSC 8), so that a click on a place opens the file and one on a rule its page."""

from __future__ import annotations


def linked(text: str, address: str) -> str:
    """Text that leads to an address; without one just the text."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if address else text


def file_address(root: str, path: str) -> str:
    """The address of a file by its path below a folder; no character of the path can end the link."""
    from urllib.parse import quote

    return "file://" + quote(f"{root}/{path}".replace("\\", "/"), errors="surrogatepass")


def page_address(url: str) -> str:
    """The address of a rule's page, or nothing where it is no address but a path in cfguard's repository."""
    if not url.startswith(("https://", "http://")):
        return ""
    from urllib.parse import quote

    return quote(url, safe=":/?#&=%")
