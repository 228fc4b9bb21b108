"""The rules of JSON Schema (draft 7) that the blueprint schemas use, to ask whether data fits a schema."""

import re
from decimal import Decimal

IGNORED = {
    "title", "description", "$schema", "definitions", "examples", "defaultSnippets", "patternErrorMessage",
    "enumDescriptions",
}  # fmt: skip
KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, Decimal),
}


def fits(data, schema, root=None):
    """Whether data fits a schema. A rule that is not known here fails loudly."""
    root = schema if root is None else root
    return all(RULES[rule](data, wanted, schema, root) for rule, wanted in schema.items() if rule not in IGNORED)


def _type(data, wanted, schema, root):
    kinds = [wanted] if isinstance(wanted, str) else wanted
    return any(isinstance(data, KINDS[kind]) and (kind == "boolean" or not isinstance(data, bool)) for kind in kinds)


def _of_type(kind, rule):
    return lambda data, *rest: not isinstance(data, kind) or rule(data, *rest)


RULES = {
    "type": _type,
    "$ref": lambda data, wanted, schema, root: fits(
        data, root["definitions"][wanted.removeprefix("#/definitions/")], root
    ),
    "allOf": lambda data, wanted, schema, root: all(fits(data, one, root) for one in wanted),
    "anyOf": lambda data, wanted, schema, root: any(fits(data, one, root) for one in wanted),
    "enum": lambda data, wanted, schema, root: data in wanted,
    "const": lambda data, wanted, schema, root: data == wanted,
    "minimum": _of_type((int, Decimal), lambda data, wanted, *_: data >= wanted),
    "maximum": _of_type((int, Decimal), lambda data, wanted, *_: data <= wanted),
    "pattern": _of_type(str, lambda data, wanted, *_: re.search(wanted.replace("$", r"\Z"), data) is not None),
    "minLength": _of_type(str, lambda data, wanted, *_: len(data) >= wanted),
    "maxLength": _of_type(str, lambda data, wanted, *_: len(data) <= wanted),
    "items": _of_type(list, lambda data, wanted, schema, root: all(fits(item, wanted, root) for item in data)),
    "minItems": _of_type(list, lambda data, wanted, *_: len(data) >= wanted),
    "maxItems": _of_type(list, lambda data, wanted, *_: len(data) <= wanted),
    "uniqueItems": _of_type(list, lambda data, wanted, *_: len(set(map(str, data))) == len(data)),
    "minProperties": _of_type(dict, lambda data, wanted, *_: len(data) >= wanted),
    "maxProperties": _of_type(dict, lambda data, wanted, *_: len(data) <= wanted),
    "required": _of_type(dict, lambda data, wanted, *_: set(wanted) <= data.keys()),
    "propertyNames": _of_type(dict, lambda data, wanted, schema, root: all(fits(word, wanted, root) for word in data)),
    "properties": _of_type(
        dict,
        lambda data, wanted, schema, root: all(fits(data[word], wanted[word], root) for word in data.keys() & wanted),
    ),
    "additionalProperties": _of_type(
        dict,
        lambda data, wanted, schema, root: all(
            wanted is not False and fits(data[word], wanted, root)
            for word in data.keys() - schema.get("properties", {}).keys()
        ),
    ),
}
