"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service_flow.cli.completion import complete_blueprint, complete_file

if TYPE_CHECKING:
    from service_flow.blueprint import Blueprint
    from service_flow.engine.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]

STORE_FORMS = "sqlite:///desk.db or postgresql://user@host/db"


def _language(context: click.Context, _: click.Parameter, value: str | None) -> str:
    said: str | None = value or context.find_root().obj
    return said or "en"


def lang_option() -> Option[Any]:
    """`--lang`, of titles. Left out, it is what was said before the command's name, or English."""
    return click.option("--lang", type=click.Choice(["en", "zh"]), callback=_language, help="Language of titles.")


def format_option() -> Option[Any]:
    """`--format`: for people or for programs."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="For people, or for programs.",
    )


def html_option() -> Option[Any]:
    """`--html`, in place of what the command writes otherwise."""
    return click.option(
        "--html", "page", metavar="FILE", shell_complete=complete_file,
        help="Write the case's whole timeline as a page instead.",
    )  # fmt: skip


def store_option(**how: Any) -> Option[Any]:
    """`--store`, also from SERVICE_FLOW_STORE; it must be given unless `how` has a default."""
    return click.option(
        "--store", "url", metavar="URL", envvar="SERVICE_FLOW_STORE", show_envvar=True,
        required="default" not in how, show_default=True,
        help=f"Where the cases are kept: {STORE_FORMS}.", **how,
    )  # fmt: skip


def blueprint_option(*, required: bool = False) -> Option[Any]:
    """`--blueprint`, also from SERVICE_FLOW_BLUEPRINT."""
    return click.option(
        "--blueprint", "where", metavar="DIR", envvar="SERVICE_FLOW_BLUEPRINT", show_envvar=True,
        required=required, shell_complete=complete_blueprint,
        help="The blueprint: a folder, or the name of one that ships with the library.",
    )  # fmt: skip


def blueprint_argument() -> Option[Any]:
    """The blueprint as the command's argument, also from SERVICE_FLOW_BLUEPRINT."""
    return click.argument("where", metavar="DIR", envvar="SERVICE_FLOW_BLUEPRINT", shell_complete=complete_blueprint)


def instant_value(_: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """The instant that an option names."""
    if value is None:
        return None
    from service_flow.design.language.values import read_instant

    try:
        return read_instant(value)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            "write an instant with its offset, e.g. 2026-03-31T14:00:00+02:00", param=parameter
        ) from None


def loaded(where: str | Path) -> Blueprint:
    """The blueprint that was named. Raises BlueprintError."""
    from service_flow.blueprint import Blueprint

    return Blueprint.load(where)


def stored(url: str) -> Store:
    """The store at a URL, for a command that only reads. Raises StoreError where there is none yet."""
    from service_flow.engine.store import open_store
    from service_flow.engine.store.sealing.keys import keys_of_environment

    return open_store(url, create=False, keys=keys_of_environment())
