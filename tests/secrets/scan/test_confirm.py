"""What the scan tells as a live credential, and what it leaves to whoever asks for every suspicion."""

from __future__ import annotations

import time
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.secrets.scan.confirmed import Confirmed
from cfguard.secrets.scan.files import scan_content
from tests.secrets.samples import Maker, Sample, by_provider, harmless

FILES = {
    "src/a.ts": "export const {name} = '{value}';\n",
    "config.json": '{{\n  "{name}": "{value}"\n}}\n',
    "deploy.yml": "env:\n  {name}: {value}\n",
    "deploy.sh": "export {name}={value}\n",
    "Dockerfile": "ENV {name}={value}\n",
}


def written(place: str, sample: Sample) -> bytes:
    return FILES[place].format(name=sample.name, value=sample.value).encode()


def simple(samples: list[Sample]) -> list[Sample]:
    """Samples that can be written without escapes in every place."""
    return [sample for sample in samples if not set("\n\"' ") & set(sample.value)]


@pytest.mark.parametrize("place", FILES)
def test_credentials_of_providers_are_found(place: str) -> None:
    missed = [
        sample.label for sample in simple(by_provider(5)) if not scan_content(place, written(place, sample))
    ]
    assert missed == []


@pytest.mark.parametrize("place", FILES)
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


@pytest.mark.parametrize("path", ["README.md", "src/a.test.ts", "__mocks__/a.ts", "test_a.py"])
def test_only_what_chance_made_counts_in_tests_and_documentation(path: str) -> None:
    make = Maker(8)
    chosen = "const adminPassword = 'Falcon4821!x';\nconst url = 'postgres://a:falcon4821@db.acme.dev/x';\n"
    assert len(scan_content("src/a.ts", chosen.encode())) == 2
    if path == "README.md":
        assert scan_content(path, chosen.encode()) == ()
    assert not [hit for hit in scan_content(path, chosen.encode()) if hit.ground == "name"]
    for text in (f"const sessionSecret = '{make.hex(32)}';\n", "const a = 'sb" + f"p_{make.hex(40)}';\n"):
        assert len(scan_content(path, text.encode())) == 1


def test_type_declarations_hold_samples_alone() -> None:
    text = f"const sessionSecret = '{Maker(8).hex(32)}';\nconst url = 'postgres://a:Kw8rTz3Lq0vB@db.acme.dev/x';\n"
    assert scan_content("types.d.ts", text.encode()) == ()


SECRET = Maker(31).text(32)
PASSWORD = "x" + Maker(32).hex(9) + "7q"
PLACES = [
    ("src/a.ts", f"const apiKey: string = '{SECRET}';"),
    ("src/a.ts", f"const apiKey = process.env.API_KEY || '{SECRET}';"),
    ("src/a.ts", f"vault.set('API_KEY', '{SECRET}');"),
    ("src/a.ts", f"// API_KEY={SECRET}"),
    ("src/a.ts", f"fetch('https://api.acme.net/v1?api_key={SECRET}');"),
    ("src/a.ts", f"headers.set('Authorization', 'Bearer {SECRET}');"),
    ("src/a.ts", f"const apiKey = '{SECRET[:9]}' + '{SECRET[9:]}';"),
    ("src/a.ts", f"const apiKey =\n  '{SECRET[:9]}' +\n  '{SECRET[9:]}';"),
    ("src/a.ts", f"const apiKey = ['{SECRET[:9]}', '{SECRET[9:]}'].join('');"),
    ("src/a.ts", f"const apiKey = atob('{b64encode(SECRET.encode()).decode()}');"),
    ("src/a.ts", f"apiKey: {{\n  production: '{SECRET}',\n}}"),
    ("a.json", f'{{ "name": "API_KEY", "value": "{SECRET}" }}'),
    ("a.json", f'{{ "scripts": {{ "deploy": "wrangler deploy --api-token {SECRET}" }} }}'),
    ("a.yaml", f"- name: SMTP_PASSWORD\n  value: {PASSWORD}"),
    ("a.yaml", f"SMTP_PASSWORD: >-\n  {PASSWORD}"),
    ("a.yaml", f"data:\n  API_KEY: {b64encode(SECRET.encode()).decode()}"),
    ("docker-compose.yml", f"environment:\n  - SMTP_PASSWORD={PASSWORD}"),
    ("seed.sql", f"INSERT INTO settings (name, value) VALUES ('api_key', '{SECRET}');"),
    ("seed.sql", f"INSERT INTO t (id, api_key)\nVALUES (1, NULL),\n  (2, '{SECRET}');"),
    ("seed.sql", f"CREATE TABLE t (id INT, api_key TEXT NOT NULL DEFAULT '{SECRET}');"),
    ("a.sh", f"curl -u svc:{PASSWORD} https://api.acme.net"),
    ("a.sh", f"deploy --password {SECRET}"),
    ("a.sh", f"echo '{SECRET}' | npx wrangler secret put API_KEY --env production"),
    (".netrc", f"machine npm.acme.dev login ci password {SECRET}"),
    ("a.cs", f'"Server=db;User=app;Password={PASSWORD};"'),
    ("a.sql", f"CREATE USER 'app'@'%' IDENTIFIED BY '{PASSWORD}';"),
    ("a.yaml", f"api_keys:\n  - {SECRET}"),
    ("a.yaml", f"secrets:\n  - name: A\n    value: {SECRET}"),
    ("a.json", '{"a":1,' + '"x":"y",' * 400 + f'"clientSecret":"{SECRET}"}}'),
    ("a.json", f'["--token", "{SECRET}"]'),
    ("a.xml", f'<string name="api_key">{SECRET}</string>'),
    ("Dockerfile", f"ENV API_KEY {SECRET}"),
    ("a.xml", f"<apiKey>{SECRET}</apiKey>"),
    ("main.tf", f'variable "db_password" {{\n  default = "{SECRET}"\n}}'),
    ("main.rs", f'const API_KEY: &str = "{SECRET}";'),
    ("README.md", f"| `API_KEY` | `{SECRET}` |"),
    ("README.md", f"The api key of staging is `{SECRET}`."),
]


@pytest.mark.parametrize(("path", "text"), PLACES)
def test_a_value_is_found_however_it_is_written(path: str, text: str) -> None:
    found = scan_content(path, f"\n{text}\n".encode())
    assert len(found) == 1
    line = f"\n{text}\n".split("\n")[found[0].line - 1]
    assert 0 <= found[0].start < found[0].end <= len(line)


@pytest.mark.parametrize(
    "text",
    [
        "const STORAGE_KEY = 'acme.sidebar.groups.v1';",
        "const PROXY_SHARED_SECRET = 'MF-Proxy-Shared-Secret';",
        "const url = f'https://{user}:{quoted_password}@github.com/x.git';",
        "password: `Str0ng!P@ssw0rd-${Date.now()}`,",
        "'reset_password': 'pages.reset-password.title2',",
        "const sample = ['eyJhbGciOiJIUzI1NiIsInR5', 'cCI6IkpXVCJ9.eyJyb2xlIjoi'].join('');",
        "INSERT INTO users (id, password) VALUES (1, 'pbkdf2_sha256$720000$aB3dE5fG7hJ9kL$mN1pQ3rS5tU7vW9xY=');",
        "headers.set('Authorization', 'Basic dXNlcm5hbWU6cGFzc3dvcmQ=');",
        "const token = 'a1b2c3d4e5f6';",
        "const key = 'abcdef' + suffix + '123456';",
    ],
)
def test_what_only_resembles_a_pair_is_left_alone(text: str) -> None:
    for path in ("src/a.ts", "seed.sql", "README.md"):
        assert scan_content(path, text.encode()) == ()


@given(
    st.text(alphabet="aK9= +'\"`()[]{},:;\n\\<>/-_#|", max_size=400),
    st.sampled_from(["a.ts", "a.sql", "a.yaml", "a.md"]),
)
@settings(max_examples=150, deadline=None)
def test_no_text_makes_it_raise(text: str, path: str) -> None:
    for hit in scan_content(path, ("apiKey = " + text).encode()):
        line = ("apiKey = " + text).split("\n")[hit.line - 1]
        assert 0 <= hit.start < hit.end <= len(line)


@pytest.mark.parametrize(
    "piece",
    ["apiKey = '", "a='b'+", "INSERT INTO t (password) VALUES (", "x --y ", "<token>", "name: token\n"],
)
def test_time_grows_with_the_size_alone(piece: str) -> None:
    started = time.perf_counter()
    scan_content("a.sql", (piece * (100_000 // len(piece))).encode())
    assert time.perf_counter() - started < 5


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
