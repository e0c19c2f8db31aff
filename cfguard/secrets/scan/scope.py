"""Which files are not scanned: those that detect-secrets passes over, and those that our own policy does."""

from __future__ import annotations

from os.path import basename, splitext

#: Extensions that detect-secrets 1.5.0 passes over (`heuristic.IGNORED_FILE_EXTENSIONS`).
IGNORED_EXTENSIONS = frozenset(
    """
    .7z .bin .bmp .bz2 .class .css .dmg .doc .eot .exe .gif .gz .ico .iml .ipr .iws .jar .jpg .jpeg .lock
    .map .mo .pdf .png .prefs .psd .rar .realm .s7z .sum .svg .tar .tif .tiff .ttf .webp .woff .xls .xlsx
    .zip
    """.split()
)
#: Lock files that detect-secrets 1.5.0 passes over (`heuristic.is_lock_file`).
LOCK_FILES = frozenset(
    """
    Brewfile.lock.json Cartfile.resolved composer.lock Gemfile.lock Package.resolved package-lock.json
    Podfile.lock yarn.lock Pipfile.lock poetry.lock Cargo.lock packages.lock.json
    """.split()
)
#: Lock files that it does not know: all it finds there are the hashes of packages.
OTHER_LOCK_FILES = frozenset(
    """
    pnpm-lock.yaml pnpm-lock.yml bun.lock bun.lockb npm-shrinkwrap.json deno.lock gradle.lockfile
    """.split()
)
#: Binary contents and fonts under names that it would open.
OTHER_EXTENSIONS = frozenset(
    """
    .avif .br .docx .dylib .dll .flac .glb .heic .icns .ipynb .m4a .mov .mp3 .mp4 .ogg .otf .parquet .pptx
    .pyc .rlib .so .sqlite .sqlite3 .tgz .wasm .wav .webm .woff2 .xz .zst
    """.split()
)
#: Files above this many bytes are generated or data; those that people write are a hundred times smaller.
MAX_BYTES = 1_000_000
#: Lines above this many bytes are minified or embedded data; some expressions of detect-secrets take time
#: that grows with the square of a line's length.
MAX_LINE = 2_000


def skipped_by_detect_secrets(path: str) -> bool:
    """Whether detect-secrets passes over a file because of its name."""
    return splitext(path)[1] in IGNORED_EXTENSIONS or basename(path) in LOCK_FILES or "swagger" in path


def skipped_by_policy(path: str) -> bool:
    """Whether the name alone says that no person wrote the file."""
    name = basename(path)
    return (
        name in OTHER_LOCK_FILES
        or splitext(name)[1].lower() in OTHER_EXTENSIONS
        or name.endswith((".min.js", ".min.mjs", ".min.cjs"))
    )


def is_skipped(path: str) -> bool:
    """Whether either of them passes over a file."""
    return skipped_by_detect_secrets(path) or skipped_by_policy(path)


_DOCUMENTATION = frozenset((".md", ".mdx", ".rst", ".txt", ".adoc", ".html", ".log", ".csv"))
_TEST_NAMES = (".test.", ".spec.", "_test.", ".stories.", ".mock.", ".fixture.")
_TEST_FOLDERS = frozenset(("__tests__", "__mocks__", "mocks", "e2e", "spec", "testdata", "__snapshots__"))
# What people make up for a page of documentation; the keys of a provider they copy.
_MADE_UP = frozenset(("JSON Web Token", "private key", "private JSON Web Key"))
# Shells and tools that need no quotes around a value, in types of file where detect-secrets asks for them.
_UNQUOTED_NAMES = (
    "Dockerfile", "Containerfile", "Makefile", "Procfile", "Caddyfile", ".npmrc", ".yarnrc", ".netrc", ".env",
    ".flaskenv", ".dev.vars",
)  # fmt: skip
_UNQUOTED = frozenset(
    """
    .sh .bash .zsh .fish .ps1 .bat .cmd .env .envrc .vars .npmrc .tfvars .service .http .rest .bak .netrc .pgpass
    """.split()
)


def is_documentation(path: str) -> bool:
    """Whether people read a file rather than programs."""
    return splitext(path)[1].lower() in _DOCUMENTATION


def holds_samples(path: str) -> bool:
    """Whether values in a file are mostly made up: documentation and tests, by its name and its folders."""
    name = basename(path)
    return (
        is_documentation(path)
        or name.startswith("test_")
        or any(mark in name for mark in _TEST_NAMES)
        or not _TEST_FOLDERS.isdisjoint(path.split("/")[:-1])
    )


def is_told(path: str, kind: str, ground: str) -> bool:
    """Whether a live credential of some kind is worth telling in this file.

    In documentation a JSON Web Token or a private key is an example; type declarations hold nothing but the
    comments of such.
    """
    if path.endswith(".d.ts"):
        return ground == "provider" and kind not in _MADE_UP and kind != "password in a URL"
    return not (is_documentation(path) and kind in _MADE_UP)


def reads_unquoted(path: str) -> bool:
    """Whether values in this file need no quotes, though detect-secrets asks for them."""
    name = basename(path)
    return splitext(name)[1] in _UNQUOTED or name.startswith(_UNQUOTED_NAMES)


def without_long_lines(content: bytes) -> bytes:
    """Contents with ``\\n`` line ends in which the lines above :data:`MAX_LINE` are empty."""
    lines = content.split(b"\n")
    if max(map(len, lines)) <= MAX_LINE:
        return content
    return b"\n".join(line if len(line) <= MAX_LINE else b"" for line in lines)
