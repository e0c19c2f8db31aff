from __future__ import annotations

from pathlib import Path

import pytest

from cfguard.report import FORMATS, render
from tests.report.samples import SAMPLES, SECRET, SUFFIXES, secret

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("format", SUFFIXES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_looks_as_accepted(name: str, format: str) -> None:
    """``python scripts/accept_goldens.py`` rewrites the files."""
    expected = (GOLDEN / f"{name}.{SUFFIXES[format]}").read_text(encoding="utf-8")
    assert render(SAMPLES[name](), format) == expected


def test_every_format_has_its_goldens() -> None:
    assert set(SUFFIXES) == set(FORMATS)
    assert {path.name for path in GOLDEN.iterdir()} == {
        f"{name}.{suffix}" for name in SAMPLES for suffix in SUFFIXES.values()
    }


def test_another_format_is_refused() -> None:
    with pytest.raises(KeyError):
        render(SAMPLES["clean"](), "xml")


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_shows_a_secret(format: str) -> None:
    shown = render(secret(), format)
    assert SECRET not in shown
    assert "battery" not in shown
