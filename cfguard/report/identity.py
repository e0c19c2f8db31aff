"""What makes a finding the same one in the next run: the rule, the file and the key, never a line number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.report.shown import words

if TYPE_CHECKING:
    from cfguard.finding import Finding


def identity(finding: Finding) -> str:
    """32 hexadecimal digits; the key goes in as it is shown, so that no secret is part of a hash."""
    from hashlib import sha256

    parts = "\0".join((finding.rule, finding.path, words(finding.key)))
    return sha256(parts.encode("utf-8", "replace")).hexdigest()[:32]
