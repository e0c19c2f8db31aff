"""The runner itself: what it says of conditions is what GitHub says."""

from __future__ import annotations

import pytest

from tests.action.runner import evaluate, fill

NAMES = {"inputs.a": "true", "steps.x.outputs.exit-code": "1", "always()": True, "inputs.empty": ""}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.a == 'true'", True),
        ("inputs.a != 'true'", False),
        ("inputs.a == 'true' && steps.x.outputs.exit-code == '0'", False),
        (
            "inputs.a == 'true' && (steps.x.outputs.exit-code == '0' || steps.x.outputs.exit-code == '1')",
            True,
        ),
        ("!(inputs.a == 'true') || always()", True),
        ("always() && inputs.empty", ""),
        ("inputs.unknown", ""),
        ("'it''s'", "it's"),
    ],
)
def test_expressions(text: str, value: str | bool) -> None:
    assert evaluate(text, NAMES) == value


@pytest.mark.parametrize("text", ["inputs.a ==", "inputs.a 'x'", "(inputs.a", "inputs.a + 'x'"])
def test_what_it_cannot_read_fails(text: str) -> None:
    with pytest.raises((AssertionError, ValueError, IndexError)):
        evaluate(text, NAMES)


def test_placeholders() -> None:
    assert fill("a ${{ inputs.a }} ${{ steps.x.outputs.exit-code }}", NAMES) == "a true 1"  # type: ignore[arg-type]
