from __future__ import annotations

import json

from cfguard.sensitive import MASK, Sensitive


def test_it_compares_as_its_text_and_prints_as_a_mask() -> None:
    secret = Sensitive("hunter2")
    assert secret == "hunter2"
    assert {secret} == {"hunter2"}
    assert f"{secret} {secret!r} {secret:>9}" == f"{MASK} {MASK} {MASK}"
    assert str(secret) == repr(secret) == "%s" % secret == MASK


def test_its_text_is_had_by_asking_only() -> None:
    revealed = Sensitive("hunter2").reveal()
    assert type(revealed) is str
    assert json.dumps(revealed) == '"hunter2"'
