"""``typing.NamedTuple`` for a program that lives for a tenth of a second.

The one of the standard library compiles every annotation and a constructor for each class, used or not: of the
230 records here a run makes some dozens. This one does the same for whoever uses it, and makes the constructor
when the first record of a class is made. Type checkers see the original.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the import
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    # As quick as a slot, and with a fallback for interpreters that do not have it in C.
    from collections import _tuplegetter

    class _RecordType(type):
        """Makes fields of the annotations of a class, as ``typing.NamedTuple`` does."""

        def __new__(cls, name, bases, namespace):
            namespace.setdefault("__slots__", ())
            fields = tuple(namespace.get("__annotations__", ()))
            if fields:
                defaults = {field: namespace[field] for field in fields if field in namespace}
                namespace |= {field: _tuplegetter(index, "") for index, field in enumerate(fields)}
                namespace |= {"_fields": fields, "__match_args__": fields, "_field_defaults": defaults}
            return super().__new__(cls, name, bases, namespace)

    class NamedTuple(tuple, metaclass=_RecordType):
        """A tuple whose items have names."""

        _fields = ()

        def __new__(cls, *values, **named):
            """The first record of a class; the class then has a constructor of its own, with named parameters."""
            cls.__new__ = _constructor(cls)
            return cls(*values, **named)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"expected {len(cls._fields)} values, got {len(made)}")
            return made

        def _replace(self, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"there is no field {', '.join(map(repr, changes))}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            inside = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({inside})"

        def __getnewargs__(self):
            return tuple(self)

    def _constructor(cls):
        """A function with the fields as its parameters, made the way ``collections.namedtuple`` makes its own."""
        names = ", ".join(cls._fields)
        items = f"({names},)" if names else "()"
        scope = {"_new": tuple.__new__, "__builtins__": {}}
        made = eval(f"lambda _cls, {names}: _new(_cls, {items})", scope)  # noqa: S307 - identifiers of our own
        made.__defaults__ = tuple(cls._field_defaults.values())
        made.__name__ = "__new__"
        made.__qualname__ = f"{cls.__qualname__}.__new__"
        return made
