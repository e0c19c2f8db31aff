"""The expression language of rules: a subset of CEL, checked statically and run within a budget.

It knows nothing of Workers: the host declares its variables and object types in a :class:`Scope`.
The language is described in ``docs/expressions.md``.
"""

from cfguard.policy.expression.errors import EvaluationError, ExpressionError
from cfguard.policy.expression.expression import Expression, compile_expression
from cfguard.policy.expression.template import Template, compile_template
from cfguard.policy.expression.types import (
    BOOL,
    BYTES,
    DATE,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    Fields,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Scope,
    Type,
    assignable,
)
from cfguard.policy.expression.values import Budget, UInt

__all__ = [
    "BOOL",
    "BYTES",
    "DATE",
    "DOUBLE",
    "DURATION",
    "DYN",
    "INT",
    "NULL",
    "STRING",
    "TIMESTAMP",
    "UINT",
    "Budget",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Fields",
    "ListType",
    "MapType",
    "ObjectType",
    "OptionalType",
    "Scope",
    "Template",
    "Type",
    "UInt",
    "assignable",
    "compile_expression",
    "compile_template",
]
