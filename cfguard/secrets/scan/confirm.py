"""Which findings are worth a person's time: detect-secrets finds widely, the key-aware detector judges.

Of what detect-secrets reports on ordinary repositories four in five are hashes, identifiers and sample
values (``python -m benchmarks.accuracy``). So here the forms of :mod:`cfguard.secrets.shapes` and, for some
vendors, its own detectors find providers' credentials, :mod:`~cfguard.secrets.scan.pairs` reads names and
values, and :func:`cfguard.secrets.detect.judge` says whether a value is a live one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.detect import decoded, judge, looks_random
from cfguard.secrets.names import is_credential_name, is_label
from cfguard.secrets.pattern import compiled
from cfguard.secrets.scan import conditions, pairs
from cfguard.secrets.scan.confirmed import Confirmed, name_before
from cfguard.secrets.scan.lines import Line, chosen_lines
from cfguard.secrets.scan.scope import MAX_LINE, holds_samples, is_documentation, is_told, reads_unquoted
from cfguard.secrets.scan.text import allows_unquoted, look, normalised
from cfguard.secrets.shapes import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cfguard.secrets.scan.joined import Joined
    from cfguard.secrets.scan.pairs import Pair

#: Detectors whose finding is used: those of providers that no form covers.
CHOOSING = conditions.bits(
    "ArtifactoryDetector",
    "CloudantDetector",
    "IbmCloudIamDetector",
    "IbmCosHmacDetector",
    "OpenAIDetector",
    "SoftlayerDetector",
    "SquareOAuthDetector",
)
#: Detectors whose conditions choose lines for the forms, beside those that hold a random word.
_LOOKING = CHOOSING | conditions.bits("PrivateKeyDetector", "BasicAuthDetector")
# Kinds of detect-secrets that no form of ours covers, and what to call them. Its other kinds are ours too
# and judged more closely; `AC…` of Twilio is an account's id, no secret.
_OWN_KINDS = {
    "Artifactory Credentials": "Artifactory credential",
    "Cloudant Credentials": "Cloudant credential",
    "IBM Cloud IAM Key": "IBM Cloud key",
    "IBM COS HMAC Credentials": "IBM Cloud storage key",
    "SoftLayer Credentials": "SoftLayer credential",
    "Square OAuth Secret": "Square OAuth secret",
    "OpenAI Token": "OpenAI API key",
}
# Names of a key in the configuration of a web page (Firebase), where it is public.
_WEB_NAMES = frozenset(("", "apikey", "key", "googleapikey", "googlemapsapikey", "googlemapskey"))
# A private key's lines: 16384 bits in PEM are 13 KB, the first lines are enough to judge.
_KEY_LINES = 30
# Keys of one file that are looked at with their bodies.
_KEYS = 100
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"'`<>]{3,600}"
_ENCODED = r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,2048}={0,2}(?![A-Za-z0-9+/_=-])"
_OWNER = (
    r"[ \t]*(?:- )?(?:(?:export )?(?:const|let|var) )?[\"']?(?P<name>[A-Za-z_][\w.-]{1,80})[\"']?"
    r"\s{0,4}[:=]\s{0,4}[{\[(|>]?[+-]?\s*\Z"
)
_BLOCK_OWNER = (
    r"[ \t]*(?:variable|output|resource|secret)\b[^={}]{0,80}?\"(?P<name>[A-Za-z_][\w.-]{1,80})\"\s*\{\s*\Z"
)
_OWNER_LINES = 30
_SQL = (".sql",)
_JSON = (".json", ".jsonc", ".json5")
# Characters of a JSON file without line ends up to which it is parsed.
_PARSED = 200_000


class _File(NamedTuple):
    """How a file is read: as what, whether values need quotes, whether names say anything, and its lines.

    ``samples`` says that most values in it are made up, so that only what chance made counts by its name.
    """

    path: str
    quoted: bool
    by_name: bool
    documentation: bool
    samples: bool
    lines: Sequence[str]


def confirm(path: str, content: bytes) -> Iterator[Confirmed]:
    """The live credentials of a file that count there, one for each value, in the order of the file."""
    content = normalised(content)
    alias = f"{path}.properties" if reads_unquoted(path) else path
    quoted, by_name = not allows_unquoted(alias), is_told(path, "", "name")
    chosen = [*chosen_lines(content, _LOOKING, by_name=by_name)]
    if not chosen:
        return
    lines = content.decode("utf-8", "replace").split("\n")
    file = _File(alias, quoted, by_name, is_documentation(path), holds_samples(path), lines)
    found: dict[int, list[Confirmed]] = {}
    for each in _everything(file, chosen):
        told = found.setdefault(each.line, [])
        if is_told(path, each.kind, each.ground) and not any(
            each.start < other.end and other.start < each.end for other in told
        ):
            told.append(each)
    for number in sorted(found):
        if not _allowlisted(file, number - 1):
            yield from sorted(found[number], key=lambda each: each.start)


def _everything(file: _File, chosen: Sequence[Line]) -> Iterator[Confirmed]:
    """What the grammars find, the surest of them first; a value may be found by several."""
    blocks = 0
    for line in chosen:
        blocks += line.opens_key
        if line.formed:
            yield from _shaped(file, line, with_block=line.opens_key and blocks <= _KEYS)
    if not file.by_name:
        return
    joined_lines: set[int] = set()
    for statement in _statements(file, (line.number for line in chosen if line.joins)):
        yield from _joined(file, statement)
        # The pieces of a value are nothing by themselves.
        joined_lines.update(range(statement.first, statement.first + len(statement.starts)))
    for line in chosen:
        text = file.lines[line.number]
        if len(text) > MAX_LINE or line.number in joined_lines:
            continue
        if line.random or line.hinted:
            yield from _named(file, line.number, _pairs(file, line.number))
            yield from _encoded(line.number, text)
        if detectors := line.detectors & CHOOSING:
            yield from _chosen(file, line.number, text, detectors)
    if file.path.endswith(_SQL):
        yield from _inserted(file)
    if file.path.endswith(_JSON) and any(len(file.lines[line.number]) > MAX_LINE for line in chosen):
        yield from _in_tree(file)


def _allowlisted(file: _File, index: int) -> bool:
    """Whether a pragma of detect-secrets allows what stands on a line."""
    from cfguard.secrets.scan.pragmas import is_allowlisted

    return is_allowlisted(file.path, file.lines[index], file.lines[index - 1] if index else "")


def _shaped(file: _File, line: Line, *, with_block: bool) -> Iterator[Confirmed]:
    """Values in the form of a provider's credential."""
    text = whole = file.lines[line.number]
    if with_block:
        whole = "\n".join(file.lines[line.number : line.number + _KEY_LINES])
    for match in matches(whole):
        start, end = match.start, min(match.end, len(text))
        if start >= len(text):
            continue
        value = text if match.shape.kind == "private JSON Web Key" else whole[start : match.end]
        if match.shape.inner:
            url = next(
                (each for each in compiled(_URL).finditer(text) if each.start() < start < each.end()), None
            )
            value = url[0] if url is not None else ""
            if file.documentation and not looks_random(match.body):
                continue
        name = name_before(text, start)
        if match.shape.browser and _is_for_pages(file, line.number, name):
            continue
        verdict = judge(name, value)
        if verdict is not None and verdict.confidence == "provider":
            yield Confirmed(line.number + 1, start, end, verdict.kind, "provider")


def _is_for_pages(file: _File, index: int, name: str) -> bool:
    """Whether a key for browsers stands where web pages have it, by its name or that of what holds the pair."""
    previous = file.lines[index - 1][:MAX_LINE] if index else ""
    return name.lower().replace("_", "") in _WEB_NAMES or "public" in previous.lower()


def _pairs(file: _File, index: int) -> Iterator[Pair]:
    """The pairs of one line by every grammar that fits the file."""
    line, previous = file.lines[index], file.lines[index - 1] if index else ""
    yield from pairs.quoted_pairs(line)
    if not file.quoted or file.documentation:
        yield from pairs.plain_pairs(line)
    else:
        yield from pairs.comment_pairs(line)
    if file.documentation:
        yield from pairs.told_pairs(line)
    yield from pairs.embedded_pairs(line)
    if (item := pairs.item_of_list(line)) is not None:
        yield item
    if len(previous) <= MAX_LINE:
        yield from pairs.labelled_pairs(previous, line)
        yield from pairs.block_pairs(previous, line)


def _named(file: _File, index: int, found: Iterable[Pair]) -> Iterator[Confirmed]:
    """Values under the name of a credential, by the pair's own name or by that of what holds the pair."""
    for pair in found:
        name, weak = pair.name, pair.weak or file.samples
        if not is_credential_name(name):
            name = _owner(file.lines, index) if not (is_label(name) or (weak and name)) else ""
            weak = True
        if name:
            yield from _judged(file, index, pair._replace(name=name, weak=weak))
        elif "=" in pair.value or ":" in pair.value:
            yield from _judged(file, index, pair._replace(weak=file.samples))


def _judged(file: _File, index: int, pair: Pair) -> Iterator[Confirmed]:
    verdict = judge(pair.name, pair.value)
    if verdict is None or (verdict.kind == "password in a URL" and file.documentation):
        return  # the form is looked at by itself, and more closely
    if pair.weak and verdict.confidence == "name" and not looks_random(pair.value.split()[-1]):
        return
    yield Confirmed(index + 1, pair.start, pair.start + len(pair.value), verdict.kind, verdict.confidence)


def _owner(lines: Sequence[str], index: int) -> str:
    """The name of the table that a line lies in, by indentation, if that names a credential."""
    indent = _indent(lines[index])
    for above in range(index - 1, max(-1, index - _OWNER_LINES), -1):
        text = lines[above]
        if text.strip() and _indent(text) < indent:
            text = text[:MAX_LINE]
            match = compiled(_OWNER).match(text) or compiled(_BLOCK_OWNER).match(text)
            return match["name"] if match is not None and is_credential_name(match["name"]) else ""
    return ""


def _indent(line: str) -> int:
    """Where the contents of a line begin; the dash of a YAML item stands in front of them."""
    return len(line) - len(line.lstrip(" \t-"))


def _encoded(index: int, text: str) -> Iterator[Confirmed]:
    """Values whose base64 hides the form of a provider's credential."""
    for match in compiled(_ENCODED).finditer(text):
        plain = decoded(match[0])
        if plain is None:
            continue
        verdict = judge(name_before(text, match.start()), plain)
        if verdict is not None and verdict.confidence == "provider":
            yield Confirmed(index + 1, *match.span(), verdict.kind, "provider")


def _statements(file: _File, indices: Iterable[int]) -> Iterator[Joined]:
    """The statements that put literals together, each once."""
    from cfguard.secrets.scan.joined import joined

    done = -1
    for index in indices:
        statement = joined(file.lines, index) if index > done else None
        if statement is not None:
            done = statement.first + len(statement.starts) - 1
            yield statement


def _joined(file: _File, statement: Joined) -> Iterator[Confirmed]:
    """Values that are put together of several literals."""
    text = statement.text
    found = [
        (match.start, name_before(text, match.start), text[match.start : match.end])
        for match in matches(text)
        if not match.shape.inner
    ]
    found += [(pair.start, pair.name, pair.value) for pair in pairs.quoted_pairs(text) if not pair.weak]
    for start, name, value in found:
        verdict = judge(name, value)
        if verdict is None or (verdict.confidence == "name" and file.samples and not looks_random(value)):
            continue
        line, column = statement.place(start)
        end = max(len(file.lines[line].rstrip(" ;,+)")), column + 1)
        yield Confirmed(line + 1, column, min(end, len(file.lines[line])), verdict.kind, verdict.confidence)


def _inserted(file: _File) -> Iterator[Confirmed]:
    """Values in the columns of credentials of SQL rows."""
    from cfguard.secrets.scan.inserts import inserted_values

    text = "\n".join(file.lines)
    line = counted = 0
    for name, value, at in sorted(inserted_values(text), key=lambda each: each[2]):
        line += text.count("\n", counted, at)
        counted = at
        if "\n" not in value:
            yield from _judged(file, line, pairs.Pair(name, value, at - text.rfind("\n", 0, at) - 1))


def _in_tree(file: _File) -> Iterator[Confirmed]:
    """Values of JSON that is written on one long line, by the names that a parser gives them."""
    from cfguard.syntax import parse
    from cfguard.text import Source

    source = Source(file.path, "\n".join(file.lines))
    if len(source.text) > _PARSED:
        return
    for node in parse(source, "jsonc").root.walk():
        if (
            not isinstance(node.value, str)
            or not isinstance(node.key, str)
            or not is_credential_name(node.key)
        ):
            continue
        verdict = judge(node.key, node.value)
        start, end = source.position(node.span.start), source.position(node.span.end)
        if verdict is not None and start.line == end.line:
            yield Confirmed(
                start.line,
                start.column,
                max(end.column - 2, start.column + 1),
                verdict.kind,
                verdict.confidence,
            )


def _chosen(file: _File, index: int, text: str, detectors: int) -> Iterator[Confirmed]:
    """Values that detect-secrets finds and the key-aware detector agrees with."""
    for found in look(file.path, index + 1, text, "", detectors):
        value = found.secret.strip(' \t"=:')  # one detector takes what stands before the value along
        start = text.find(value)
        if start < 0 or not value:
            continue
        if judge("secret", value) is not None:
            yield Confirmed(index + 1, start, start + len(value), _OWN_KINDS[found.kind], "provider")
