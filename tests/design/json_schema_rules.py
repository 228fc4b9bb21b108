"""The rules of JSON Schema 2020-12 that the blueprint schemas use, to ask whether data fits a schema."""

import re
from decimal import Decimal

IGNORED = {"title", "description", "$schema", "$defs", "default"}
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
    return isinstance(data, KINDS[wanted]) and (wanted == "boolean" or not isinstance(data, bool))


def _of_type(kind, rule):
    return lambda data, *rest: not isinstance(data, kind) or rule(data, *rest)


RULES = {
    "type": _type,
    "$ref": lambda data, wanted, schema, root: fits(data, root["$defs"][wanted.removeprefix("#/$defs/")], root),
    "anyOf": lambda data, wanted, schema, root: any(fits(data, one, root) for one in wanted),
    "enum": lambda data, wanted, schema, root: data in wanted,
    "pattern": _of_type(str, lambda data, wanted, *_: re.search(wanted.replace("$", r"\Z"), data) is not None),
    "minLength": _of_type(str, lambda data, wanted, *_: len(data) >= wanted),
    "maxLength": _of_type(str, lambda data, wanted, *_: len(data) <= wanted),
    "items": _of_type(list, lambda data, wanted, schema, root: all(fits(item, wanted, root) for item in data)),
    "minItems": _of_type(list, lambda data, wanted, *_: len(data) >= wanted),
    "uniqueItems": _of_type(list, lambda data, wanted, *_: len(set(map(str, data))) == len(data)),
    "minProperties": _of_type(dict, lambda data, wanted, *_: len(data) >= wanted),
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
