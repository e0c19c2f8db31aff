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


_DOCUMENTATION = frozenset((".md", ".mdx", ".rst", ".txt", ".adoc", ".html"))
_TEST_NAMES = (".test.", ".spec.", "_test.", ".stories.", ".mock.", ".fixture.")
_TEST_FOLDERS = frozenset(("__tests__", "__mocks__", "mocks", "e2e", "spec", "testdata", "__snapshots__"))
# What people make up for a test; the keys of a provider they copy.
_MADE_UP = frozenset(("password in a URL", "JSON Web Token", "private key", "private JSON Web Key"))
# Shells and tools that need no quotes around a value, in types of file where detect-secrets asks for them.
_UNQUOTED_NAMES = ("Dockerfile", "Containerfile", ".npmrc", ".env", ".dev.vars")
_UNQUOTED = frozenset((".sh", ".bash", ".zsh", ".fish", ".envrc", ".npmrc", ".tfvars", ".service"))


def is_told(path: str, kind: str, ground: str) -> bool:
    """Whether a live credential of some kind is a leak in this file rather than a sample.

    In documentation and type declarations a value counts by its provider's form alone, in tests by that of
    a provider whose keys nobody makes up.
    """
    name = basename(path)
    holds_samples = (
        splitext(name)[1] in _DOCUMENTATION
        or name.endswith(".d.ts")
        or name.startswith("test_")
        or any(mark in name for mark in _TEST_NAMES)
        or not _TEST_FOLDERS.isdisjoint(path.split("/")[:-1])
    )
    return not holds_samples or (ground == "provider" and kind not in _MADE_UP)


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
