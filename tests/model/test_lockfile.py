from __future__ import annotations

from datetime import date

import pytest

from cfguard.model.lockfile import Lockfiles

WRITTEN = {
    "package-lock.json": '{"packages": {"node_modules/workerd": {\n "version": "1.20260710.0"},\n'
    '"node_modules/miniflare": {"dependencies": {"workerd": "1.20260710.0"}}}}',
    "pnpm-lock.yaml": "packages:\n\n  workerd@1.20260710.0:\n    resolution: {}\n",
    "yarn.lock": '"@cloudflare/workerd-linux-64@1.20260710.0":\n  version "1.20260710.0"\n',
    "bun.lock": '    "workerd": ["workerd@1.20260710.0", "", {}, "sha512-x"],\n',
}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_format_tells_the_date_of_the_runtime(name: str) -> None:
    assert Lockfiles({name: WRITTEN[name]}.get).workerd("") == date(2026, 7, 10)


def test_the_nearest_lockfile_counts_and_of_several_versions_the_newest() -> None:
    files = {
        "yarn.lock": "workerd@1.20261001.0\n",
        "apps/api/yarn.lock": "workerd@1.20260101.0\nworkerd@1.20260301.0\n",
        "apps/web/package-lock.json": "{}",
    }
    locked = Lockfiles(files.get)
    assert locked.workerd("apps/api/src") == date(2026, 3, 1)
    assert locked.workerd("apps/web") == date(2026, 10, 1)
    assert locked.workerd("") == date(2026, 10, 1)


def test_a_version_that_is_no_date_says_nothing() -> None:
    assert Lockfiles({"yarn.lock": "workerd@1.20261399.0\nworkerd@2.0.0\n"}.get).workerd("") is None


def test_each_lockfile_is_read_at_most_twice() -> None:
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path)
        return None

    locked = Lockfiles(read)
    for _ in range(5):
        locked.workerd("a/b")
        locked.wrangler("a/b")
    assert max(asked.count(path) for path in asked) == 2


def test_a_very_deep_folder_is_no_matter() -> None:
    assert Lockfiles(lambda path: None).wrangler("/".join("a" * 3000)) is None


def test_a_lockfile_that_cannot_be_read_is_believed() -> None:
    files = {"package-lock.json": '"node_modules/wrangler": {"version": "4.40.2"'}
    assert Lockfiles(files.get).is_locked("apps/api")
    assert Lockfiles({}.get, lambda path: path == "apps/bun.lockb").is_locked("apps/api")
    assert not Lockfiles({}.get, lambda path: path == "apps/bun.lockb").is_locked("web")
