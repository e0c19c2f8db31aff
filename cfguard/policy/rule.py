"""A rule as data: what its file says, before anything of it is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from cfguard.finding import RuleInfo, Severity
from cfguard.named_tuple import NamedTuple

Profile = Literal["recommended", "strict", "all"]
#: Each profile with the profiles whose rules it holds.
PROFILES: Mapping[str, tuple[str, ...]] = {
    "recommended": ("recommended",),
    "strict": ("recommended", "strict"),
    "all": ("recommended", "strict", "all"),
}


class RelatedTemplate(NamedTuple):
    """Further places of a finding: an expression that yields entities, a path below each, and words for it."""

    each: str
    at: str
    message: str


class CannotTell(NamedTuple):
    """When a rule has to say that it cannot judge an entity, and the words for it."""

    when: str
    message: str


class Rule(NamedTuple):
    """One rule as its file states it; expressions are still text.

    ``id`` is ``<area>/<file stem>``. ``file`` is where its mistakes are told and ``page`` where it is explained: of a
    project's own rule a path in the project, of a bundled rule one in cfguard's own repository.
    ``partial`` lets it judge files that have syntax errors; other rules stay silent there.
    """

    id: str
    file: str
    page: str
    title: str
    why: str
    help: str
    message: str
    severity: Severity
    profile: Profile
    each: str
    when: str
    assertion: str
    at: tuple[str, ...]
    let: tuple[tuple[str, str], ...]
    related: tuple[RelatedTemplate, ...]
    cannot_tell: CannotTell | None
    clauses: tuple[str, ...]
    tags: tuple[str, ...]
    security_severity: str | None
    references: tuple[str, ...]
    upstream: str | None
    params: Mapping[str, object]
    strict_params: Mapping[str, object]
    fixes: tuple[Mapping[str, Any], ...]
    partial: bool

    @property
    def area(self) -> str:
        """The first half of the id."""
        return self.id.partition("/")[0]


def rule_from_table(id: str, file: str, table: Mapping[str, Any], page: str = "") -> Rule:
    """Build a rule from the parsed contents of its file, which explains it where there is no page.

    The contents are trusted to have the shape of ``schemas/policy.schema.json``: bundled rules are
    held to it by a test, a project's own rules by :mod:`cfguard.policy.load`.
    """
    at = table.get("at", ".")
    unknown, fix = table.get("cannot_tell"), table.get("fix")
    return Rule(
        id=id,
        file=file,
        page=page or file,
        title=table["title"],
        why=table["why"],
        help=table.get("help", ""),
        message=table["message"],
        severity=table["severity"],
        profile=table["profile"],
        each=table["each"],
        when=table.get("when", ""),
        assertion=table.get("assert", ""),
        at=(at,) if isinstance(at, str) else tuple(at),
        let=tuple(table.get("let", {}).items()),
        related=tuple(
            RelatedTemplate(each.get("each", ""), each.get("at", "."), each["message"])
            for each in table.get("related", [])
        ),
        cannot_tell=CannotTell(unknown["when"], unknown["message"]) if unknown else None,
        clauses=tuple(table.get("clauses", [])),
        tags=tuple(table.get("tags", [])),
        security_severity=table.get("security_severity"),
        references=tuple(table.get("references", [])),
        upstream=table.get("upstream"),
        params=table.get("params", {}),
        strict_params=table.get("strict", {}).get("params", {}),
        fixes=tuple(fix) if isinstance(fix, list) else (fix,) if fix else (),
        partial=table.get("partial", False),
    )


def info_of(rule: Rule, severity: Severity) -> RuleInfo:
    """What reports say about a rule, with the severity it has in this run."""
    return RuleInfo(
        id=rule.id,
        title=rule.title,
        why=rule.why,
        help=rule.help,
        severity=severity,
        tags=rule.tags,
        clauses=rule.clauses,
        references=rule.references,
        security_severity=rule.security_severity,
        url=rule.page,
    )
