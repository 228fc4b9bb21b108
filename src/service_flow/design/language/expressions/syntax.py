"""Reading lark's trees: the one place that knows how the grammar lays out its rules' children."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from service_flow.design.language.expressions.tree import Place

if TYPE_CHECKING:
    from lark import Token

    from service_flow.design.language.expressions.parsing import Syntax


def child_of(syntax: Syntax, index: int = 0) -> Syntax:
    """The child of this index, which is a rule's tree."""
    return cast("Syntax", syntax.children[index])


def children_of(syntax: Syntax) -> list[Syntax]:
    """All children, where all are trees of rules."""
    return cast("list[Syntax]", syntax.children)


def arguments_of(syntax: Syntax, index: int = 0) -> list[Syntax]:
    """The arguments of a call or the elements of a list: all children from this index on."""
    return children_of(syntax)[index:]


def word_of(syntax: Syntax, index: int = 0) -> str:
    """The child of this index, which is a word of the text."""
    return str(syntax.children[index])


def place_of(syntax: Syntax) -> Place:
    """Where all of it stands."""
    return Place(syntax.meta.start_pos, syntax.meta.end_pos - syntax.meta.start_pos)


def place_of_word(syntax: Syntax, index: int) -> Place:
    """Where the word that is the child of this index stands."""
    token = cast("Token", syntax.children[index])
    return Place(token.start_pos or 0, len(token))
