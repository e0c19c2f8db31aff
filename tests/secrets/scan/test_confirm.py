"""What the scan tells as a live credential, and what it leaves to whoever asks for every suspicion."""

from __future__ import annotations

import pytest

from cfguard.secrets.scan.confirmed import Confirmed
from cfguard.secrets.scan.files import scan_content
from tests.secrets.samples import Maker, Sample, by_provider, harmless

PLACES = {
    "src/a.ts": "export const {name} = '{value}';\n",
    "config.json": '{{\n  "{name}": "{value}"\n}}\n',
    "deploy.yml": "env:\n  {name}: {value}\n",
    "deploy.sh": "export {name}={value}\n",
    "Dockerfile": "ENV {name}={value}\n",
}


def written(place: str, sample: Sample) -> bytes:
    return PLACES[place].format(name=sample.name, value=sample.value).encode()


def simple(samples: list[Sample]) -> list[Sample]:
    """Samples that can be written without escapes in every place."""
    return [sample for sample in samples if not set("\n\"' ") & set(sample.value)]


@pytest.mark.parametrize("place", PLACES)
def test_credentials_of_providers_are_found(place: str) -> None:
    missed = [
        sample.label for sample in simple(by_provider(5)) if not scan_content(place, written(place, sample))
    ]
    assert missed == []


@pytest.mark.parametrize("place", PLACES)
def test_harmless_values_are_left_alone(place: str) -> None:
    told = [sample.label for sample in simple(harmless(5)) if scan_content(place, written(place, sample))]
    # Whether a key of Google is one for browsers stands in its name, which source may lack.
    assert [label for label in told if "FIREBASE" not in label] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("const sessionSecret = '{}';", True),
        ("const { sessionSecret = '{}' } = options;", True),
        ("headers: {{ Authorization: 'Bearer {}' }}", True),
        ("const etag = '{}';", False),
        ("const secret = env['{}'];", False),
        ("sessionSecret = '{}' # pragma: allowlist secret", False),
    ],
)
def test_the_name_decides_where_no_form_does(line: str, expected: bool) -> None:
    text = line.replace("{{", "{").replace("}}", "}").replace("{}", Maker(4).hex(32))
    assert bool(scan_content("src/a.ts", text.encode())) is expected


def test_one_value_is_told_once_and_exactly() -> None:
    secret = "gh" + "p_" + Maker(6).text(36)
    line = f"  const token = process.env.TOKEN ?? '{secret}';"
    start = line.index(secret)
    found = scan_content("src/a.ts", f"// first\n{line}\n".encode())
    assert found == (Confirmed(2, start, start + len(secret), "GitHub token", "provider"),)


def test_a_private_key_is_judged_by_its_body() -> None:
    key = Maker(7).pem("RSA ")
    assert [hit.kind for hit in scan_content("deploy/key.pem", key.encode())] == ["private key"]
    header = key.splitlines()[0]
    assert scan_content("src/a.ts", f"if (text.includes('{header}')) return;\n".encode()) == ()


@pytest.mark.parametrize("path", ["README.md", "src/a.test.ts", "types.d.ts", "__mocks__/a.ts", "test_a.py"])
def test_samples_do_not_count_in_tests_and_documentation(path: str) -> None:
    text = f"const sessionSecret = '{Maker(8).hex(32)}';\nconst url = 'postgres://a:Kw8rTz3Lq0vB@db.acme.dev/x';\n"
    assert len(scan_content("src/a.ts", text.encode())) == 2
    assert scan_content(path, text.encode()) == ()
    token = "sb" + "p_" + Maker(8).hex(40)
    assert scan_content(path, f"const a = '{token}';\n".encode())


def test_long_lines_are_judged_by_form_alone() -> None:
    token = "sb" + "p_" + Maker(9).hex(40)
    padding = "x=1;" * 3000
    text = f"{padding}const sessionSecret='{Maker(9).hex(32)}';a('{token}');\n"
    assert [hit.kind for hit in scan_content("a.js", text.encode())] == ["Supabase access token"]


def test_binary_and_foreign_encodings_hold_nothing() -> None:
    line = b"const sessionSecret = '" + Maker(4).hex(32).encode() + b"';"
    assert scan_content("a.ts", line)
    assert scan_content("a.ts", line + b"\0") == ()
    assert scan_content("a.ts", line + b"\xff") == ()
