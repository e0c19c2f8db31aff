"""Status codes of HTTP: those of the standard library, and those that a client of Cloudflare meets."""

from __future__ import annotations

from http import HTTPStatus

from cfguard.http import is_status_code


def test_every_code_of_the_standard_library_is_one() -> None:
    assert [code for code in HTTPStatus if not is_status_code(code)] == []


def test_few_others_are() -> None:
    known = {int(code) for code in HTTPStatus}
    others = [code for code in range(1000) if is_status_code(code) and code not in known]
    # 104 is registered for a time; those above 500 are Cloudflare's own.
    assert others == [104, *range(520, 528), 530]
