"""Holds one value against its part of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cfguard.syntax.node import Cure
from cfguard.wrangler.javascript import is_falsy, is_integer, kind_of, number
from cfguard.wrangler.suggest import closest
from cfguard.wrangler.wording import advise, expectation, field, listed, noun, number_shown, one_of, quoted

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.wrangler.diagnostic import Code, Findings
    from cfguard.wrangler.table import AnnotatedSchema, Schema

Check = Callable[["Node", "Findings"], None]

# Longer strings than any allowed value or name are told from it by their length alone.
_SHOWN_VALUE = 48
# Guesses cost the most of all; nobody reads more of them, and a hostile file could ask for thousands.
_MOST_GUESSES = 100


class Evaluation:
    """One pass of the table over a document; what is wrong goes to ``findings``.

    ``checks`` are the checks that the table names with ``x-check``.
    """

    __slots__ = ("checks", "findings", "guesses", "table", "toml")

    def __init__(self, table: AnnotatedSchema, findings: Findings, checks: Mapping[str, Check]) -> None:
        self.table = table
        self.findings = findings
        self.checks = checks
        self.guesses = _MOST_GUESSES
        self.toml = findings.document.format == "toml"

    def value(self, node: Node, schema: Schema) -> None:
        """Check a value and all below it; the depth is that of the table, not of the file."""
        if schema.get("x-falsy") and is_falsy(node):
            return
        schema = self.table.resolve(schema)
        if "anyOf" in schema:
            branch = self._branch(node, schema)
            if branch is None:
                self._wrong_type(node, schema)
                return
            schema = branch
        if not self._type_fits(node, schema):
            self._wrong_type(node, schema)
            return
        self._content(node, schema)
        for name in schema.get("x-check", ()):
            self.checks[name](node, self.findings)

    def _branch(self, node: Node, schema: Schema) -> Schema | None:
        """The alternative of a union that the value was meant for: the one of its type."""
        for branch in schema["anyOf"]:
            branch = self.table.resolve(branch)
            if self._type_fits(node, branch):
                return branch
        return None

    @staticmethod
    def _type_fits(node: Node, schema: Schema) -> bool:
        types = schema.get("type")
        if types is None:
            return True
        if node.kind == "date" and schema.get("x-dates") is False:
            return False
        kind = kind_of(node)
        if kind == "number" and types == "integer":
            return True  # the number itself is looked at later, and shown
        return kind == types if isinstance(types, str) else kind in types

    def _wrong_type(self, node: Node, schema: Schema) -> None:
        if "anyOf" in schema:
            schema = {**schema, "anyOf": [self.table.resolve(branch) for branch in schema["anyOf"]]}
        wanted = expectation(schema)
        if schema.get("x-dates") is False:
            wanted = "a string"
        elif wanted == "a table" and "required" in schema:
            wanted = f"a table with {listed(schema['required'])}"
        advice = advise(node, {**schema, "type": "string"} if wanted == "a string" else schema, self.toml)
        self.findings.at(
            node,
            f"{field(node.path)} is {noun(node)}; {wanted} was expected",
            help=advice.words,
            cure=advice.cure,
        )

    def _content(self, node: Node, schema: Schema) -> None:
        kind = kind_of(node)
        if kind == "object":
            self._table(node, schema)
        elif kind == "array":
            self._array(node, schema)
        elif kind == "string":
            self._string(node, schema)
        elif kind == "number":
            self._number(node, schema)
        elif "enum" in schema and node.value not in schema["enum"]:
            self._not_allowed(node, schema)

    def _string(self, node: Node, schema: Schema) -> None:
        text = str(node.value)
        renamed = schema.get("x-renamed-values", {}).get(text)
        if "properties" in schema:
            if text and schema.get("x-unknown") != "silent":
                message = f"{field(node.path)} is a string; a table was expected"
                self.findings.at(node, message, code="unexpected-field")
        elif "enum" in schema and text not in schema["enum"] and text not in schema.get("x-also", ()):
            self._not_allowed(node, schema)
        elif renamed is not None:
            message = f"{field(node.path)}: {quoted(text)} is deprecated; it is called {quoted(renamed)} now"
            self.findings.at(
                node,
                message,
                code="deprecated-field",
                help=f"Use {quoted(renamed)}",
                cure=Cure("replace", value=renamed),
            )
        elif not text and schema.get("x-empty") == "ignored":
            message = f"{field(node.path)} is an empty string, which wrangler ignores"
            self.findings.at(node, message, code="ignored-value", help="Remove the key", cure=Cure("remove"))
        elif len(text) < schema.get("minLength", 0):
            self.findings.at(node, f"{field(node.path)} is an empty string; a value was expected")
        elif not self._shape_fits(text, schema):
            message = f"{field(node.path)} is {self._shown(text)}; {schema['x-pattern-says']} was expected"
            fitting = text.strip(" -").lower().replace(" ", "-").replace(".", "-")
            fits = self._shape_fits(fitting, schema)
            self.findings.at(
                node,
                message,
                help=f"Use {quoted(fitting)}" if fits else "",
                cure=Cure("guess", value=fitting) if fits else None,
            )

    def _shape_fits(self, text: str, schema: Schema) -> bool:
        if len(text) > schema.get("maxLength", len(text)):
            return False
        pattern = schema.get("pattern")
        return pattern is None or self.table.matches(pattern, text)

    @staticmethod
    def _shown(text: str) -> str:
        return quoted(text) if 0 < len(text) <= _SHOWN_VALUE else f"a string of {len(text)} characters"

    def _not_allowed(self, node: Node, schema: Schema) -> None:
        allowed = schema["enum"]
        value = number(node)
        text = str(node.value) if node.kind == "string" else ""
        shown = number_shown(value) if value is not None else self._shown(text) if text else noun(node)
        meant = closest(text, allowed) if text else None
        wanted = f"did you mean {quoted(meant)}?" if meant else f"{one_of(allowed)} was expected"
        help = f"Allowed: {listed(map(str, allowed))}" if meant else ""
        cure = Cure("guess", value=meant) if meant else None
        self.findings.at(node, f"{field(node.path)} is {shown}; {wanted}", help=help, cure=cure)

    def _number(self, node: Node, schema: Schema) -> None:
        value = number(node)
        if value is None:
            return
        if "enum" in schema:
            if value not in schema["enum"]:
                self._not_allowed(node, schema)
            return
        low, high = schema.get("minimum"), schema.get("maximum")
        # Written so that NaN, which is neither less nor more, is out of every range.
        out_of_range = (low is not None and not value >= low) or (high is not None and not value <= high)
        if schema.get("type") == "integer" and not is_integer(value):
            wanted = "an integer"
        elif out_of_range:
            wanted = _range(low, high, schema)
        else:
            self._soft_maximum(node, value, schema)
            return
        self.findings.at(node, f"{field(node.path)} is {number_shown(value)}; {wanted} was expected")

    def _soft_maximum(self, node: Node, value: int | float, schema: Schema) -> None:
        most = schema.get("x-soft-maximum")
        if most is not None and value > most:
            message = f"{field(node.path)} is {number_shown(value)}; production allows at most `{most}`"
            self.findings.at(node, message, code="suspicious-field")

    def _array(self, node: Node, schema: Schema) -> None:
        items = schema.get("items")
        if len(node.items) < schema.get("minItems", 0):
            self.findings.at(node, f"{field(node.path)} is empty; at least one entry was expected")
        if items is not None:
            for item in node.items:
                self.value(item, items)
        elif "additionalProperties" in schema:
            for item in node.items:
                self.value(item, schema["additionalProperties"])
        elif "properties" in schema:
            self._array_for_table(node, schema)

    def _array_for_table(self, node: Node, schema: Schema) -> None:
        """An array where a table belongs: JavaScript takes it for an object with the keys 0, 1, 2."""
        policy = schema.get("x-unknown", "warn")
        if schema.get("required") and not (policy == "warn-and-stop" and node.items):
            self._wrong_type(node, schema)
        elif node.items and policy != "silent":
            message = f"{field(node.path)} is an array; a table was expected"
            help = advise(node, {"type": "object"}, self.toml).words
            self.findings.at(node, message, code="unexpected-field", help=help)

    def _table(self, node: Node, schema: Schema) -> None:
        if "x-switch" in schema:
            self._switch(node, schema["x-switch"])
            return
        if not self._size_fits(node, schema):
            return
        properties = schema.get("properties")
        if properties is not None:
            self.members(node, properties, schema)
        elif "additionalProperties" in schema:
            for child in node.members.values():
                self.value(child, schema["additionalProperties"])

    def _size_fits(self, node: Node, schema: Schema) -> bool:
        if len(node.members) < schema.get("minProperties", 0):
            self.findings.at(node, f"{field(node.path)} is empty; at least one entry was expected")
            return False
        most = schema.get("maxProperties")
        if most is not None and len(node.members) > most:
            self.findings.at(
                node, f"{field(node.path)} has {len(node.members)} entries; at most {most} are allowed"
            )
        return True

    def _switch(self, node: Node, switch: Mapping[str, Any]) -> None:
        """Check a table by the variant that one of its keys names."""
        key, cases = switch["on"], switch["cases"]
        chosen = node.members.get(key)
        if chosen is None:
            name: object = switch.get("absent")
        else:
            name = chosen.value if chosen.kind == "string" else None
        case = cases.get(name) if isinstance(name, str) else None
        if case is None:
            case = switch.get("else")
        if case is not None:
            self.value(node, case)
        elif chosen is None:
            wanted = one_of(list(cases))
            self.findings.missing(
                node, key, f"{field(node.path)} has no {quoted(key)}; {wanted} was expected"
            )
        elif chosen.kind == "string":
            self._not_allowed(chosen, {"enum": list(cases)})
        else:
            self._wrong_type(chosen, {"enum": list(cases), "type": "string"})

    def members(self, node: Node, properties: Mapping[str, Schema], schema: Schema) -> bool:
        """Check the keys of a table; returns whether it may be judged further."""
        policy = schema.get("x-unknown", "warn")
        legal = schema.get("x-legal", ())
        unknown = [key for key in node.members if key not in properties and key not in legal]
        mistyped = {} if policy == "warn-and-stop" else self._mistyped(unknown, node, schema)
        for key in unknown:
            if key in mistyped:
                self._instead_of_required(node, key, mistyped[key])
            else:
                self._unknown(node, key, properties, schema, policy)
        if unknown and policy == "warn-and-stop":
            return False
        for key, child in node.members.items():
            if key in properties:
                self._member(child, properties[key], node)
        self._required(node, schema, set(mistyped.values()))
        return True

    def _mistyped(self, unknown: list[str], node: Node, schema: Schema) -> dict[str, str]:
        """Unknown keys that were probably meant to be a required one that is not there."""
        lacking = [key for key in schema.get("required", ()) if key not in node.members]
        if not lacking or not self.findings.complete:
            return {}
        found: dict[str, str] = {}
        for key in unknown:
            meant = closest(key, [name for name in lacking if name not in found.values()])
            if meant is not None:
                found[key] = meant
        return found

    def _instead_of_required(self, node: Node, key: str, meant: str) -> None:
        message = f"unknown key {quoted(key)} in {field(node.path)}; did you mean {quoted(meant)}?"
        span = node.members[key].part("key")
        self.findings.add(
            "invalid",
            message,
            span,
            (*node.path, meant),
            help=f"{quoted(meant)} is required here",
        )

    def _member(self, child: Node, schema: Schema, parent: Node) -> None:
        if schema.get("deprecated"):
            message = f"{field(child.path)} is deprecated; {schema['x-instead']}"
            self.findings.at(child, message, code="deprecated-field", part="key")
        if schema.get("x-experimental"):
            message = f"{field(child.path)} is experimental and may change or break at any time"
            self.findings.at(child, message, code="experimental-field", part="key")
        if schema.get("x-unexpected"):
            self._unknown(parent, str(child.key), {}, {}, "warn")
        if schema.get("x-unless") not in parent.members:
            self.value(child, schema)

    def _unknown(
        self, parent: Node, key: str, known: Mapping[str, Schema], schema: Schema, policy: str
    ) -> None:
        """Speak of a key that the table does not know, in the severity of its place."""
        child = parent.members[key]
        removed = schema.get("x-removed", {}).get(key)
        if removed is not None:
            is_error = removed.get("severity") == "error"
            message = f"{field(child.path)} is no longer supported; {removed['instead']}"
            code: Code = "invalid" if is_error else "unexpected-field"
            cure = Cure("remove") if removed.get("cure") == "remove" else None
            self.findings.at(child, message, code=code, part="key", cure=cure)
            return
        if policy == "silent":
            return
        path = parent.path
        is_scope = not path or (len(path) == 2 and path[0] == "env")
        if path and is_scope and key in self.table.sections:
            message = f"{quoted(key)} cannot be set in an environment, only at the top level"
            self.findings.at(child, message, code="unexpected-field", part="key")
            return
        meant = self._guess(key, known, parent)
        message = f"unknown key {quoted(key)}" + ("" if is_scope else f" in {field(path)}")
        message += f"; did you mean {quoted(meant)}?" if meant else ""
        code = "invalid" if policy == "error" else "unexpected-field"
        help = "" if is_scope else self._way_out(key)
        if not help and policy == "error" and known:
            help = f"Allowed here: {listed(known)}"
        cure = Cure("rename", key=(*path, meant)) if meant and meant not in parent.members else None
        self.findings.at(child, message, code=code, part="key", help=help, cure=cure)

    def _guess(self, key: str, known: Mapping[str, Schema], parent: Node) -> str | None:
        """The known key that was meant: one that is not there yet, if possible."""
        self.guesses -= 1
        if self.guesses < 0:
            return None
        return closest(key, [name for name in known if name not in parent.members]) or closest(key, known)

    def _way_out(self, key: str) -> str:
        """Where a key belongs that is known at the top level."""
        if key not in self.table.sections:
            return ""
        if self.toml:
            return f"If the top-level {quoted(key)} is meant, move it above the first [header] of the file"
        return f"If the top-level {quoted(key)} is meant, move it there"

    def _required(self, node: Node, schema: Schema, named: set[str]) -> None:
        members = node.members
        for key in schema.get("required", ()):
            if key not in members and key not in named:
                self._lacks(node, key, schema)
        for group in schema.get("x-exclusive", ()):
            there = [key for key in members if key in group]
            if len(there) > 1:
                first, second = members[there[0]], members[there[1]]
                message = f"{field(node.path)} has {listed(there)}, which exclude each other"
                related = ((first.part("key"), "the other one"),)
                self.findings.at(second, message, part="key", related=related)
        choices = schema.get("x-one-of")
        if choices and not any(key in members for key in choices):
            message = f"{field(node.path)} has neither {listed(choices, 'nor')}; one of them was expected"
            self.findings.missing(node, choices[0], message)
        for key, other in schema.get("x-needs", {}).items():
            if key in members and other not in members:
                message = f"{field(members[key].path)} is set without {quoted(other)}, which it belongs to"
                self.findings.missing(node, other, message)

    def _lacks(self, node: Node, key: str, schema: Schema) -> None:
        wanted = expectation(self.table.resolve(schema["properties"].get(key, {})))
        message = f"{field(node.path)} has no {quoted(key)}; {wanted or 'a value'} was expected"
        self.findings.missing(node, key, message)


def _range(low: float | None, high: float | None, schema: Schema) -> str:
    unit = f" {schema['x-unit']}" if "x-unit" in schema else ""
    if high is None:
        return f"at least {low}{unit}"
    return f"a number from {low} to {high}{unit}"
