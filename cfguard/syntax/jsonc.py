"""JSON with comments and trailing commas as wrangler and the dev container tools read it."""

from __future__ import annotations

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax import jsonc_tokens as tokens
from cfguard.syntax.node import Comment, Diagnostic, Document, Kind, Node, Scalar
from cfguard.text import Source, Span

MAX_ERRORS = 100  # of each code
_PLACEHOLDER = lazy(r"\{\{[^{}\r\n]*\}\}")
_COLON_NEXT = lazy(r"[ \t\r\n]*:")
_LINE_REST = lazy(r"[^\r\n]*")
_STRAY_WORD = lazy(r"#|=|<{7}|>{7}|\|{7}")
_UNCLOSED_TAIL = lazy(r"[ \t,;\]}]*\Z")

# What the grammar expects next.
_VALUE, _KEY, _COLON, _COMMA, _END = range(5)


class _Key(NamedTuple):
    name: str
    span: Span


def parse(source: Source) -> Document:
    """The document of a JSON or JSONC text; the verdict is that of jsonc-parser 3.2.0 with trailing commas.

    Errors are ``syntax-error``; a key given twice is ``duplicate-key`` at the later one, whose value counts.
    The root spans the whole text; its ``pair_span`` is the bracketed value.
    """
    whole = Span(0, len(source.text))
    document = parse_part(source, whole)
    document.root.span = whole
    return document


def parse_part(source: Source, span: Span) -> Document:
    """The document of one value that stands in a part of a text, with places in the whole of it."""
    parser = _Parser(source, span)
    parser.run()
    root = parser.root if parser.root is not None else Node("table", Span(span.start, span.start))
    return Document(
        source,
        "jsonc",
        root,
        comments=tuple(parser.comments),
        diagnostics=tuple(sorted(parser.diagnostics, key=lambda each: each.span or Span(0, 0))),
        recovered=parser.recovered,
    )


class _Parser:
    """A state machine over tokens with its own stack, so that nesting costs no Python stack."""

    def __init__(self, source: Source, span: Span) -> None:
        self.source = source
        self.text = source.text
        self._start, self._end = span
        self.root: Node | None = None
        self.comments: list[Comment] = []
        self.diagnostics: list[Diagnostic] = []
        self.recovered = False
        self._stopped = False
        self._errors = 0
        self._duplicates = 0
        self._open: list[Node] = []
        self._key: _Key | None = None
        self._depths = {"table": 0, "array": 0}
        self._expects = _VALUE
        self._at = self._start
        self._before = self._start  # end of the token before the current one
        self._quiet_until = -1

    def run(self) -> None:
        match_token = tokens.TOKEN.match
        text, end = self.text, self._end
        while not self._stopped:
            match = match_token(text, self._at, end)
            assert match is not None  # noqa: S101 - the pattern accepts the empty text
            group = match.lastindex
            self._at = match.end()
            if group is None:
                break
            if group == tokens.MARK:
                self._mark(match[2], match.start(2))
            elif group == tokens.COMMENT:
                self.comments.append(Comment(Span(*match.span(4))))
                continue
            elif group in (tokens.OPEN_COMMENT, tokens.SLASH):
                self._stray(group, Span(*match.span(group)))
                continue
            else:
                self._scalar(group, match[group], Span(*match.span(group)))
            self._before = self._at
        self._finish()

    def _finish(self) -> None:
        if self._open:
            opening = self._open[-1].span.start
            mark = self.text[opening]
            self._error(f"the `{mark}` is never closed", Span(opening, opening + 1))
            end = self._start + len(self.text[self._start : self._end].rstrip(" \t\r\n"))
            while self._open:
                self._close(self._open[-1], end)
        elif self._expects == _VALUE:
            nowhere = Span(self._start, self._start)
            self._error("a value is expected, but there is none", nowhere, structural=True)

    # Errors

    def _error(self, message: str, span: Span, help: str = "", *, structural: bool = False) -> None:
        """Note an error; a structural one silences its echoes up to the next comma or line."""
        self.recovered = True
        if structural and span.start <= self._quiet_until:
            return
        if self._errors >= MAX_ERRORS:
            return
        self._errors += 1
        if structural:
            line_end = self.text.find("\n", span.start)
            self._quiet_until = line_end if line_end >= 0 else len(self.text) + 1
        self.diagnostics.append(Diagnostic("syntax-error", message, span, help=help))

    def _stray(self, group: int, span: Span) -> None:
        if group == tokens.OPEN_COMMENT:
            self.comments.append(Comment(span))
            self._error("the comment is never closed", Span(span.start, span.start + 2))
        else:
            self._error("`/` begins no value and no comment", span, structural=True)

    def _after_end(self, start: int) -> None:
        self._stopped = True
        self._error("the file goes on after its value is complete", Span(start, start + 1), structural=True)

    # Punctuation

    def _mark(self, mark: str, start: int) -> None:
        if self._expects == _END:
            self._after_end(start)
        elif mark == ",":
            self._comma(start)
        elif mark == ":":
            self._colon(start)
        elif mark in "{[":
            self._opening(mark, start)
        else:
            self._closing(mark, start)

    def _comma(self, start: int) -> None:
        owner = self._open[-1] if self._open else None
        if self._expects == _COMMA:
            self._quiet_until = -1
        elif self._key is not None and self._expects in (_COLON, _VALUE):
            self._no_value(self._key)
        else:
            self._error("a comma stands where a value is expected", Span(start, start + 1), structural=True)
        self._key = None
        if owner is not None:
            self._expects = _KEY if owner.kind == "table" else _VALUE

    def _no_value(self, key: _Key) -> None:
        self._error("the key has no value", key.span, structural=True)

    def _colon(self, start: int) -> None:
        if self._expects == _COLON:
            self._expects = _VALUE
            return
        self._error("`:` has no key before it", Span(start, start + 1), structural=True)
        if self._expects == _KEY:
            self._expects = _VALUE

    def _key_in_array(self, group: int, end: int) -> bool:
        """Whether a string is a key although an array is open: then the array was never closed."""
        array = self._open[-1] if self._open else None
        if array is None or array.kind != "array" or len(self._open) < 2 or self._open[-2].kind != "table":
            return False
        if group not in (tokens.PLAIN, tokens.ESCAPED) or not _COLON_NEXT.match(self.text, end):
            return False
        opening = Span(array.span.start, array.span.start + 1)
        self._error("the `[` is not closed before the next key", opening, structural=True)
        self._close(array, self._before)
        return True

    def _opening(self, mark: str, start: int) -> None:
        if mark == "{" and self._template(start):
            return
        attached = self._room_for_value(start)
        kind: Kind = "table" if mark == "{" else "array"
        node = Node(kind, Span(start, start + 1))
        if attached:
            self._attach(node)
        self._key = None
        self._open.append(node)
        self._depths[kind] += 1
        self._expects = _KEY if kind == "table" else _VALUE

    def _template(self, start: int) -> bool:
        """Whether a ``{{name}}`` placeholder stands here; it is read as a value of its own."""
        placeholder = _PLACEHOLDER.match(self.text, start)
        if placeholder is None:
            return False
        span = Span(*placeholder.span())
        advice = "Render the template, or put the placeholder into double quotes"
        self._error("a template placeholder stands where JSON expects a value", span, advice, structural=True)
        self._at = span.end
        if self._expects in (_VALUE, _COLON):
            self._attach(Node("null", span))
            self._value_ends()
        return True

    def _room_for_value(self, start: int) -> bool:
        """Whether a value may be attached here, after complaining of what should stand before it."""
        if self._expects == _VALUE:
            return True
        if self._expects == _COLON:
            self._error("a colon is missing after the key", self._gap(), structural=True)
            return True
        if self._expects == _COMMA and self._open[-1].kind == "array":
            self._missing_comma()
            return True
        self._error("a key is expected here", Span(start, start + 1), structural=True)
        return False

    def _missing_comma(self) -> None:
        self._error("a comma is missing here", self._gap(), structural=True)

    def _gap(self) -> Span:
        return Span(self._before, self._before)

    def _closing(self, mark: str, start: int) -> None:
        kind = "table" if mark == "}" else "array"
        if not self._depths[kind]:
            self._error(f"`{mark}` closes nothing", Span(start, start + 1), structural=True)
            return
        if self._key is not None and self._expects in (_COLON, _VALUE):
            self._no_value(self._key)
        while self._open[-1].kind != kind:
            inner = self._open[-1]
            opening = Span(inner.span.start, inner.span.start + 1)
            opened = self.text[inner.span.start]
            self._error(f"the `{opened}` is not closed before this level ends", opening, structural=True)
            self._close(inner, start)
        self._close(self._open[-1], start + 1)

    def _close(self, node: Node, end: int) -> None:
        self._open.pop()
        self._depths[node.kind] -= 1
        whole = node.pair_span.start
        node.span = Span(node.span.start, end)
        node.pair_span = Span(whole, end)
        self._value_ends()

    def _value_ends(self) -> None:
        self._key = None
        self._expects = _COMMA if self._open else _END

    # Values

    def _scalar(self, group: int, raw: str, span: Span) -> None:
        if group == tokens.PLAIN and self._expects == _KEY:
            self._key = _Key(raw[1:-1], span)
            self._expects = _COLON
        elif self._expects == _END:
            self._after_end(span.start)
        elif group == tokens.WORD and _STRAY_WORD.match(raw):
            self._stray_word(raw, span.start)
        elif self._expects == _KEY or self._key_in_array(group, span.end):
            self._named(group, raw, span)
        elif self._expects == _COMMA and self._open[-1].kind == "table":
            self._missing_comma()
            if group == tokens.UNCLOSED or _COLON_NEXT.match(self.text, span.end):
                self._named(group, raw, span)
        else:
            self._room_for_value(span.start)
            self._attach_scalar(group, raw, span)

    def _stray_word(self, raw: str, start: int) -> None:
        """A word that is neither key nor value: of another language, or of a merge."""
        if raw[0] == "=" and self._expects == _COLON and raw[:7] != "=======":
            self._error("`=` stands where `:` is expected", Span(start, start + 1), structural=True)
            self._at = start + 1
            self._expects = _VALUE
        elif raw[0] == "=" and raw[:7] != "=======":
            self._error("`=` has no key before it", Span(start, start + 1), structural=True)
            self._at = start + 1
        else:
            rest = _LINE_REST.match(self.text, start)
            self._at = rest.end() if rest is not None else self._at
            if raw[0] == "#":
                self._error(
                    "`#` begins no comment in JSON; `//` does", Span(start, start + 1), structural=True
                )
            else:
                message = "a mark of an unresolved merge conflict is left in the file"
                self._error(message, Span(start, self._at), structural=True)

    def _named(self, group: int, raw: str, span: Span) -> None:
        """A key, in double quotes or not."""
        if group in (tokens.PLAIN, tokens.ESCAPED, tokens.UNCLOSED):
            value, span = self._string(group, raw, span)
        else:
            value = raw[1:-1] if group == tokens.SINGLE else raw
            # Without a colon it may as well be a lost piece of a value, which is not to be repeated.
            name = f"the key {_shown(value)}" if _COLON_NEXT.match(self.text, span.end) else "a key"
            self._error(f"{name} needs double quotes", span)
        self._key = _Key(value, span)
        self._expects = _COLON

    def _attach_scalar(self, group: int, raw: str, span: Span) -> None:
        kind: Kind = "string"
        value: Scalar
        if group == tokens.PLAIN:
            value = raw[1:-1]
        elif group == tokens.NUMBER:
            value = tokens.number_value(raw)
            kind = "integer" if isinstance(value, int) else "float"
        elif group == tokens.LITERAL:
            value = tokens.LITERALS[raw]
            kind = "null" if value is None else "boolean"
        elif group in (tokens.ESCAPED, tokens.UNCLOSED):
            value, span = self._string(group, raw, span)
        elif group == tokens.SINGLE:
            value = raw[1:-1]
            self._error("strings need double quotes", span)
        else:
            value = raw
            self._error(tokens.word_error(raw), span, structural=True)
        self._attach(Node(kind, span, value))
        self._value_ends()

    def _string(self, group: int, raw: str, span: Span) -> tuple[str, Span]:
        """The value of a string that may hold errors; an unclosed one stops before closing marks."""
        if group != tokens.UNCLOSED:
            if group == tokens.ESCAPED:
                for message, place in tokens.string_errors(raw, span.start):
                    self._error(message, place)
            return tokens.string_value(raw), span
        tail = _UNCLOSED_TAIL.search(raw)
        length = max(tail.start() if tail is not None else len(raw), 1)
        self._at = span.start + length
        self._error('the string lacks its closing `"`', Span(span.start, self._at), structural=True)
        return raw[1:length], Span(span.start, self._at)

    def _attach(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        owner = self._open[-1]
        node.parent = owner
        if owner.kind == "array":
            node.key = len(owner.items)
            owner.items.append(node)
        elif self._key is not None:
            key = self._key
            node.key, node.key_span = key
            node.pair_span = Span(key.span.start, node.span.end)
            earlier = owner.members.get(key.name)
            if earlier is not None:
                self._duplicate(node, earlier, key)
            owner.members[key.name] = node

    def _duplicate(self, node: Node, earlier: Node, key: _Key) -> None:
        if self._duplicates >= MAX_ERRORS or earlier.key_span is None:
            return
        self._duplicates += 1
        line = self.source.position(earlier.key_span.start).line
        message = f"the key {_shown(key.name)} was already given on line {line}; the later value counts"
        related = ((earlier.key_span, "the earlier value, which is not read"),)
        self.diagnostics.append(Diagnostic("duplicate-key", message, key.span, node.path, related=related))


def _shown(name: str) -> str:
    """A key for a message: control characters escaped, long ones cut."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:60])
    return f"`{plain}…`" if len(name) > 60 else f"`{plain}`"
