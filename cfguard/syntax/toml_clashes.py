"""Two TOML statements that want the same place: which one came first, and where."""

from __future__ import annotations

from cfguard.syntax.node import Diagnostic, Node, format_path
from cfguard.syntax.toml_scanner import read_key
from cfguard.syntax.toml_statements import TOKEN, Fault, open_bracket
from cfguard.text import Source, Span


def explain_clash(source: Source, fault: Fault, root: Node) -> Diagnostic:
    """Two statements that want the same place, the later one blamed."""
    if open_bracket(
        source.text, fault.statement.start, fault.offset
    ) is not None and not source.text.startswith("[", fault.statement.start):
        return _inline_clash(source, fault)
    is_header = fault.statement.header == fault.statement.start
    header = _header_parts(source.text, fault.statement.header)
    parts, _ = ([], 0) if is_header else read_key(source.text, fault.statement.start)
    span = Span(parts[0][1].start, parts[-1][1].end) if parts else _header_span(source, fault)
    path = tuple(name for name, _ in header + parts)
    earlier = _earlier(root, path, fault.statement.start)
    name = format_path(path)
    if earlier is None:
        return Diagnostic("syntax-error", f"`{name}` cannot be set again here", span, path)
    place = earlier.key_span or earlier.span
    line = source.position(place.start).line
    found = format_path(tuple(step for step in earlier.path if isinstance(step, str)))
    if found == name:
        message = f"`{name}` was already set on line {line}"
    else:
        message = f"`{name}` cannot be set, because `{found}` was already set on line {line}"
    return Diagnostic("syntax-error", message, span, path, related=((place, "the earlier place"),))


def _inline_clash(source: Source, fault: Fault) -> Diagnostic:
    """The same, between two keys of one inline table."""
    keys = _inline_keys(source.text, fault.statement.start, fault.offset)
    if not keys:
        return Diagnostic("syntax-error", "a key is set twice", Span(fault.offset, fault.offset))
    parts, span = keys[-1]
    name = format_path(parts)
    for earlier, place in keys[:-1]:
        if earlier == parts[: len(earlier)] or parts == earlier[: len(parts)]:
            line = source.position(place.start).line
            clause = f"`{format_path(earlier)}` was already set on line {line}, in the same inline table"
            message = clause if earlier == parts else f"`{name}` cannot be set, because {clause}"
            return Diagnostic("syntax-error", message, span, related=((place, "the earlier place"),))
    return Diagnostic("syntax-error", f"`{name}` cannot be set again here", span)


def _inline_keys(text: str, start: int, offset: int) -> list[tuple[tuple[str, ...], Span]]:
    """The keys so far of the innermost inline table that is open at ``offset``."""
    stack: list[list[tuple[tuple[str, ...], Span]]] = [[]]
    begins = start
    for token in TOKEN.finditer(text, start, offset):
        if token.lastgroup == "open":
            stack.append([])
            begins = token.end()
        elif token.lastgroup == "close" and len(stack) > 1:
            stack.pop()
        elif token.lastgroup == "comma" or token.lastgroup == "newline" or token.lastgroup == "comment":
            begins = token.end()
        elif token.lastgroup == "equals":
            parts, _ = read_key(text, begins)
            if parts:
                span = Span(parts[0][1].start, parts[-1][1].end)
                stack[-1].append((tuple(name for name, _ in parts), span))
    return stack[-1]


def _earlier(root: Node, path: tuple[str, ...], before: int) -> Node | None:
    """The node on the way to ``path``, as deep as it goes, that stands before an offset."""
    node, found = root, None
    for step in path:
        child = node.members.get(step)
        if child is None or child.span.start >= before:
            break
        node = found = child
        if child.kind == "array":
            elements = [item for item in child.items if item.kind == "table" and item.span.start < before]
            if child.span != child.pair_span or not elements:
                break
            node = elements[-1]
    return found


def _header_parts(text: str, header: int) -> list[tuple[str, Span]]:
    if header < 0:
        return []
    parts, _ = read_key(text, header + (2 if text.startswith("[[", header) else 1))
    return parts


def _header_span(source: Source, fault: Fault) -> Span:
    line = source.line_span(source.position(fault.statement.start).line)
    close = source.text.find("]", fault.offset, line.end)
    end = close + (2 if source.text.startswith("]]", close) else 1) if close >= 0 else line.end
    return Span(fault.statement.start, end)
