"""Rewrite ``tests/report/golden/`` from what the formats write now; read the difference before a commit."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "report" / "golden"
sys.path.insert(0, str(ROOT))

from cfguard.report import render  # noqa: E402
from tests.report.samples import SAMPLES, SUFFIXES  # noqa: E402


def main() -> int:
    """Write one file a sample and format; prints those that changed."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, sample in SAMPLES.items():
        for format, suffix in SUFFIXES.items():
            path = GOLDEN / f"{name}.{suffix}"
            text = render(sample(), format)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
