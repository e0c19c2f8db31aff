"""The JSON Schemas of contract tests, with what they refer to inside the project."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import ValidationError
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource, Unresolvable
from referencing.jsonschema import DRAFT202012

from cfguard.verify.sample import NoSample, sample_of

#: Schemas live under an address that no network has, so that relative references stay in the project.
_BASE = "cfguard:///"


class Schemas:
    """Reads schemas of a project; ``load`` gives a file as plain data by its path, None where there is none."""

    def __init__(self, load: Callable[[str], object]) -> None:
        self._load = load
        self._registry: Registry[Any] = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]

    def fault(self, schema: object, beside: str, value: object) -> str | None:
        """What a schema has against a value, in one line; ``beside`` is the file that holds the schema."""
        try:
            validator = self._validator(schema, beside)
            error = next(iter(validator.iter_errors(value)), None)
        except (Unresolvable, RecursionError):
            return "cannot tell: the schema refers to what is not there"
        return None if error is None else _words(error)

    def sample(self, schema: object, beside: str) -> Any:
        """A value that a schema takes; raises :class:`NoSample`."""
        resolver = self._registry.resolver_with_root(self._resource(schema, beside))

        def resolve(reference: str) -> object:
            try:
                return resolver.lookup(reference).contents
            except Unresolvable:
                raise NoSample from None

        value = sample_of(self._whole(schema, beside), resolve)
        if self.fault(schema, beside, value) is not None:
            raise NoSample
        return value

    def _validator(self, schema: object, beside: str) -> Any:
        whole = self._whole(schema, beside)
        if isinstance(whole, Mapping) and "$id" not in whole:
            whole = {"$id": _BASE + beside, **whole}
        chosen = validator_for(whole)  # type: ignore[arg-type]
        return chosen(whole, registry=self._registry)  # type: ignore[arg-type]

    def _whole(self, schema: object, beside: str) -> object:
        """A schema itself; a text is the path of one."""
        if not isinstance(schema, str):
            return schema
        found = self._load(posixpath.normpath(posixpath.join(posixpath.dirname(beside), schema)))
        if found is None:
            raise NoSample
        return found

    def _resource(self, schema: object, beside: str) -> Resource[Any]:
        whole = self._whole(schema, beside)
        contents = {"$id": _BASE + beside, **whole} if isinstance(whole, Mapping) else whole
        return Resource.from_contents(contents, default_specification=DRAFT202012)

    def _retrieve(self, uri: str) -> Resource[Any]:
        path = uri.removeprefix(_BASE).partition("#")[0]
        found = self._load(path) if uri.startswith(_BASE) else None
        if found is None:
            raise NoSuchResource(ref=uri)  # type: ignore[call-arg]
        return Resource.from_contents(found, default_specification=DRAFT202012)


def _words(error: ValidationError) -> str:
    """The place and the keyword that fails; never the value, which may be anything that the Worker answers."""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    where = f"`{place.removeprefix('.')}`" if place else "the body"
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = [name for name in list(error.validator_value) if name not in error.instance]  # type: ignore[arg-type]
        return f"{where} lacks `{missing[0]}`" if missing else f"{where} lacks a key"
    if error.validator == "type":
        return f"{where} is not of type {error.validator_value}"
    return f"{where} breaks `{error.validator}` of the schema"
