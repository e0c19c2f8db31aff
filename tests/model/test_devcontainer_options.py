"""Options of Docker, and the variables that a container gets in all the ways there are."""

from __future__ import annotations

import json

import pytest

from cfguard.model.devcontainer.docker_options import options_of, run_options
from cfguard.model.devcontainer.shell import simple_commands
from cfguard.syntax import parse
from cfguard.text import Source
from tests.model.devcontainer_projects import container


def test_options_in_either_form() -> None:
    words = ["--env=A=b", "-e", "C=d", "x", 7, "--last"]
    root = parse(Source("d.json", json.dumps({"runArgs": words})), "jsonc").root
    assert [(each.name, each.value) for each in options_of(root.get("runArgs"))] == [
        ("--env", "A=b"),
        ("-e", "C=d"),
        ("--last", ""),
    ]
    assert list(options_of(None)) == []


def test_compose_never_sees_them() -> None:
    root = parse(
        Source("d.json", '{"dockerComposeFile": "c.yml", "runArgs": ["--privileged"]}'), "jsonc"
    ).root
    assert list(run_options(root)) == []


def test_variables_from_everywhere() -> None:
    config = {
        "dockerComposeFile": "c.yml",
        "service": "app",
        "remoteEnv": {"A": "1", "B": None},
        "runArgs": ["-e", "C=3"],
    }
    compose = (
        "services:\n  app:\n    build:\n      context: .\n      args: [D=4, E]\n"
        "    environment:\n      F: ${X:-6}\n      G: ${X}\n      H: '7'\n"
    )
    found = container(config, {".devcontainer/c.yml": compose}).variables
    assert [(each.name, each.source, each.elsewhere) for each in found] == [
        ("A", "remoteEnv", ""),
        ("F", "the Compose service", ".devcontainer/c.yml"),
        ("H", "the Compose service", ".devcontainer/c.yml"),
        ("D", "build.args", ".devcontainer/c.yml"),
    ]
    plain = container({"image": "node:22", "runArgs": ["-e", "C=3", "--env", "D"]}).variables
    assert [(each.name, each.source) for each in plain] == [("C", "runArgs")]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("cat <<EOF > x\nn 22\nEOF\nnpm ci", [["cat", "<<EOF", ">", "x"], ["npm", "ci"]]),
        ("<<EOF\nn 22\nEOF", [["<<EOF"], ["n", "22"], ["EOF"]]),
        ("sudo bash -e <<'EOF'\nn 22", [["bash", "-e", "<<EOF"], ["n", "22"]]),
        ("cat <<< EOF\nn 22", [["cat", "<<<", "EOF"], ["n", "22"]]),
        ("cat <<EOF", [["cat", "<<EOF"]]),
    ],
)
def test_here_documents(text: str, commands: list[list[str]]) -> None:
    assert list(simple_commands(text)) == commands
