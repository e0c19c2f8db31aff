"""Which rules run in a run, and how severe each is for each file: profile, settings and command line in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfguard.engine import Choice
from cfguard.finding import Severity
from cfguard.policy.rule import PROFILES, Rule
from cfguard.policy.scope import type_of_value
from cfguard.settings import FILES, RuleSetting, Settings, SettingsIssue, resolver
from cfguard.suggest import did_you_mean
from cfguard.syntax import parse
from cfguard.syntax.node import Path
from cfguard.text import Source


class UnknownRule(Exception):
    """A rule id or area pattern on the command line that names no rule: a usage error (exit 2)."""


def wrong_params(settings: Settings, source: Source, rules: Mapping[str, Rule]) -> tuple[SettingsIssue, ...]:
    """An issue for every parameter that its rule does not have, or that has another type than its default."""
    places: list[tuple[Path, Mapping[str, RuleSetting]]] = [(("rules",), settings.rules)]
    places += [(("override", index, "rules"), each.rules) for index, each in enumerate(settings.overrides)]
    wrong: list[tuple[Path, str]] = []
    for path, tables in places:
        for id, setting in tables.items():
            for name, value in setting.params.items() if id in rules else ():
                message = _param_mistake(rules[id], name, value)
                if message:
                    wrong.append(((*path, id, "params", name), message))
    if not wrong:
        return ()
    inside = FILES.get(source.path.rpartition("/")[2], ())
    document = parse(source, "jsonc" if source.path.endswith((".json", ".jsonc")) else "toml")
    issues = []
    for path, message in wrong:
        span = document.nearest((*inside, *path)).part("key")
        issues.append(SettingsIssue(source.path, source.position(span.start), message))
    return tuple(issues)


_NOUNS = {
    "int": "an integer",
    "double": "a number",
    "string": "a string",
    "bool": "`true` or `false`",
    "list": "a list",
    "map": "a table",
    "dyn": "something else",
}


def _param_mistake(rule: Rule, name: str, value: object) -> str:
    params = {**rule.params, **rule.strict_params}
    if name not in params:
        known = f"; it has {', '.join(f'`{each}`' for each in params)}" if params else "; it has none"
        return f"`{rule.id}` has no parameter `{name}`{did_you_mean(name, params) or known}"
    wanted, given = type_of_value(params[name]), type_of_value(_as_declared(value, params[name]))
    if isinstance(value, tuple) and len({type_of_value(item) for item in value}) > 1:
        return f"parameter `{name}` of `{rule.id}` is {wanted}, not a list of several types"
    if wanted != given and not (isinstance(value, tuple) and not value):
        return f"parameter `{name}` of `{rule.id}` takes {_NOUNS[wanted.kind]}, not {_NOUNS[given.kind]}"
    return ""


def _asked(rules: Mapping[str, RuleSetting]) -> set[str]:
    return {id for id, setting in rules.items() if setting.severity is not None}


def _as_declared(value: object, default: object) -> object:
    """A value for a parameter; nobody should have to write `250.0` where a number is wanted."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole and isinstance(default, float) else value  # type: ignore[arg-type]


class Selection:
    """The user's choice of rules.

    ``select`` replaces the profile's set, ``ignore`` subtracts from what is left. Rules that the settings
    turn off still run, so that the report can say how many findings the settings hide. ``unloaded`` are
    ids of rules that exist and cannot be loaded: naming one is no mistake.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        settings: Settings,
        profile: str | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        unloaded: Iterable[str] = (),
    ) -> None:
        self._unloaded = frozenset(unloaded)
        self.known = frozenset(rules)
        self.profile = profile or settings.profile
        self._settings = settings
        self._setting = resolver(settings)
        self._choices: dict[tuple[str, str], Choice | None] = {}
        self._only_in_files: set[str] = set()
        chosen = self._matching(rules, select) if select else self._in_profile(rules)
        chosen -= self._matching(rules, ignore)
        self.rules = tuple(rules[id] for id in sorted(chosen))

    def _in_profile(self, rules: Mapping[str, Rule]) -> set[str]:
        # A severity in the settings asks for the rule, whatever profile holds it; in an override for its files.
        asked = _asked(self._settings.rules)
        chosen = {id for id, rule in rules.items() if rule.profile in PROFILES[self.profile] or id in asked}
        in_files = {
            id for override in self._settings.overrides for id in _asked(override.rules)
        } & rules.keys()
        self._only_in_files = in_files - chosen
        return chosen | in_files

    def _matching(self, rules: Mapping[str, Rule], patterns: Iterable[str]) -> set[str]:
        areas = {f"{rule.area}/*" for rule in rules.values()}
        found: set[str] = set()
        for pattern in patterns:
            if pattern in rules:
                found.add(pattern)
            elif pattern in areas:
                found |= {id for id, rule in rules.items() if f"{rule.area}/*" == pattern}
            elif pattern not in self._unloaded:
                raise UnknownRule(f"`{pattern}` is not a rule{did_you_mean(pattern, [*rules, *areas])}")
        return found

    def severity(self, rule: Rule) -> Severity:
        """The severity of a rule under this profile, before the settings for single rules and files."""
        if self.profile == "recommended" or not rule.clauses or rule.severity != "warning":
            return rule.severity
        # The specification's clauses are requirements under `strict`; limits and what only warns upstream stay.
        return rule.severity if rule.area == "limits" or rule.upstream is not None else "error"

    def choose(self, rule: Rule, path: str) -> Choice | None:
        """What the user wants of a rule for a file; None where the rule is only for other files."""
        key = (rule.id, path if self._settings.overrides else "")
        if key not in self._choices:
            self._choices[key] = self._resolve(rule, path)
        return self._choices[key]

    def _resolve(self, rule: Rule, path: str) -> Choice | None:
        severity: Severity | None = self.severity(rule)
        params = dict(rule.params)
        if self.profile != "recommended":
            params |= rule.strict_params
        setting = self._setting(rule.id, path)
        if rule.id in self._only_in_files and setting.severity is None:
            return None
        params |= {name: _as_declared(value, params.get(name)) for name, value in setting.params.items()}
        if setting.off:
            severity = None
        elif setting.severity is not None:
            severity = setting.severity
        return Choice(severity, params)
