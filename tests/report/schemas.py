"""The schemas that reports are held against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
SARIF: dict[str, Any] = json.loads((_HERE / "sarif.schema.json").read_text("utf-8"))
GITLAB: dict[str, Any] = json.loads((_HERE / "gitlab.schema.json").read_text("utf-8"))
