"""Reports built by hand, for the golden files and the tests of every format."""

from __future__ import annotations

from cfguard.finding import Finding, Hidden, Note, Problem, Related, Report, RuleInfo
from cfguard.fix import Fix, SetValue
from cfguard.syntax import parse
from cfguard.syntax.node import Document, Node
from cfguard.text import Position, Source, Span

WRANGLER = """\
name = "shop"
compatibility_date = "2023-01-01"

[vars]
REDIRECT_URI = "https://shop.example/callback"
\tTÍTULO = "日本語のお店"   # wide

[env.production]
[env.production.vars]
REDIRECT_URI = "https://shop.example/callback"
"""
COMPOSE = 'name = "other"\ncompatibility_flags = [\n  "nodejs_compat",\n  "nodejs_compat",\n]\n'


def document(path: str, text: str) -> Document:
    return Document(Source(path, text), "toml", Node("table", Span(0, len(text))))


def span_of(text: str, part: str, *, nth: int = 1) -> Span:
    start = -1
    for _ in range(nth):
        start = text.index(part, start + 1)
    return Span(start, start + len(part))


def finding(rule: str, severity: str, doc: Document, part: str | None, **fields: object) -> Finding:
    nth = fields.pop("nth", 1)
    assert isinstance(nth, int)
    span = None if part is None else span_of(doc.source.text, part, nth=nth)
    made = Finding(
        rule=rule,
        severity=severity,  # type: ignore[arg-type]
        message=f"{rule} says something about `{part}`",
        help="Do something about it",
        path=doc.path,
        span=span,
        start=None if span is None else doc.source.position(span.start),
        end=None if span is None else doc.source.position(span.end),
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def related(doc: Document, part: str | None, message: str, *, nth: int = 1) -> Related:
    if part is None:
        return Related(doc.path, None, None, None, message)
    span = span_of(doc.source.text, part, nth=nth)
    return Related(doc.path, span, doc.source.position(span.start), doc.source.position(span.end), message)


def rule(name: str, severity: str = "error", **fields: object) -> RuleInfo:
    made = RuleInfo(
        id=name,
        title=f"Title of {name}",
        why=f"Why {name} matters",
        help=f"What to do about {name}",
        severity=severity,  # type: ignore[arg-type]
        tags=("runtime",),
        clauses=("S1",),
        references=("https://developers.cloudflare.com/workers/",),
        security_severity=None,
        url="",
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def full() -> Report:
    shop = document("apps/shop/wrangler.toml", WRANGLER)
    other = document("apps/other/wrangler.toml", COMPOSE)
    uri = 'REDIRECT_URI = "https://shop.example/callback"'
    findings = (
        finding(
            "wrangler/duplicate-flag",
            "warning",
            other,
            '[\n  "nodejs_compat",\n  "nodejs_compat",\n]',
            message="`compatibility_flags` names `nodejs_compat` twice",
            key="compatibility_flags",
        ),
        finding(
            "wrangler/compatibility-date-stale",
            "error",
            shop,
            '"2023-01-01"',
            message="compatibility_date 2023-01-01 is 1421 days old; the limit is 6 months",
            help="Set a recent date",
            key="compatibility_date",
            environments=("", "production"),
            clauses=("S12",),
            worker="shop",
            fix=Fix(
                "Put the date of today", "unsafe", (SetValue("wrangler.toml", ("compatibility_date",), "x"),)
            ),
        ),
        finding(
            "oauth/shared-redirect",
            "error",
            shop,
            uri,
            message="`REDIRECT_URI` is the same in two environments",
            key="vars.REDIRECT_URI",
            related=(
                related(shop, uri, "production uses it as well", nth=2),
                related(other, '"other"', "this Worker answers there"),
                related(other, None, "no environment of its own"),
            ),
        ),
        finding(
            "wrangler/wide",
            "warning",
            shop,
            '"日本語のお店"',
            message="a value with wide characters",
            key="vars.TÍTULO",
            upstream="wrangler",
        ),
        finding("project/no-readme", "info", shop, None, message="the folder has no README", help=""),
        finding(
            "wrangler/compatibility-date-stale",
            "error",
            other,
            "name",
            message="compatibility_date is missing",
            help="Set a recent date",
        ),
    )
    return Report(
        findings=findings,
        problems=(
            Problem("unreadable", "secret.toml", "the file cannot be opened: permission denied"),
            Problem("settings", "cfguard.toml", "`profil` is not a setting", Position(2, 1)),
            Problem("internal", None, "something of ours failed"),
        ),
        notes=(
            Note("a template, skipped", "templates/a/wrangler.toml"),
            Note("a template, skipped", "templates/b/wrangler.toml"),
            Note("production secrets live in Wrangler and cannot be seen from here"),
        ),
        hidden=Hidden(ignores=2, settings=1, baseline=4),
        checked=7,
        rules=(
            rule("wrangler/compatibility-date-stale"),
            rule("wrangler/duplicate-flag", "warning", url="https://example.com/rules/duplicate-flag"),
            rule("oauth/shared-redirect", tags=("oauth",), security_severity="7.5"),
            rule("wrangler/wide", "warning"),
            rule("project/no-readme", "info", references=()),
            rule("secrets/committed", tags=("security", "secrets"), security_severity="9.1"),
        ),
        documents={shop.path: shop, other.path: other},
    )


SECRET = "correct-horse-battery-staple"
ENV = f"""\
STAGE=development
API_TOKEN={SECRET}
WEBHOOK="first line
{SECRET}"
PORT=8787
"""


def secret() -> Report:
    """A file full of secrets, one of them in a message and in a key as well."""
    env = parse(Source("apps/shop/.dev.vars", ENV), "dotenv")
    message = f"`API_TOKEN={SECRET}` is committed"
    places = (
        related(env, f"API_TOKEN={SECRET}", message),
        related(env, f'"first line\n{SECRET}"', "a value of two lines"),
    )
    return Report(
        findings=(
            finding("secrets/committed", "error", env, SECRET, message=message, help=message, related=places),
            finding("secrets/committed", "error", env, "PORT=8787", message="`PORT` stands beside it"),
        ),
        problems=(Problem("rule-failed", env.path, f"got password={SECRET}"),),
        notes=(Note(f"password={SECRET}"),),
        checked=1,
        rules=(rule("secrets/committed", tags=("secrets",), security_severity="9.1"),),
        documents={env.path: env},
    )


def clean() -> Report:
    return Report(checked=3, rules=(rule("wrangler/wide"), rule("secrets/committed")))


def empty() -> Report:
    return Report(empty=True)


SAMPLES = {"full": full, "secret": secret, "clean": clean, "empty": empty}
SUFFIXES = {
    "text": "txt",
    "concise": "concise.txt",
    "json": "json",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "junit": "xml",
    "markdown": "md",
}
