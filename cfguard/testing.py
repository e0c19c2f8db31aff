"""Runs the cases that lie beside rules: a rule is right when its cases say so, the bundled ones and anybody's own."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cfguard.api import RefusedRequest, Request, check_request
from cfguard.finding import Finding, Report
from cfguard.named_tuple import NamedTuple
from cfguard.policy.load import RuleFile, read_table, rule_files

#: The date that cases are judged by unless they name another.
DEFAULT_TODAY = date(2026, 11, 22)
#: The profile of cases: the one that leaves severities and parameters as the rule states them.
DEFAULT_PROFILE = "recommended"

_HEADING = re.compile(r"##\s+(?P<kind>Fails|Passes)\s*:\s*(?P<title>.+?)\s*\Z")
_FENCE = re.compile(
    r"(?P<fence>`{3,})(?P<language>[\w-]+)?(?:\s+(?P<path>\S+))?(?:\s+(?P<encoding>[\w-]+))?\s*\Z"
)


class Case(NamedTuple):
    """One example of a rule: files, what is found in them, and the circumstances.

    ``expected`` are the lines of its ``findings`` block; None for a case that passes. ``git`` are the
    lines of its ``git`` block (``tracked <path>``, ``excluded <pattern>`` for `.git/info/exclude`,
    ``gone <path>`` for a file that is staged and then deleted), None where there is no repository.
    """

    title: str
    line: int
    fails: bool
    files: tuple[tuple[str, str], ...]
    expected: tuple[str, ...]
    options: dict[str, Any]
    git: tuple[str, ...] | None
    #: Files as they are when all fixes of the rule were made, unsafe ones included.
    fixed: tuple[tuple[str, str], ...] = ()
    #: The encoding of files that are not written in UTF-8 (```` ```toml wrangler.toml utf-16 ````).
    encodings: Mapping[str, str] = {}


class _Block(NamedTuple):
    """A fenced block: the words behind its fence, its lines, and the line it begins on."""

    language: str
    path: str
    encoding: str
    lines: list[str]
    first: int


class CaseError(Exception):
    """A cases file that cannot be read as one; ``line`` is where."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")


class Result(NamedTuple):
    """What became of one case: ``wrong`` is empty where it holds."""

    rule: str
    case: str
    wrong: tuple[str, ...]


def cases_path(file: RuleFile) -> str:
    """Where the cases of a rule lie: ``<name>.cases.md`` beside it."""
    return os.path.splitext(file.path)[0] + ".cases.md"


def load_cases(path: str) -> tuple[Case, ...]:
    """Read a cases file; raises :class:`CaseError`, and OSError where there is no such file."""
    with open(path, encoding="utf-8", newline="") as opened:
        text = opened.read()
    # A file written on Windows; one that shows such line ends in a block has others itself.
    windows = text.partition("\n")[0].endswith("\r")
    return tuple(_parse(path, (text.replace("\r\n", "\n") if windows else text).split("\n")))


def run_folder(folder: str, *, bundled: bool, selected: frozenset[str] = frozenset()) -> Iterator[Result]:
    """Run the cases of a policy folder; a rule without a failing and a passing case is itself wrong.

    ``bundled`` says that the rules are those that the program ships, which need no loading. ``selected`` are ids of
    rules and areas (``d1/*``), all where it is empty.
    """
    wrong = {} if bundled else _wrong_rules(folder)
    for file in rule_files(folder):
        if selected and selected.isdisjoint({file.id, f"{file.id.partition('/')[0]}/*"}):
            continue
        if file.id in wrong:
            yield Result(file.id, "", wrong[file.id])
            continue
        path = cases_path(file)
        try:
            cases = load_cases(path)
        except OSError:
            yield Result(file.id, "", (f"there is no `{os.path.basename(path)}` beside the rule",))
            continue
        except CaseError as error:
            yield Result(file.id, "", (str(error),))
            continue
        for kind, fails in (("`## Fails:`", True), ("`## Passes:`", False)):
            if not any(case.fails == fails for case in cases):
                yield Result(file.id, "", (f"there is no {kind} case",))
        if _offers_fix(file) and not any(case.fixed for case in cases):
            yield Result(file.id, "", ("the rule has a fix, and no case has a `fixed` block",))
        for case in cases:
            yield Result(file.id, case.title, run_case(file.id, case, None if bundled else folder))


def _wrong_rules(folder: str) -> dict[str, tuple[str, ...]]:
    """What is wrong with the rules of a folder, by their ids: their cases would say so one by one."""
    from cfguard.policy.load import PolicyFolder, load_bundled
    from cfguard.policy.own import load_own

    loaded = load_own([PolicyFolder(folder, ".")], (rule.id for rule in load_bundled()))
    found: dict[str, tuple[str, ...]] = {}
    for problem in loaded.problems:
        id = os.path.splitext(problem.path or "")[0]
        place = f":{problem.start.line}:{problem.start.column}" if problem.start is not None else ""
        found[id] = (*found.get(id, ()), f"{problem.path}{place}: {problem.message}")
    return found


def run_case(rule: str, case: Case, folder: str | None) -> tuple[str, ...]:
    """Run one case in a scratch folder and say what differs; nothing means that it holds.

    ``folder`` is the policy folder of the rule, None for bundled rules.
    """
    with tempfile.TemporaryDirectory(prefix="cfguard-case-") as scratch:
        root = os.path.join(os.path.realpath(scratch), "project")
        os.mkdir(root)
        for path, text in case.files:
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as written:
                written.write(text.encode(case.encodings.get(path, "utf-8")))
        if case.git is not None:
            _make_repository(root, case.git)
        settings = _write_settings(scratch, rule, case.options, folder)
        request = Request(
            paths=(root,),
            profile=case.options.get("profile", DEFAULT_PROFILE),
            select=tuple(case.options.get("select", [])) or (rule,),
            settings=settings,
            today=case.options.get("today", DEFAULT_TODAY),
            key_file=_write_key(scratch, case.options.get("key")),
        )
        try:
            report = check_request(request)
            differences = tuple(_differences(rule, case, report))
            return differences or tuple(_wrongly_fixed(root, case, request))
        except RefusedRequest as error:
            return error.lines


def _offers_fix(file: RuleFile) -> bool:
    return "fix" in read_table(file.path)


def _wrongly_fixed(root: str, case: Case, request: Request) -> Iterator[str]:
    """What differs when the fixes of a case are made; a second run must find nothing to do."""
    if not case.fixed:
        return
    from cfguard.repair import repair

    done = repair(request, unsafe=True, write=True)
    yield from (f"not fixed: {finding.path}: {reason}" for finding, reason in done.skipped)
    yield from (f"problem: {problem.message}" for problem in done.report.problems)
    expected = dict(case.fixed)
    for path in sorted({*expected, *(file.path for file in done.files)}):
        try:
            with open(os.path.join(root, path), "rb") as opened:
                text = opened.read().decode(case.encodings.get(path, "utf-8"))
        except OSError:
            text = None
        wanted = expected.get(path)
        if text != wanted:
            yield (
                f"`{path}` is not as expected after the fix: {text!r}"
                if wanted
                else f"`{path}` was changed, too"
            )
    if repair(request, unsafe=True, write=True).files:
        yield "a second run of the fix changes something again"


def show(finding: Finding) -> str:
    """A finding as a line of a ``findings`` block."""
    place = finding.path
    if finding.start is not None and finding.end is not None:
        start, end = finding.start, finding.end
        place += f":{start.line}:{start.column}-{end.line}:{end.column}"
    return f"{place} {finding.severity} {finding.message}"


def _differences(rule: str, case: Case, report: Report) -> Iterator[str]:
    for problem in report.problems:
        if problem.kind != "policy":
            yield f"problem: {problem.path or ''} {problem.message}"
    found = Counter(show(finding) for finding in report.findings if finding.rule == rule)
    expected = Counter(case.expected)
    yield from (f"not expected: {line}" for line in (found - expected).elements())
    yield from (f"not found: {line}" for line in (expected - found).elements())


def _write_settings(scratch: str, rule: str, options: dict[str, Any], folder: str | None) -> str:
    """Settings of the case: its parameters, and where its rule lies."""
    import json

    lines = []
    if folder is not None:
        lines.append(f"policies = [{json.dumps(os.path.abspath(folder))}]")
    if "plan" in options:
        lines.append(f"plan = {json.dumps(options['plan'])}")
    for stage, names in options.get("stages", {}).items():
        lines.append(f"stages.{stage} = {json.dumps(names)}")
    for name, value in options.get("params", {}).items():
        lines.append(f'rules."{rule}".params.{name} = {json.dumps(value)}')
    path = os.path.join(scratch, "cfguard.toml")
    with open(path, "w", encoding="utf-8") as opened:
        opened.write("\n".join(lines) + "\n")
    return path


def _write_key(scratch: str, text: str | None) -> str:
    """The file with the key of recorded secrets: the case's own or, without one, a file that is not there."""
    path = os.path.join(scratch, "secrets.key")
    if text is not None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text + "\n")
    return path


def _make_repository(root: str, lines: tuple[str, ...]) -> None:
    """A real repository: rules about git are tried on git, not on a picture of it."""
    import subprocess

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", root, *arguments], check=True, env=environment, capture_output=True)  # noqa: S607

    git("init", "-q")
    told = [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]
    gone = [path for word, path in told if word == "gone"]
    tracked = [path for word, path in told if word == "tracked"] + gone
    if tracked:
        git("add", "-f", "--", *tracked)
    for path in gone:
        os.unlink(os.path.join(root, path))
    excluded = [pattern for word, pattern in told if word == "excluded"]
    if excluded:
        os.makedirs(os.path.join(root, ".git", "info"), exist_ok=True)
        with open(os.path.join(root, ".git", "info", "exclude"), "w", encoding="utf-8") as opened:
            opened.write("\n".join(excluded) + "\n")


def _parse(path: str, lines: list[str]) -> Iterator[Case]:
    title, start, fails = "", 0, False
    blocks: list[_Block] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if heading := _HEADING.match(line):
            if title:
                yield _case(path, title, start, fails, blocks)
            title, start, fails, blocks = heading["title"], number, heading["kind"] == "Fails", []
        elif line.startswith("## "):
            raise CaseError(path, number, "a heading is `## Fails: …` or `## Passes: …`")
        elif fence := _FENCE.match(line):
            first = number
            while number < len(lines) and lines[number] != fence["fence"]:
                number += 1
            if number == len(lines):
                raise CaseError(path, first, "the block is never closed")
            words = (fence["language"] or "", fence["path"] or "", fence["encoding"] or "")
            blocks.append(_Block(*words, lines[first:number], first))
            number += 1
    if title:
        yield _case(path, title, start, fails, blocks)


def _case(path: str, title: str, line: int, fails: bool, blocks: list[_Block]) -> Case:
    encodings: dict[str, str] = {}
    files: list[tuple[str, str]] = []
    fixed: list[tuple[str, str]] = []
    expected: list[str] = []
    options: dict[str, Any] = {}
    git: tuple[str, ...] | None = None
    for language, name, encoding, lines, first in blocks:
        if language == "findings":
            expected += [each for each in lines if each.strip()]
        elif language == "git":
            git = _git_lines(path, first, lines)
        elif language == "settings":
            options = _options(path, first, lines)
        elif name and _leads_out(name):
            raise CaseError(path, first, f"`{name}` lies outside the project of the case")
        elif name:
            (fixed if language == "fixed" else files).append((name, "\n".join(lines) + "\n" if lines else ""))
            if encoding:
                encodings[name] = _known_encoding(path, first, encoding)
        else:
            raise CaseError(path, first, "a block names its file (```toml wrangler.toml)")
    if not files:
        raise CaseError(path, line, "the case has no file")
    if bool(expected) != fails:
        wanted = "has no `findings` block" if fails else "has findings but says that it passes"
        raise CaseError(path, line, f"the case {wanted}")
    return Case(title, line, fails, tuple(files), tuple(expected), options, git, tuple(fixed), encodings)


def _leads_out(path: str) -> bool:
    return os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir


def _known_encoding(path: str, line: int, name: str) -> str:
    import codecs

    try:
        return codecs.lookup(name).name
    except LookupError:
        raise CaseError(path, line, f"`{name}` is no encoding") from None


def _git_lines(path: str, line: int, lines: list[str]) -> tuple[str, ...]:
    found = tuple(each.strip() for each in lines if each.strip())
    for each in found:
        if each.partition(" ")[0] not in ("tracked", "excluded", "gone") or " " not in each:
            raise CaseError(path, line, f"`{each}` is no `tracked PATH`, `excluded PATTERN` or `gone PATH`")
    return found


def _options(path: str, line: int, lines: list[str]) -> dict[str, Any]:
    import tomli

    try:
        options = tomli.loads("\n".join(lines))
    except tomli.TOMLDecodeError as error:
        raise CaseError(path, line, f"the settings cannot be read: {error}") from None
    unknown = set(options) - {"today", "profile", "params", "select", "stages", "plan", "key"}
    if unknown:
        raise CaseError(path, line, f"`{sorted(unknown)[0]}` is no setting of a case")
    return options
