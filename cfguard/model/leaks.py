"""Every place of a repository where a live credential stands, each told once, at the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.model.diagnostic import DiagnosticEntity, FileDiagnosticEntity
from cfguard.secrets.contents import judged, names_of
from cfguard.syntax.node import Diagnostic
from cfguard.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from cfguard.model.variable import EnvFile
    from cfguard.secrets.scan.documents import LeakyDocument
    from cfguard.syntax.node import Document, Path

COMMITTED, IN_DEVCONTAINER, SUSPICIOUS = "committed", "in-devcontainer", "suspicious"

_CONTAINER_TABLES = (("containerEnv",), ("remoteEnv",), ("build", "args"))
# Kinds that begin with the sound of a vowel though not with its letter.
_AN = ("a", "e", "i", "o", "u", "npm", "x ", "xai")
_ELSEWHERE = "where git does not see it (`.dev.vars`, ignored, or `wrangler secret put{}`)"


def committed_variables(files: Iterable[EnvFile]) -> Iterator[DiagnosticEntity]:
    """The credentials in env files that git tracks."""
    for file in files:
        if not file.tracked:
            continue
        for variable in file.variables:
            if variable.credential is None or variable.node is None or variable.document is None:
                continue
            worker, environment = variable.belongs_to()
            help = (
                f"Revoke the secret, put a new one {_ELSEWHERE.format(' ' + variable.name)}, "
                f"and run `git rm --cached {file.path}`"
            )
            diagnostic = Diagnostic(
                COMMITTED,
                _message(variable.name, variable.credential),
                variable.node.span,
                variable.node.path,
                help,
            )
            yield DiagnosticEntity(variable.document, diagnostic, worker=worker, environment=environment)


def committed_values(documents: Iterable[Document], tracked: Container[str]) -> Iterator[DiagnosticEntity]:
    """The credentials in configuration files that git tracks, where no rule of its own tells them."""
    for document in documents:
        if document.path not in tracked:
            continue
        for node, verdict in judged(document.root):
            if not _has_own_rule(node.path):
                message = _message(names_of(node)[0], verdict.kind)
                help = f"Revoke the secret and put a new one {_ELSEWHERE.format('')}"
                yield DiagnosticEntity(document, Diagnostic(COMMITTED, message, node.span, node.path, help))


def container_values(documents: Iterable[Document]) -> Iterator[DiagnosticEntity]:
    """The credentials that dev container files write into environments and build arguments."""
    for document in documents:
        for path in _CONTAINER_TABLES:
            table = document.root.get(*path)
            for node, verdict in judged(table) if table is not None else ():
                name = names_of(node)[0]
                message = f"`{'.'.join(path)}` sets `{name}` to {_article(verdict.kind)} {verdict.kind}"
                help = (
                    f"Revoke the secret; take a new one from the host with `${{localEnv:{name}}}`, "
                    "or keep it in an ignored `.dev.vars`"
                )
                yield DiagnosticEntity(
                    document, Diagnostic(IN_DEVCONTAINER, message, node.span, node.path, help)
                )


def committed_texts(files: Iterable[LeakyDocument]) -> Iterator[DiagnosticEntity]:
    """The credentials in every other file that git tracks."""
    for document, leaks in files:
        for number, leak in enumerate(leaks):
            help = f"Revoke the secret, put a new one {_ELSEWHERE.format('')}, and read it from there"
            key: Path = (leak.name,) if leak.name else (f"secret_{number}",)
            diagnostic = Diagnostic(COMMITTED, _message(leak.name, leak.kind), leak.span, key, help)
            yield DiagnosticEntity(document, diagnostic)


def staged_value(path: str, line: int, name: str, kind: str, *, exists: bool) -> DiagnosticEntity:
    """A credential that the index holds, though the file of the work tree does not, or is gone."""
    where = (
        f"in git's index (line {line}), though {'no longer in the file' if exists else 'the file is gone'}"
    )
    given = _shell_word(path)
    unstage = f"Run `git rm --cached {given}`"
    if exists:
        unstage = f"Run `git add {given}`, or `git rm --cached {given}` where git must not have the file"
    help = f"{unstage}; if the secret was ever committed, revoke it"
    return _of_file(path, name, f"{_subject(name, kind)} {where}", help)


def past_value(path: str, line: int, name: str, kind: str, commit: str) -> DiagnosticEntity:
    """A credential in the history alone; ``commit`` says in which commit, in words."""
    message = f"{_subject(name, kind)} in {commit}, line {line}, and the history keeps it"
    help = "Revoke the secret: rewriting the history does not take it out of clones, forks and caches"
    return _of_file(path, name, message, help)


def _of_file(path: str, name: str, message: str, help: str) -> DiagnosticEntity:
    key: Path = (name,) if name else ("secret",)
    return FileDiagnosticEntity(path, Diagnostic(COMMITTED, message, Span(0, 0), key, help))


def _shell_word(path: str) -> str:
    from shlex import quote

    return quote(path)


def suspicious_texts(
    files: Iterable[LeakyDocument], told: Mapping[str, LeakyDocument]
) -> Iterator[DiagnosticEntity]:
    """What detect-secrets reports beyond the credentials that are told already."""
    for document, leaks in files:
        known = told[document.path].leaks if document.path in told else ()
        for number, leak in enumerate(leaks):
            if any(leak.span.start < each.span.end and each.span.start < leak.span.end for each in known):
                continue
            message = f"detect-secrets takes this for a secret ({leak.kind})"
            help = "Where it is none, put `pragma: allowlist secret` into a comment at the end of the line"
            key: Path = (leak.name,) if leak.name else (f"secret_{number}",)
            yield DiagnosticEntity(document, Diagnostic(SUSPICIOUS, message, leak.span, key, help))


class Scans:
    """What scans of the tracked files find: each is made once, when a rule first asks.

    ``scan`` looks through the files for live credentials or, given true, for all that may be one.
    """

    def __init__(self, scan: Callable[[bool], Iterable[LeakyDocument]]) -> None:
        self._scan = scan
        self._made: dict[bool, tuple[LeakyDocument, ...]] = {}
        #: The files that a scan found something in, by path, with all that must be masked in them.
        self.files: dict[str, LeakyDocument] = {}

    def credentials(
        self,
        env_files: Iterable[EnvFile],
        configs: Iterable[Document],
        containers: Sequence[Document],
        tracked: Container[str] | None,
    ) -> Iterator[DiagnosticEntity]:
        """Every live credential that is committed (nothing is where ``tracked`` is None) or in a container."""
        yield from committed_variables(env_files)
        yield from container_values(containers)
        if tracked is not None:
            yield from committed_values((*configs, *containers), tracked)
            yield from committed_texts(self._found(every=False))

    def suspicions(self) -> Iterator[DiagnosticEntity]:
        """What detect-secrets reports beyond the credentials."""
        told = {file.document.path: file for file in self._found(every=False)}
        yield from suspicious_texts(self._found(every=True), told)

    def _found(self, *, every: bool) -> tuple[LeakyDocument, ...]:
        if every not in self._made:
            from cfguard.secrets.scan.documents import together

            self._made[every] = tuple(self._scan(every))
            for file in self._made[every]:
                known = self.files.get(file.document.path)
                self.files[file.document.path] = file if known is None else together(known, file)
        return self._made[every]


def _has_own_rule(path: Path) -> bool:
    """Whether ``secrets/in-vars`` or ``secrets/in-devcontainer`` speaks of what stands at a path."""
    inside = path[2:] if path[:1] == ("env",) else path
    return inside[:1] == ("vars",) or any(path[: len(table)] == table for table in _CONTAINER_TABLES)


def _message(name: str, kind: str) -> str:
    if name:
        return f"{_subject(name, kind)}, and git tracks this file"
    return f"This is {_article(kind)} {kind}, and git tracks the file"


def _subject(name: str, kind: str) -> str:
    kind = f"{_article(kind)} {kind}"
    return f"`{name}` holds {kind}" if name else f"There is {kind}"


def _article(kind: str) -> str:
    return "an" if kind.lower().startswith(_AN) else "a"
