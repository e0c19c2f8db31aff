"""Paths below the root of a run."""

from __future__ import annotations

import pytest

from cfguard.paths import below, folder_above, upwards


@pytest.mark.parametrize(("path", "folder"), [("", ""), ("a", ""), ("a/b", "a"), ("a/b/c", "a/b")])
def test_a_path_lies_in_a_folder(path, folder):
    assert folder_above(path) == folder


@pytest.mark.parametrize(("folder", "folders"), [("", [""]), ("a", ["a", ""]), ("a/b", ["a/b", "a", ""])])
def test_the_way_up_from_a_folder_ends_at_the_root(folder, folders):
    assert list(upwards(folder)) == folders


@pytest.mark.parametrize("folder", ["..", "/a", "a//b", "/"])
def test_the_way_up_ends_for_folders_of_any_form(folder):
    assert list(upwards(folder))[-1] == ""


@pytest.mark.parametrize(("folder", "path"), [("", "x.toml"), ("a/b", "a/b/x.toml")])
def test_a_name_in_a_folder_is_a_path(folder, path):
    assert below(folder, "x.toml") == path
