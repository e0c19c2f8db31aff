"""Differential fuzz of the scanner: generated files must give exactly the findings of detect-secrets.

    python scripts/scan_fuzz.py --count 20000 --seed 1

Files have the shapes that decide something: every detector's form whole and nearly whole, keywords with
every kind of assignment, INI and YAML that parse or just do not, pragmas, line ends, letters that fold to
ASCII, percent signs, escapes, long lines. Every value is made by the seeded generator; none is real.
Prints each file that differs, and exits with 1 then.
"""

from __future__ import annotations

import argparse
import os
import string
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections import Counter
from hashlib import sha1
from random import Random

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.secrets.scan.scope import skipped_by_detect_secrets
from cfguard.secrets.scan.text import find

LETTERS, DIGITS = string.ascii_letters, string.digits
ALNUM, HEX = LETTERS + DIGITS, "0123456789abcdef"
SAFE = ALNUM + "-_"
NAMES = (
    ".env", ".dev.vars", ".env.example", "a.ts", "a.js", "a.json", "a.jsonc", "a.toml", "a.yaml", "a.yml",
    "a.eyaml", "a.md", "a.py", "a.go", "a.ini", "a.cfg", "a.sql", "a.sh", "a.tf", "a.cpp", "a.c", "a.cs",
    "a.java", "a.html", "a.properties", "Makefile", ".yaml", "a.YAML", "package-lock.json", "a.lock",
    "a.conf", "a.swift", "a.php", "a.m", "a.example", "swagger.json",
)  # fmt: skip
WORDS = (
    "api_key", "apiKey", "auth_key", "service_key", "account_key", "db_key", "database_key", "priv_key",
    "private_key", "client_key", "db_pass", "databasepass", "key_pass", "password", "passwd", "pwd", "secret",
    "contraseña", "contrasena", "SECRET", "Password", "DB_PASS", "myPasswordHash", "token", "key", "id",
    "user_id", "name", "url", "aws_secret_key", "AWS.token", "ibm_cloud_iam_key", "sl_api_key", "cl_pw",
    "cloudant-password", "softlayer_key", "cos_hmac_secret_access_key", "iamkey", "x", "APı_key", "paſsword",
    "apiKey", "ŝecret", "ſecret",
)  # fmt: skip
ASSIGNMENTS: tuple[str, ...] = (
    " = ",
    "=",
    ": ",
    ":",
    " := ",
    " == ",
    "!=",
    " === ",
    " !== ",
    " => ",
    "=>",
    "  ",
    "::",
    "(",
    ".assign(",
    "[25] = ",
)
ASSIGNMENTS += ("\t=\t", "\u00a0=\u00a0", " =! ", " ", "']=", '"] = ', "': ", '": ', " = @", "= [", "?: ")
QUOTES = ('"', '"', "'", "'", "`", "", "", "", '\\"')
PRAGMAS = (
    "  # pragma: allowlist secret", " // pragma: allowlist secret", " /* pragma: whitelist secret */",
    "  # pragma allowlist secret", " -- pragma: allowlist secret", " <!-- pragma: allowlist secret -->",
    " ' pragma: allowlist-secret", " # pragma: allowlist secret x",
)  # fmt: skip
NEXTLINE = (
    "# pragma: allowlist nextline secret", "// pragma: allowlist nextline secret",
    "  ; pragma: allowlist nextline secret", "x # pragma: allowlist nextline secret",
    "/* pragma: allowlist nextline secret */", "# pragma: allowlist-nextline-secret",
)  # fmt: skip
SPECIAL = (
    "İ",
    "ı",
    "ſ",
    "\u212a",
    "é",
    "日本",
    "\u2028",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1c",
    "\u00a0",
    "٣٤٥",
    "😀",
    "\ufeff",
)


class Files:
    """Makes files from one seed."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def run(self, alphabet: str, length: int) -> str:
        return "".join(self.random.choices(alphabet, k=length))

    def near(self, length: int) -> int:
        """A length that is right, or wrong by one."""
        return length + self.random.choice((0, 0, 0, 0, -1, 1))

    def token(self) -> str:
        """The form of one provider's credential, or nearly."""
        run, near = self.run, self.near
        claims = urlsafe_b64encode((f'{{"a":"{run(ALNUM, 8)}"}}').encode()).decode().rstrip("=")
        digits = self.random.choice((DIGITS, DIGITS, "٠١٢٣٤٥"))
        made = (
            "AKC" + run(ALNUM, near(10)),
            "AP" + run(HEX.upper(), 1) + run(ALNUM, near(8)),
            self.random.choice(("AKIA", "ASIA", "ABIA", "ACCA", "A3TX")) + run(string.ascii_uppercase + DIGITS, near(16)),
            run(ALNUM + "/+", near(40)),
            "AccountKey=" + run(ALNUM + "+/=", near(88)),
            f"https://{run(LETTERS, 4)}:{run(ALNUM + '.-é', near(6))}@{run(LETTERS, 5)}.com",
            "http://acc-1:" + run(HEX, near(64)) + "@acc.cloudant.com",
            "https://a:" + run(string.ascii_lowercase, near(24)) + "@b.CLOUDANT.com",
            "M" + run(SAFE, near(24)) + "." + run(SAFE + digits, near(6)) + "." + run(SAFE, near(27)),
            self.random.choice(("ghp", "gho", "ghu", "ghs", "ghr")) + "_" + run(ALNUM + "_", near(36)),
            self.random.choice(("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "GR1348941")) + run(SAFE, near(20)),
            "glcbt-" + self.random.choice(("", "4a_")) + run(SAFE, near(20)),
            "glimt-" + run(SAFE, near(25)), "glptt-" + run(SAFE, near(40)), "glagent-" + run(SAFE, near(50)),
            "gloas-" + run(SAFE, near(64)),
            run(ALNUM + "+/-_=\\", self.random.randrange(20, 60)),
            run(HEX, self.random.randrange(7, 44)), run(HEX.upper(), near(32)), run("0123456789", near(16)),
            run(SAFE, near(44)), run(HEX, near(48)), run(HEX, near(64)), run(string.ascii_lowercase, near(24)),
            run("abcdefghij0123456789", near(64)),
            f"eyJ{claims}.{claims}.{run(SAFE, 43)}", f"{claims}.{claims}", "eyJhbGciOiJub25lIn0." + claims,
            run(HEX, near(32)) + "-us" + run(DIGITS, 2),
            "//registry.acme.dev/:_authToken=npm_" + run(ALNUM, 36), "//r/:_authToken=" + run(HEX + "-", 36),
            "sk-" + run(ALNUM, near(20)) + "T3BlbkFJ" + run(ALNUM, near(20)),
            self.random.choice(("BEGIN RSA PRIVATE KEY", "BEGIN PRIVATE KEY", "-----BEGIN EC PRIVATE KEY-----", "PuTTY-User-Key-File-2")),
            "pypi-AgEIcHlwaS5vcmc" + run(SAFE, near(70)), "pypi-AgENdGVzdC5weXBpLm9yZw" + run(SAFE, near(70)),
            "SG." + run(SAFE, near(22)) + "." + run(SAFE, near(43)),
            self.random.choice(("xoxb-", "XOXP-", "xoxa-")) + run(digits, 11) + "-" + run(ALNUM, 12),
            "https://hooks.slack.com/services/T" + run(ALNUM, 8) + "/B" + run(ALNUM, 8) + "/" + run(ALNUM, 24),
            "https://api.softlayer.com/soap/v3/" + run(HEX, near(64)),
            "sq0csp-" + run(SAFE, near(43)), self.random.choice("rs") + "k_live_" + run(ALNUM, near(24)),
            run(digits, near(9)) + ":" + run(SAFE, near(35)),
            self.random.choice(("AC", "SK")) + run(string.ascii_lowercase + DIGITS, near(32)),
            "8.8.8.8", "1.2.3.4:8080", "550e8400-e29b-41d4-a716-" + run(HEX, 12), "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "${" + run(LETTERS, 6) + "}", "$" + run(LETTERS, 8), "<" + run(LETTERS, 8) + ">", "hunter2", "", "x", "100%", "%(x)s",
            "get_secret(" + run(LETTERS, 4) + ")", "process.env.KEY", "request.headers['apikey']", "*****", "a b c",
        )  # fmt: skip
        return self.random.choice(made)

    def value(self) -> str:
        """A token as it is written: quoted or not, sometimes broken or decorated."""
        chance = self.random.random()
        token = self.token()
        if chance < 0.05 and token:
            at = self.random.randrange(len(token))
            token = (
                token[:at] + self.random.choice((*SPECIAL, "\\", '"', "'", " ", "\\/", "\\x41")) + token[at:]
            )
        quote = self.random.choice(QUOTES)
        closing = quote if self.random.random() < 0.95 else self.random.choice(QUOTES)
        return quote + token + closing

    def line(self) -> str:
        """One line of any kind of source."""
        random = self.random
        chance = random.random()
        if chance < 0.08:
            return random.choice(
                ("", "  ", "}", "{", "# comment", "; comment", "// x", "import a from 'b';", "---", "- item")
            )
        if chance < 0.12:
            return random.choice(NEXTLINE)
        if chance < 0.16:
            return f"{random.choice(('if (', ''))}{self.value()} {random.choice(('==', '!=', '===', '!!', '=!'))} {random.choice(WORDS)}"
        if chance < 0.2:
            return self.vendor_line()
        if chance < 0.24:
            return f"{random.choice(WORDS)} {self.run(SAFE, random.randrange(60))} {self.value()};"
        indent = random.choice(("", "", "", "  ", "    ", "\t", "export ", "const "))
        made = f"{indent}{random.choice(('', '', chr(34), chr(39), '['))}{random.choice(WORDS)}{random.choice(ASSIGNMENTS)}{self.value()}"
        if random.random() < 0.3:
            made += random.choice((";", ",", ")", " ;", "; ", "  # note", " + '"))
        if random.random() < 0.05:
            made += random.choice(PRAGMAS)
        if random.random() < 0.03:
            made += random.choice(SPECIAL)
        if random.random() < 0.004:
            made = " " * 1000 + made
        return made

    def vendor_line(self) -> str:
        """An assignment of IBM, SoftLayer, Cloudant or AWS: its name and value must fit."""
        random, run, near = self.random, self.run, self.near
        name, value = random.choice(
            (
                (random.choice(("ibm_cloud_iam_key", "iam-api-key", "cloud_iamtoken", "key", "apipwd")), run(SAFE, near(44))),
                (random.choice(("cos_hmac_secret_access_key", "secret-key", "ibm-cos_secretkey")), run(HEX, near(48))),
                (random.choice(("softlayer_api_key", "sl-pass", "SLKEY")), run(HEX, near(64))),
                (random.choice(("cloudant_password", "cl_apikey", "clou-pw")), run(random.choice((HEX, HEX.upper())), near(64))),
                (random.choice(("cl_token", "CLOUDANT_KEY")), run(string.ascii_lowercase, near(24))),
                (random.choice(("aws_secret_key", "AWS.my.token", "aws-pw", "awſ_key")), run(ALNUM + "/+", near(40))),
            )
        )  # fmt: skip
        quote = random.choice(("", '"', "'"))
        assignment = random.choice(("=", ":", ":=", "=>", " ", "::", " = ", ": "))
        return f"{random.choice(('', '', '[', ' '))}{quote}{name}{quote}{random.choice(('', ']'))}{assignment}{quote}{value}{quote}"

    def pairs(self) -> list[str]:
        """Lines that mostly parse as INI: an env file, or sections."""
        random = self.random
        lines = []
        sections = random.random() < 0.5
        if sections:
            lines.append(random.choice(("[section]", "[DEFAULT]", "# c\n[a b]", "[x", "[global]")))
        delimiter = random.choice(("=", "=", " = ", ": ", ":"))
        for number in range(random.choice((1, 1, 2, 3, 9))):
            name = random.choice(WORDS) + (str(number) if random.random() < 0.9 else "")
            value = self.value() if random.random() < 0.7 else self.token()
            lines.append(f"{name}{delimiter}{value}")
            if random.random() < 0.1:
                lines.append("    " + self.value())
            if random.random() < 0.08:
                lines.append(random.choice(("", "# x", "; y", *NEXTLINE, "[other]")))
            if random.random() < 0.03:
                lines.append(self.line())
        return lines

    def document(self) -> list[str]:
        """Lines that mostly parse as YAML."""
        random = self.random
        lines: list[str] = []
        depth = 0
        for number in range(random.choice((1, 1, 2, 3, 9))):
            pad = "  " * depth
            key = random.choice(WORDS) + (str(number) if random.random() < 0.8 else "")
            chance = random.random()
            if chance < 0.1:
                lines.append(f"{pad}{key}:")
                depth += 1
            elif chance < 0.2:
                lines += [
                    f"{pad}{key}: {random.choice('|>')}",
                    f"{pad}  {self.line().strip()}",
                    f"{pad}  {self.token()}",
                ]
            elif chance < 0.27:
                lines.append(f"{pad}{key}: {{a: {self.value()}, '{key}': {self.value()}}}")
            elif chance < 0.33:
                lines += [f"{pad}{key}:", f"{pad}  - {self.value()}", f"{pad}  - {key}: {self.value()}"]
            elif chance < 0.38:
                lines += [f'{pad}{key}: "{self.token()}\\', f'{pad}  {self.token()}"']
            elif chance < 0.42:
                lines.append(f"{pad}{key}: !!binary {self.run(ALNUM, 40)}")
            elif chance < 0.46:
                lines += [f"{pad}a{number}: &n{number} {self.value()}", f"{pad}{key}: *n{number}"]
            elif chance < 0.49:
                lines += [f"{pad}? {key}", f"{pad}: {self.value()}"]
            elif chance < 0.52:
                lines += [f"{pad}{key}: {self.token()}", f"{pad}    {self.token()}"]
            else:
                lines.append(f"{pad}{key}: {self.value()}" + random.choice(("", "", " # c", *PRAGMAS[:1])))
            if depth and random.random() < 0.3:
                depth -= 1
        return lines

    def file(self) -> tuple[str, bytes]:
        """A name and contents."""
        random = self.random
        name = random.choice(NAMES)
        chance = random.random()
        is_yaml = name.lower().endswith(("yaml", "yml"))
        if chance < (0.75 if is_yaml else 0.05):
            lines = self.document()
        elif chance < (0.85 if is_yaml else 0.5):
            lines = self.pairs()
        else:
            lines = [self.line() for _ in range(random.choice((1, 1, 2, 3, 12)))]
        text = random.choice(("\n",) * 6 + ("\r\n", "\r")).join(lines) + random.choice(("\n", ""))
        return name, (b"\xef\xbb\xbf" if random.random() < 0.01 else b"") + text.encode()


def main() -> int:
    """Compare as many generated files as the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    files = Files(Random(options.seed))
    kinds: Counter[str] = Counter()
    differing = failed = 0
    spent = [0.0, 0.0]
    with tempfile.TemporaryDirectory(prefix="scan-fuzz-") as folder, default_settings():
        os.chdir(folder)
        for number in range(options.count):
            name, content = files.file()
            with open(name, "wb") as opened:
                opened.write(content)
            start = time.perf_counter()
            expected: Counter[tuple[int, str, str]] | None = Counter()
            try:
                expected = Counter(
                    (each.line_number, each.type, each.secret_hash) for each in scan_file(name)
                )
            except Exception:
                failed += 1
                expected = None
            middle = time.perf_counter()
            found: Counter[tuple[int, str, str]] = Counter()
            if not skipped_by_detect_secrets(name):
                results = find(name, content)
                found.update(
                    (each.line, each.kind, sha1(each.secret.encode()).hexdigest()) for each in results
                )
            spent[0], spent[1] = spent[0] + middle - start, spent[1] + time.perf_counter() - middle
            os.unlink(name)
            if expected is None:
                continue
            kinds.update(kind for _, kind, _ in expected.elements())
            if found != expected:
                differing += 1
                if differing <= 10:
                    print(f"file {number} {name}: missed {expected - found}, extra {found - expected}")
                    print(content)
        os.chdir("/")
    print(
        f"{options.count} files, {sum(kinds.values())} findings, {differing} files differ, detect-secrets fails on {failed}"
    )
    print(f"detect-secrets {spent[0]:.1f} s, cfguard {spent[1]:.1f} s")
    print(", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
