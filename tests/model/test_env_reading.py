from __future__ import annotations

import pytest

from cfguard.model.env_reading import read_for, values_read
from cfguard.model.stages import Stages
from cfguard.model.variable import EnvFile
from cfguard.syntax.dotenv import parse
from cfguard.text import Source


def files(texts: dict[str, str]) -> tuple[EnvFile, ...]:
    return tuple(EnvFile(parse(Source(name, text)), Stages(), ()) for name, text in texts.items())


@pytest.mark.parametrize(
    ("present", "environment", "read"),
    [
        ([".env", ".dev.vars"], "", [".dev.vars"]),
        ([".dev.vars", ".dev.vars.production"], "production", [".dev.vars.production"]),
        ([".dev.vars", ".dev.vars.production"], "staging", [".dev.vars"]),
        ([".env.local", ".env", ".env.production"], "", [".env", ".env.local"]),
        (
            [".env.production.local", ".env.production", ".env.local", ".env"],
            "production",
            [".env", ".env.local", ".env.production", ".env.production.local"],
        ),
        ([".env.example", ".dev.vars.example", ".env.staging"], "production", []),
    ],
)
def test_the_files_that_wrangler_reads_in_its_order(
    present: list[str], environment: str, read: list[str]
) -> None:
    found = read_for(files(dict.fromkeys(present, "")), environment)
    assert [file.name for file in found] == read


def test_later_files_win_and_references_see_all_of_them() -> None:
    texts = {".env": "HOST=a\nURL=http://$HOST\nB=1\n", ".env.local": "HOST=b\n"}
    assert values_read(read_for(files(texts), "")) == {"HOST": "b", "URL": "http://b", "B": "1"}


def test_dev_vars_are_taken_as_written() -> None:
    assert values_read(read_for(files({".dev.vars": "HOST=a\nURL=http://$HOST\n"}), "")) == {
        "HOST": "a",
        "URL": "http://$HOST",
    }


def test_a_name_that_javascript_objects_lose_is_lost() -> None:
    assert values_read(files({".dev.vars": "__proto__=1\nA=2\n"})) == {"A": "2"}
