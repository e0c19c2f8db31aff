"""Rules as SARIF describes them; the texts depend on the rule alone, never on what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.policy.advice import general_advice

if TYPE_CHECKING:
    from cfguard.finding import RuleInfo, Severity

_LONGEST = 1024
_MOST_TAGS = 10
_PROBLEM_SEVERITY: dict[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "info": "recommendation",
}


def rule_object(rule: RuleInfo, level: str) -> dict[str, object]:
    """A ``reportingDescriptor`` within GitHub's limits: texts of 1024 characters, ten tags."""
    shown: dict[str, object] = {
        "id": rule.id,
        "name": _pascal(rule.id),
        "shortDescription": {"text": _cut(_sentence(rule.title or rule.id))},
        "fullDescription": {"text": _cut(_sentence(rule.why or rule.title or rule.id))},
        "help": {"text": _help_text(rule), "markdown": _help_markdown(rule)},
    }
    if rule.url.startswith(("https://", "http://")):
        shown["helpUri"] = rule.url
    shown["defaultConfiguration"] = {"level": level}
    shown["properties"] = _properties(rule)
    return shown


def _properties(rule: RuleInfo) -> dict[str, object]:
    score = _score(rule.security_severity)
    tags = list(dict.fromkeys(("security", *rule.tags) if score else rule.tags))
    properties: dict[str, object] = {"tags": tags[:_MOST_TAGS], "precision": "high"}
    if score:
        properties["security-severity"] = score
    else:
        properties["problem.severity"] = _PROBLEM_SEVERITY[rule.severity]
    if rule.clauses:
        properties["clauses"] = list(rule.clauses)
    return properties


def _score(text: str | None) -> str | None:
    """A score GitHub accepts, above 0.0 up to 10.0; it refuses the whole upload over anything else."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return f"{number:.1f}" if 0.05 <= number <= 10 else None


def _advice(rule: RuleInfo) -> str:
    return general_advice(rule.help) if rule.help else ""


def _help_text(rule: RuleInfo) -> str:
    parts = [_sentence(part) for part in (rule.why, _advice(rule)) if part]
    parts += rule.references
    return "\n\n".join(parts) or _sentence(rule.title or rule.id)


def _help_markdown(rule: RuleInfo) -> str:
    parts = [f"**{_sentence(rule.title or rule.id)}**"]
    if rule.why:
        parts.append(_sentence(rule.why))
    if rule.help:
        parts.append(f"**How to put it right:** {_sentence(_advice(rule))}")
    if rule.references:
        parts.append("\n".join(f"- <{reference}>" for reference in rule.references))
    return "\n\n".join(parts)


def _pascal(rule: str) -> str:
    words = rule.replace("/", "-").split("-")
    return "".join(word[:1].upper() + word[1:] for word in words)[:255]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
