"""Which Node a shell in the container finds: an interval that is true, or the honest answer that nobody can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from cfguard.model.devcontainer.definition import Definition
from cfguard.model.devcontainer.features import FeatureUse, brings_node, may_bring_node, node_version
from cfguard.model.devcontainer.image import read_image
from cfguard.model.devcontainer.lifecycle import Reach, unread
from cfguard.model.devcontainer.shell import is_conditional, run_text, simple_commands, without_decided
from cfguard.model.devcontainer.tables import Distribution, node_from_name
from cfguard.model.devcontainer.versions import NodeRange, either, line
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

if TYPE_CHECKING:
    from cfguard.model.devcontainer.dockerfile import Instruction, Target

Style = Literal["wins", "adds", "source", "package", "hidden"]

_SETUP = lazy(r"setup_(\d{1,2}|lts|current)\.x")
_DOWNLOAD = lazy(r"nodejs\.org/(?:dist|download/release)/v(\d{1,2}(?:\.\d{1,3}){0,2})")
_PACKAGERS = frozenset({"apt-get", "apt", "apk", "dnf", "yum", "microdnf", "tdnf"})
_NODE_PACKAGE = lazy(r"node(?:js)?(?:-current)?(?:[=:@~<>]+(\d{1,2})[\w.*~-]*)?\Z")
_PINNED = lazy(r"nodejs?@(.+)\Z|node@(.+)\Z")


class Selection(NamedTuple):
    """A version that a command asks for, and how: `wins` over any other Node, or only `adds` one.

    ``source`` makes a package source of it, ``package`` installs whatever the source has (None: the
    distribution's own). ``hidden`` are packages whose names stand elsewhere.
    """

    style: Style
    node: NodeRange | None


class Found(NamedTuple):
    """The answer with the node of devcontainer.json that gives it; ``range`` None is unknown."""

    range: NodeRange | None
    evidence: Node | None


def infer_node(
    definition: Definition, features: tuple[FeatureUse, ...], reach: Reach, pin: Callable[[], str | None]
) -> Found:
    """The Node of a dev container.

    ``reach`` is what its lifecycle commands run; ``pin`` gives the version of the project's `.nvmrc` or
    `.node-version`, for managers that are started without one.
    """
    asking = [each for each in features if brings_node(each)]
    chosen = [each for each in asking if not _is_none(each)]
    if len(chosen) > 1:
        return Found(None, None)
    base = of_definition(definition, pin)
    evidence = definition.evidence
    if chosen:
        evidence = chosen[0].node
        version = node_version(chosen[0])
        base = node_from_name(version) if version is not None else None
        if base is not None:
            base = base.because(
                f"feature `{chosen[0].id}`" + (f" with version `{version}`" if version else "")
            )
    elif any(may_bring_node(each, known_absent=base is None or base.absent) for each in features):
        return Found(None, None)
    if not reach.shells_known and not chosen:
        return Found(None, None)
    walk = _Walk(base, definition.image.distribution if definition.image is not None else None, pin)
    for text in reach.texts:
        walk.commands(text, "a lifecycle command")
    return Found(walk.node, evidence)


def _is_none(feature: FeatureUse) -> bool:
    return node_version(feature) == "none"


def of_definition(definition: Definition, pin: Callable[[], str | None]) -> NodeRange | None:
    """The Node of the image and of the steps that a Dockerfile puts on it."""
    image = definition.image
    if image is None:
        return None
    reason = image.node.reason if image.node is not None else ""
    base = image.node
    if base is not None and definition.origin:
        base = base.because(f"{reason} ({definition.origin})")
    walk = _Walk(base, image.distribution, pin)
    if definition.target is not None:
        walk.steps(definition.target)
    return walk.node


class _Walk:
    """Follows the commands that change Node, in order."""

    def __init__(
        self, node: NodeRange | None, distribution: Distribution | None, pin: Callable[[], str | None]
    ) -> None:
        self.node = node
        self.distribution = distribution
        self.pin = pin
        self.source: NodeRange | None = None

    def steps(self, target: Target) -> None:
        from cfguard.model.devcontainer.dockerfile import assignments

        values: dict[str, str] = {}
        for step in target.steps:
            if step.name == "ARG":
                for name, default in assignments(step.text).items():
                    values[name] = target.value(name, default)
            elif step.name == "ENV":
                values.update({name: value or "" for name, value in assignments(step.text).items()})
            elif step.name == "COPY":
                self._copy(step, target.stages)
            elif step.name == "RUN":
                text = _replaced(run_text(step.text), values)
                self._doubt(text)
                self.commands(text, f"line {step.line} of the Dockerfile")

    def _doubt(self, text: str) -> None:
        """A script of the build context may bring any Node, a download may bring one where there is none."""
        seen = unread(text)
        absent = self.node is not None and self.node.absent
        if seen == "script" or (seen == "download" and absent and not _SETUP.search(text)):
            self.node = None

    def commands(self, text: str, reason: str) -> None:
        text = without_decided(text)
        doubtful = is_conditional(text)
        for words in simple_commands(text):
            for selection in selections(words, self.pin):
                self._apply(selection, reason, doubtful)

    def _apply(self, selection: Selection, reason: str, doubtful: bool) -> None:
        chosen = selection.node.because(reason) if selection.node is not None else None
        if chosen is not None and chosen.absent:
            return
        if selection.style == "source":
            self.source = chosen
            return
        style = selection.style
        if style == "package":
            style = "adds"
            if self.source is not None:
                chosen = self.source
            elif chosen is None:
                packaged = self.distribution.nodejs if self.distribution is not None else None
                chosen = line(packaged).because(reason) if packaged is not None else None
        absent = self.node is not None and self.node.absent
        if style == "hidden":
            self.node = None if absent else self.node
        elif not doubtful and (absent or style == "wins"):
            self.node = chosen
        else:
            self.node = either(self.node, chosen)

    def _copy(self, step: Instruction, stages: Mapping[str, str]) -> None:
        """``COPY --from=node:20 /usr/local/bin /usr/local/bin`` brings that image's Node."""
        match = re.match(r"--from=(\S+)\s", step.text)
        if match is None or not re.search(r"\s/usr/local(?:/bin(?:/node)?)?/?\s|\s/(?=\s)", step.text + " "):
            return
        image = read_image(stages.get(match[1].lower(), match[1]))
        if image is None or image.node is None or image.node.absent:
            if image is None or not image.recognised:
                self.node = None
            return
        self.node = image.node.because(f"{image.node.reason} (line {step.line} of the Dockerfile)")


def _replaced(text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return values.get(match[1] or match[2], match[0])

    return re.sub(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", value, text) if values else text


def selections(words: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    """What one simple command asks for."""
    for word in words:
        if match := _SETUP.search(word):
            yield Selection("source", node_from_name(match[1]))
        elif match := _DOWNLOAD.search(word):
            yield Selection("adds", node_from_name(match[1]))
    program = words[0].rpartition("/")[2]
    if program == "xargs" and _PACKAGERS & set(words):
        yield Selection("hidden", None)
    if program in ("npx", "bunx") and "n" in words[1:3]:
        words, program = words[words.index("n") :], "n"
    reader = _MANAGERS.get(program)
    if reader is not None:
        yield from reader(words[1:], pin)
    elif program in _PACKAGERS:
        yield from _packages(words[1:])


def _packages(arguments: list[str]) -> Iterator[Selection]:
    if not {"install", "add"} & set(arguments):
        return
    for word in arguments:
        match = _NODE_PACKAGE.match(word)
        if match is not None and (word != "node" or match[1]):
            yield Selection("package", node_from_name(match[1]) if match[1] else None)
        elif "$" in word or "`" in word:
            yield Selection("hidden", None)


def _nvm(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    names = [word for word in arguments if not word.startswith("-") and not word.startswith(("2>", ">"))]
    if names[:2] == ["alias", "default"]:
        yield Selection("wins", _named(names[2:], pin))
    elif names[:1] in (["install"], ["use"]):
        wanted = ["lts"] if "--lts" in arguments and len(names) == 1 else names[1:]
        yield Selection("adds", _named(wanted, pin))


def _n(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    names = [word for word in arguments if not word.startswith("-") and word not in ("install", "i")]
    if names and (names[0] in ("lts", "latest", "stable", "current", "auto") or names[0][:1].isdigit()):
        yield Selection("wins", None if names[0] == "auto" else node_from_name(names[0]))


def _volta(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    for word in arguments:
        if word == "node" or word.startswith("node@"):
            yield Selection("wins", node_from_name(word.partition("@")[2] or "lts"))


def _fnm(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    names = [word for word in arguments if not word.startswith("-")]
    if names[:1] == ["default"]:
        yield Selection("wins", _named(names[1:], pin))
    elif names[:1] in (["install"], ["use"]):
        wanted = ["lts"] if "--lts" in arguments else names[1:]
        yield Selection("adds", _named(wanted, pin))


def _pinned(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    """mise, asdf, proto, conda, brew: ``node@20``, ``nodejs 20``, ``nodejs=20``; without a version unknown."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        name, _, version = word.replace("=", "@").partition("@")
        if name in ("node", "nodejs"):
            version = version or (following if following[:1].isdigit() else "")
            yield Selection("wins", node_from_name(version) if version else None)
            return
    if arguments[:1] in (["install"], ["i"], ["use"]) and len([a for a in arguments if a[0:1] != "-"]) == 1:
        yield Selection("wins", None)


def _pnpm(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    if arguments[:2] == ["env", "use"]:
        yield Selection("wins", _named([word for word in arguments[2:] if not word.startswith("-")], pin))


def _conda(arguments: list[str], pin: Callable[[], str | None]) -> Iterator[Selection]:
    for word in arguments:
        match = _NODE_PACKAGE.match(word)
        if match is not None:
            yield Selection("wins", node_from_name(match[1]) if match[1] else None)


def _named(names: list[str], pin: Callable[[], str | None]) -> NodeRange | None:
    name = names[0] if names else pin()
    return node_from_name(name) if name else None


_MANAGERS: Mapping[str, Callable[[list[str], Callable[[], str | None]], Iterator[Selection]]] = {
    "nvm": _nvm,
    "n": _n,
    "volta": _volta,
    "fnm": _fnm,
    "mise": _pinned,
    "asdf": _pinned,
    "proto": _pinned,
    "nodenv": _pinned,
    "conda": _conda,
    "mamba": _conda,
    "brew": _conda,
    "pnpm": _pnpm,
}
