"""`service-flow show`, `worklist` and `history`: they read the store and change nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from service_flow.cli.options import (
    blueprint_option,
    format_option,
    html_option,
    instant_value,
    lang_option,
    loaded,
    store_option,
    stored,
)
from service_flow.cli.root import GOOD
from service_flow.errors import NotFound, meant

if TYPE_CHECKING:
    from service_flow.cli.reading import Reader
    from service_flow.engine.views import WorklistOrder


@click.command
@click.argument("case", metavar="CASE")
@store_option()
@blueprint_option()
@click.option("--customer", "to_customer", is_flag=True, help="Only what the customer may see, in his words.")
@lang_option()
@html_option()
@format_option()
def show(
    *, case: str, url: str, where: str | None, to_customer: bool, lang: str, page: str | None, form: str
) -> int:
    """Show a case as it stands: CASE is a short number such as R-17, or an id.

    Titles of states and fields come from the store. A blueprint adds those of posts and the names of people. With
    --customer only what the flow marks as shown to him is told, also with --html and --format json.
    """
    from service_flow.cli.reading import Reader
    from service_flow.cli.tables import case_as_json, say_case

    blueprint = loaded(where) if where is not None else None
    with stored(url) as store:
        reader = Reader(store, blueprint, lang)
        if to_customer:
            return _show_to_customer(reader, case, page, form)
        if page is not None:
            return _write_page(reader, case, page)
        view, flow, state = reader.case(case)
        if form == "json":
            from service_flow.cli.kept import kept_as_json
            from service_flow.cli.output import say_json

            say_json({**case_as_json(view), "kept": kept_as_json(state)})
        else:
            from service_flow.cli.kept import kept_rows

            say_case(view, flow, reader, kept_rows(state, reader))
    return GOOD


@click.command
@store_option()
@click.option("--post", metavar="POST", help="Only what waits at this post.")
@click.option("--person", metavar="ID", help="Only what waits at the posts of this person of the blueprint.")
@blueprint_option()
@click.option(
    "--subject", type=click.Choice(["customer", "request", "complaint", "staff"]), help="Only cases of this kind."
)
@click.option(
    "--order",
    type=click.Choice(["waiting", "due"]),
    default="waiting",
    show_default=True,
    help="The longest waiting first, or by what is promised: the next due first.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Lines at most.")
@click.option("--after", metavar="CURSOR", help="Go on behind a page: what `next` says there.")
@lang_option()
@format_option()
def worklist(
    *, url: str, post: str | None, person: str | None, where: str | None, subject: str | None,
    order: WorklistOrder, limit: int, after: str | None, lang: str, form: str,
) -> int:  # fmt: skip
    """List the open cases, the longest waiting first, or by when what was promised is due.

    In the order "due", cases without a promise that is still to be kept come last, the longest waiting first. Without
    --subject these are requests and complaints: a file of a customer or of a member of staff is no piece of work.
    """
    from service_flow.cli.output import say, say_json
    from service_flow.cli.reading import Reader
    from service_flow.cli.tables import say_worklist, worklist_as_json
    from service_flow.engine.views import worklist as waiting

    if post is not None and person is not None:
        raise click.UsageError("a worklist is of a post or of a person, not of both")
    if person is not None and where is None:
        raise click.UsageError("--person needs --blueprint: it says which posts people hold")
    blueprint = loaded(where) if where is not None else None
    with stored(url) as store:
        reader = Reader(store, blueprint, lang)
        owners: tuple[str, ...] | None = (post,) if post is not None else None
        if person is not None:
            owners = reader.posts_of(person)
        page = waiting(store, owners=owners, subject=subject, order=order, limit=limit, after=after)
        if post is not None and not page.items and post not in (known := reader.posts()):
            raise NotFound(f"no flow of this store knows a post '{post}'{meant(post, known)}")
        if form == "json":
            say_json(worklist_as_json(page))
        elif page.items:
            say_worklist(page, reader)
            if page.next is not None:
                say(("more: ", "dim"), f"--after '{page.next}'", error=True)
        else:
            say("nothing waits")
    return GOOD


@click.command
@click.argument("case", metavar="CASE")
@store_option()
@blueprint_option()
@click.option("--as-of", metavar="INSTANT", callback=instant_value, help="Only what had happened by then.")
@click.option("--limit", type=click.IntRange(1, 1000), default=1000, show_default=True, help="Lines at most.")
@click.option("--after", type=click.IntRange(0), metavar="NO", default=0, help="Go on behind the line of this number.")
@lang_option()
@html_option()
@format_option()
def history(
    *, case: str, url: str, where: str | None, as_of: datetime | None, limit: int, after: int, lang: str,
    page: str | None, form: str,
) -> int:  # fmt: skip
    """List what happened to a case, oldest first: CASE is a short number such as R-17, or an id."""
    from service_flow.cli.output import say, say_json
    from service_flow.cli.reading import Reader
    from service_flow.cli.tables import history_as_json, say_history
    from service_flow.engine.views import history as happened

    blueprint = loaded(where) if where is not None else None
    with stored(url) as store:
        reader = Reader(store, blueprint, lang)
        if page is not None:
            return _write_page(reader, case, page, as_of)
        told = happened(reader.events(case), reader.flow, as_of=as_of, limit=limit, after=after)
        if form == "json":
            say_json(history_as_json(told))
        else:
            say_history(told, reader)
            if told.next is not None:
                say(("more: ", "dim"), f"--after {told.next}", error=True)
    return GOOD


def _show_to_customer(reader: Reader, case: str, output: str | None, form: str) -> int:
    """Tell a case as its customer may see it, or write that as a page."""
    from service_flow.cli.customer import page_for_customer, say_to_customer, seen_by_customer
    from service_flow.cli.files import file_to_write
    from service_flow.cli.output import say

    view = seen_by_customer(reader, case)
    if output is None:
        say_to_customer(view, form)
        return GOOD
    with file_to_write(output) as out:
        out.write(page_for_customer(view))
    say(("wrote ", "green"), output, error=output == "-")
    return GOOD


def _write_page(reader: Reader, case: str, output: str, as_of: datetime | None = None) -> int:
    """Write the timeline of a case, with all its personal data, into a file for its owner's eyes only."""
    from service_flow.cli.files import file_to_write
    from service_flow.cli.output import say
    from service_flow.clock import system_clock
    from service_flow.engine.views import history as happened
    from service_flow.insight.reports import timeline_page

    context = click.get_current_context()
    given = [
        option.opts[0]
        for option in context.command.params
        if option.name in ("limit", "after", "form")
        and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"--html writes a page of the whole timeline; leave out {', '.join(given)}")
    events = reader.events(case)
    told = happened(events, reader.flow, as_of=as_of, limit=len(events), after=0)
    page = timeline_page(told, reader.flow, at=as_of or system_clock(), names=reader.names(), lang=reader.lang)
    with file_to_write(output) as out:
        out.write(page)
    say(("wrote ", "green"), output, error=output == "-")
    return GOOD
