"""Every place of a repository where a live credential stands, each told once, at the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.secrets.detect import Verdict, judge
from cfguard.secrets.names import is_credential_name, split_words
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from cfguard.model.devcontainer.parts import ContainerVariable
    from cfguard.model.variable import EnvFile
    from cfguard.secrets.scan.documents import LeakyDocument
    from cfguard.syntax.node import Document, Node, Path

COMMITTED, IN_DEVCONTAINER, SUSPICIOUS = "committed", "in-devcontainer", "suspicious"

# Keys that label what lies beside them, also inside a table named "secrets".
_LABELS = frozenset(("id", "name", "binding", "type", "url", "class", "service", "queue"))
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


def committed_values(
    documents: Iterable[Document], tracked: Container[str], told: Container[tuple[str, Path]]
) -> Iterator[DiagnosticEntity]:
    """The credentials in configuration files that git tracks, where no rule of its own tells them.

    ``told`` are the places that the rule about dev containers tells, as path and key.
    """
    for document in documents:
        if document.path not in tracked:
            continue
        for node, verdict in _judged(document.root):
            if not _is_of_vars(node.path) and (document.path, node.path) not in told:
                message = _message(_name(node)[0], verdict.kind)
                help = f"Revoke the secret and put a new one {_ELSEWHERE.format('')}"
                yield DiagnosticEntity(document, Diagnostic(COMMITTED, message, node.span, node.path, help))


def container_values(
    variables: Iterable[ContainerVariable], hidden: Container[str]
) -> Iterator[DiagnosticEntity]:
    """The credentials that dev containers write into environments and build arguments.

    ``hidden`` are the files about whose values somebody else speaks, or nobody has to: those of git, which
    are told at the value, and those that git ignores.
    """
    for variable in variables:
        kind, document, node = variable.credential, variable.document, variable.node
        if kind is None or document is None or node is None or variable.elsewhere in hidden:
            continue
        source = f"`{variable.source}`" if variable.elsewhere == "" else f"`{variable.elsewhere}`"
        message = f"{source} sets `{variable.name}` to {_article(kind)} {kind}"
        taken = f"${{{variable.name}}}" if variable.elsewhere else f"${{localEnv:{variable.name}}}"
        help = (
            f"Revoke the secret; take a new one from the host with `{taken}`, "
            "or keep it in an ignored `.dev.vars`"
        )
        # Several variables of a Compose file share one place here: each is a finding of its own.
        key = (*node.path, variable.name) if variable.elsewhere else node.path
        yield DiagnosticEntity(document, Diagnostic(IN_DEVCONTAINER, message, node.span, key, help))


def committed_texts(files: Iterable[LeakyDocument]) -> Iterator[DiagnosticEntity]:
    """The credentials in every other file that git tracks."""
    for document, leaks in files:
        for number, leak in enumerate(leaks):
            help = f"Revoke the secret, put a new one {_ELSEWHERE.format('')}, and read it from there"
            key: Path = (leak.name,) if leak.name else (f"secret_{number}",)
            diagnostic = Diagnostic(COMMITTED, _message(leak.name, leak.kind), leak.span, key, help)
            yield DiagnosticEntity(document, diagnostic)


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
        documents: Iterable[Document],
        variables: Iterable[ContainerVariable],
        hidden: Container[str],
        tracked: Container[str] | None,
    ) -> Iterator[DiagnosticEntity]:
        """Every live credential that is committed (nothing is where ``tracked`` is None) or in a container.

        ``hidden`` are the files of ``variables`` that :func:`container_values` keeps silent about.
        """
        yield from committed_variables(env_files)
        inside = list(container_values(variables, hidden))
        yield from inside
        if tracked is not None:
            told = {(each.document.path, each.diagnostic.key) for each in inside if each.document}
            yield from committed_values(documents, tracked, told)
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


def _judged(root: Node) -> Iterator[tuple[Node, Verdict]]:
    """The strings below a node that are live credentials by their own form, their name or their table's."""
    for node in root.walk():
        if node.kind != "string" or not isinstance(node.value, str):
            continue
        name, owner = _name(node)
        verdict = judge(name, node.value)
        if verdict is None and is_credential_name(owner) and _LABELS.isdisjoint(split_words(name)[-1:]):
            verdict = judge(owner, node.value)
        if verdict is not None:
            yield node, verdict


def _name(node: Node) -> tuple[str, str]:
    """The nearest key above a value, and the key of the table that holds it."""
    names = [step for step in reversed(node.path) if isinstance(step, str)]
    return ([*names, "", ""])[0], ([*names, "", ""])[1]


def _is_of_vars(path: Path) -> bool:
    """Whether ``secrets/in-vars`` speaks of what stands at a path."""
    inside = path[2:] if path[:1] == ("env",) else path
    return inside[:1] == ("vars",)


def _message(name: str, kind: str) -> str:
    if name:
        return f"`{name}` holds {_article(kind)} {kind}, and git tracks this file"
    return f"This is {_article(kind)} {kind}, and git tracks the file"


def _article(kind: str) -> str:
    return "an" if kind.lower().startswith(_AN) else "a"
