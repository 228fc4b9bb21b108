"""`service-flow erase`, `seal`, `vacuum` and `keys`: personal data, and the keys it is sealed under."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from service_flow.cli.options import blueprint_option, format_option, loaded, store_option, stored
from service_flow.cli.root import FOUND, GOOD

if TYPE_CHECKING:
    from service_flow.engine.store import Store


@click.command
@click.argument("customer", metavar="CUSTOMER")
@blueprint_option(required=True)
@store_option()
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept, so nothing of the person may be in it.")
@click.option("--by", required=True, metavar="ID", help="Who does it: a person of the blueprint.")
@click.option("--force", is_flag=True, help="Also with open cases: they go on with the person shown as erased.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(*, customer: str, where: str, url: str, reason: str, by: str, force: bool, yes: bool) -> int:
    """Erase a CUSTOMER, such as CU-7, for good: all data of the person, in all cases.

    The master keys are read from SERVICE_FLOW_MASTER_KEYS. Run `service-flow vacuum` afterwards, so that nothing is
    left in the free pages of the database's files. The exit code is 1 if the answer to the question is no.
    """
    from service_flow.cli.output import say
    from service_flow.desk import ServiceDesk
    from service_flow.features.erasure import Erasure

    if not yes and not can_be_asked():
        raise click.UsageError("nobody can be asked here whether that is meant; add --yes")
    blueprint = loaded(where)
    with stored(url) as store, ServiceDesk(blueprint, store) as desk:
        erasure = Erasure(desk.commands)
        if not yes and not click.confirm(f"Erase {customer} for good?"):
            say("nothing was erased")
            return FOUND
        outcome = erasure.erase(customer, reason=reason, by=by, force=force)
        say(("erased ", "green"), outcome.number, "; `service-flow vacuum` takes it out of the database's files, too")
    return GOOD


@click.command
@store_option()
def seal(*, url: str) -> int:
    """Seal the personal data that was written before the store had keys.

    The master keys are read from SERVICE_FLOW_MASTER_KEYS. Others may go on working; interrupted, it goes on where it
    was when it is run again. Run `service-flow vacuum` afterwards.
    """
    import service_flow.features  # noqa: F401  its import makes the events of all features known
    from service_flow.cli.output import counted, say
    from service_flow.cli.progress import progress_bar

    with _with_keys(url, begin=True) as store, progress_bar("sealing") as bar:
        done = store.seal(progress=None if bar is None else lambda events: bar(events, None))
    say(("sealed ", "green"), counted(done, "event"))
    return GOOD


@click.command
@store_option()
def vacuum(*, url: str) -> int:
    """Overwrite what was deleted: afterwards no byte of it is in the database's own files.

    Others wait meanwhile. Write-ahead logs that a Postgres server has archived, replicas and backups are not reached.
    """
    from service_flow.cli.output import say

    with stored(url) as store:
        store.vacuum()
    say(("vacuumed ", "green"), store.url)
    return GOOD


@click.group(no_args_is_help=False)
def keys() -> None:
    """Make a master key, list those in use, and change to another."""


@keys.command
@click.argument("name", metavar="NAME")
def new(*, name: str) -> int:
    """Print a new master key, NAME:KEY. Keep it where backups of the database do not go.

    SERVICE_FLOW_MASTER_KEYS holds one or several of these, the present one first.
    """
    from service_flow.engine.store.sealing.keys import new_key

    click.echo(new_key(name))
    return GOOD


@keys.command("list")
@store_option()
@format_option()
def listed(*, url: str, form: str) -> int:
    """List how many keys of a store each master key wraps."""
    from service_flow.cli.output import say, say_json, table

    with stored(url) as store:
        found = store.masters()
    if form == "json":
        say_json(found)
    elif found:
        table(["master key", "wraps"], [(name, f"{count:,}") for name, count in found.items()])
    else:
        say("the store has no keys: nothing in it is sealed")
    return GOOD


@keys.command
@store_option()
def rotate(*, url: str) -> int:
    """Wrap every key by the present master key, the first of SERVICE_FLOW_MASTER_KEYS. No event is touched.

    The former one must stand behind it until this is done, also for those who go on working meanwhile.
    """
    from service_flow.cli.output import counted, say

    with _with_keys(url) as store:
        done = store.rotate_keys()
    say(("rewrapped ", "green"), counted(done, "key"))
    return GOOD


def can_be_asked() -> bool:
    """Whether somebody sits there."""
    return sys.stdin.isatty()


def _with_keys(url: str, *, begin: bool = False) -> Store:
    """The store with the keys of the environment; with `begin` it gets its own if it has none. Raises StoreError."""
    from service_flow.engine.store.sealing.keys import Keys

    given = Keys.from_env()
    store = stored(url)
    if begin and not store.seals:
        try:
            store.use_keys(given)
        except BaseException:
            store.close()
            raise
    return store
