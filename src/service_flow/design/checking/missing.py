"""Whether guards and tables can do without what may not be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from service_flow.design.language.expressions import Expression, ExpressionError, Type


def read_in_vain(text: str, names: Mapping[str, Type], unsure: Collection[str]) -> Iterator[str]:
    """The `unsure` names, dotted within records, without whose value a guard is an error. None of a guard that cannot
    be read: another check says so."""
    for name in unsure if _reads(text, names) else ():
        if not _reads(text, names, name):
            yield name


def rows_in_vain(
    rows: Sequence[Sequence[str]], names: Mapping[str, Type], unsure: Collection[str], *, first: bool
) -> Iterator[tuple[int, str]]:
    """The rows of a table, by their conditions, that need one of the `unsure` names, each with its number from 0 and
    that name. Where the `first` row that fits counts, a row is asked only where none before it fits."""
    before: list[str] = []
    for index, row in enumerate(rows):
        text = " && ".join(f"({condition})" for condition in row)
        if not text:
            continue
        found = next((name for name in unsure if _needs(name, text, before, names)), None)
        if found is not None and _reads(text, names):
            yield index, found
        elif first:
            before.append(f"!({text})")


def _needs(name: str, text: str, before: Sequence[str], names: Mapping[str, Type]) -> bool:
    """Whether a row is an error without a value of that name, also where none of those before it fits that speak of
    it: only these are read with it, for a table may be long."""
    if name not in text or _reads(text, names, name):
        return False
    around = [one for one in before if name in one]
    return not (around and _reads(" && ".join([*around, text]), names, name))


def _reads(text: str, names: Mapping[str, Type], *optional: str) -> bool:
    try:
        Expression.read(text, names, optional=optional)
    except ExpressionError:
        return False
    return True
