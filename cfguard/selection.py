"""Which rules run in a run, and how severe each is for each file: profile, settings and command line in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfguard.engine import Choice
from cfguard.finding import Severity
from cfguard.globs import compile_globs
from cfguard.policy.rule import PROFILES, Rule
from cfguard.settings import RuleSetting, Settings
from cfguard.suggest import did_you_mean


class UnknownRule(Exception):
    """A rule id or area pattern on the command line that names no rule: a usage error (exit 2)."""


class Selection:
    """The user's choice of rules.

    ``select`` replaces the profile's set, ``ignore`` subtracts from what is left. Rules that the settings
    turn off still run, so that the report can say how many findings the settings hide.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        settings: Settings,
        profile: str | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
    ) -> None:
        self.known = frozenset(rules)
        self.profile = profile or settings.profile
        self._settings = settings
        self._overrides = [
            (compile_globs(override.files), override.rules) for override in settings.overrides
        ]
        self._choices: dict[tuple[str, str], Choice] = {}
        chosen = self._matching(rules, select) if select else self._in_profile(rules)
        chosen -= self._matching(rules, ignore)
        self.rules = tuple(rules[id] for id in sorted(chosen))

    def _in_profile(self, rules: Mapping[str, Rule]) -> set[str]:
        held = PROFILES[self.profile]
        # A severity in the settings asks for the rule, whatever profile holds it.
        asked = {id for id, setting in self._settings.rules.items() if setting.severity is not None}
        return {id for id, rule in rules.items() if rule.profile in held or id in asked}

    @staticmethod
    def _matching(rules: Mapping[str, Rule], patterns: Iterable[str]) -> set[str]:
        areas = {f"{rule.area}/*" for rule in rules.values()}
        found: set[str] = set()
        for pattern in patterns:
            if pattern in rules:
                found.add(pattern)
            elif pattern in areas:
                found |= {id for id, rule in rules.items() if f"{rule.area}/*" == pattern}
            else:
                raise UnknownRule(f"`{pattern}` is not a rule{did_you_mean(pattern, [*rules, *areas])}")
        return found

    def severity(self, rule: Rule) -> Severity:
        """The severity of a rule under this profile, before the settings for single rules and files."""
        if self.profile == "recommended" or not rule.clauses or rule.severity != "warning":
            return rule.severity
        # The specification's clauses are requirements under `strict`; limits and what only warns upstream stay.
        return rule.severity if rule.area == "limits" or rule.upstream is not None else "error"

    def choose(self, rule: Rule, path: str) -> Choice:
        """What the user wants of a rule for a file."""
        key = (rule.id, path if self._overrides else "")
        if key not in self._choices:
            self._choices[key] = self._resolve(rule, path)
        return self._choices[key]

    def _resolve(self, rule: Rule, path: str) -> Choice:
        severity: Severity | None = self.severity(rule)
        params = dict(rule.params)
        if self.profile != "recommended":
            params |= rule.strict_params
        for setting in self._settings_for(rule, path):
            params |= setting.params
            if setting.off:
                severity = None
            elif setting.severity is not None:
                severity = setting.severity
        return Choice(severity, params)

    def _settings_for(self, rule: Rule, path: str) -> Iterable[RuleSetting]:
        """The settings that concern a rule in a file, later ones stronger: areas before ids, overrides last."""
        folder = self._settings.folder
        inside = path[len(folder) + 1 :] if folder and path.startswith(folder + "/") else path
        layers = [self._settings.rules, *(table for covers, table in self._overrides if covers(inside))]
        for layer in layers:
            for name in (f"{rule.area}/*", rule.id):
                if name in layer:
                    yield layer[name]
