"""What a dev container is made from, whichever of the three ways its file says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.model.devcontainer.docker_options import options_of
from cfguard.model.devcontainer.files import Files, join
from cfguard.model.devcontainer.image import Image, read_image
from cfguard.model.devcontainer.variables import substitute
from cfguard.model.entity import strings_of, text_of
from cfguard.named_tuple import NamedTuple
from cfguard.paths import folder_above
from cfguard.syntax.node import Document, Node

if TYPE_CHECKING:
    from cfguard.model.devcontainer.compose import Build, Service
    from cfguard.model.devcontainer.dockerfile import Instruction, Target


class Definition(NamedTuple):
    """The image below everything and the steps above it.

    ``kind`` is `image`, `dockerfile`, `compose` or `none`. ``evidence`` is the node of devcontainer.json
    that says it. ``origin`` names the place of the image in another file (``Dockerfile:3``). ``whole`` is
    false where a file of it could not be read, so that nothing may be called absent.
    """

    kind: str
    evidence: Node | None
    image: Image | None
    origin: str
    steps: tuple[Instruction, ...]
    target: Target | None
    service: Service | None
    whole: bool


def read_definition(document: Document, files: Files) -> Definition:
    """Read the definition of a devcontainer.json; as the CLI does, Dockerfile and image go before Compose."""
    root = document.root
    folder = folder_above(document.path)
    build = root.get("build")
    legacy = root.get("dockerFile")
    named = build.get("dockerfile") if build is not None else None
    if named is not None or legacy is not None:
        evidence = named if named is not None else legacy
        return _from_dockerfile(root, folder, files, evidence)
    image = root.get("image")
    if image is not None:
        text = text_of(image)
        known = substitute(text) if text is not None else None
        found = read_image(known) if known is not None else None
        return Definition("image", image, found, "", (), None, None, found is not None)
    compose = root.get("dockerComposeFile")
    if compose is not None:
        return _from_compose(root, folder, files, compose)
    return Definition("none", None, None, "", (), None, None, False)


def _from_dockerfile(root: Node, folder: str, files: Files, evidence: Node | None) -> Definition:
    unknown = Definition("dockerfile", evidence, None, "", (), None, None, False)
    name = text_of(evidence)
    known = substitute(name) if name is not None else None
    if known is None or evidence is None:
        return unknown
    build = root.get("build")
    arguments: dict[str, str] = {}
    table = build.get("args") if build is not None else None
    for key, node in table.members.items() if table is not None else ():
        text = text_of(node)
        value = substitute(text) if text is not None else str(node.value) if node.value is not None else None
        # A value nobody knows must not fall back to the default of the Dockerfile.
        arguments[key] = value if value is not None else "$"
    for option in options_of(build.get("options") if build is not None else None):
        name, equals, value = option.value.partition("=")
        if option.name == "--build-arg" and equals:
            arguments[name] = substitute(value) or "$"
    stage = text_of(build.get("target")) if build is not None else None
    from cfguard.model.devcontainer.compose import Build

    path = join(folder, known)
    return _follow(unknown, files, Build(path, None, arguments, stage, {}))


def _follow(unknown: Definition, files: Files, build: Build) -> Definition:
    """The definition that a Dockerfile comes down to."""
    from cfguard.model.devcontainer.dockerfile import TooLarge, read_dockerfile, resolve

    text = build.inline if build.inline is not None else files.required(build.dockerfile)
    if text is None:
        return unknown
    try:
        target = resolve(read_dockerfile(text), build.target, build.args)
    except TooLarge as error:
        files.refuse("unreadable", build.dockerfile, str(error))
        return unknown
    if target is None:
        return unknown
    image = read_image(target.image) if target.image is not None else None
    name = build.dockerfile.rpartition("/")[2]
    return unknown._replace(
        image=image,
        origin=f"{name}:{target.line}",
        steps=target.steps,
        target=target,
        whole=image is not None and (unknown.service is None or unknown.service.whole),
    )


def _from_compose(root: Node, folder: str, files: Files, evidence: Node) -> Definition:
    single = text_of(evidence)
    names = [single] if single is not None else list(strings_of(evidence))
    known = [join(folder, path) for name in names if (path := substitute(name)) is not None]
    service_name = text_of(root.get("service"))
    unknown = Definition("compose", evidence, None, "", (), None, None, False)
    if not known or len(known) < len(names) or service_name is None:
        return unknown
    from cfguard.model.devcontainer.compose import read_service

    service = read_service(files, known, service_name)
    if service is None:
        return unknown
    node = root.get("service")
    found = unknown._replace(service=service, evidence=node)
    if service.build is not None:
        return (
            _follow(found, files, service.build)
            if service.build.dockerfile or service.build.inline
            else found
        )
    image = read_image(service.image) if service.image is not None else None
    origin = f"service `{service.name}`"
    return found._replace(image=image, origin=origin, whole=service.whole and image is not None)
