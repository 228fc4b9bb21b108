"""`service-flow work` and `parked`: effects and what fell due, done by a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from service_flow.cli.options import blueprint_option, format_option, loaded, store_option, stored
from service_flow.cli.root import FOUND, GOOD

if TYPE_CHECKING:
    from service_flow.engine.work import EffectFunction, ParkedEffect
    from service_flow.engine.work.worker import Worker


@click.command
@store_option()
@blueprint_option(required=True)
@click.option(
    "--effects", "where_effects", metavar="MODULE:NAME",
    help="The functions that effects call: a mapping of names to functions in a Python module.",
)  # fmt: skip
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option("--workers", default=4, show_default=True, type=click.IntRange(1, 64), help="Effects at once.")
@click.option(
    "--lease", default=60, show_default=True, type=click.IntRange(2, 86_400), metavar="SECONDS",
    help="How long an effect is left to a worker that gives no sign of life.",
)  # fmt: skip
@click.option(
    "--attempts", default=8, show_default=True, type=click.IntRange(1, 100),
    help="Attempts, each after a longer wait, before an effect is parked.",
)  # fmt: skip
@click.option(
    "--name", metavar="NAME",
    help="A name that no other worker has, the same at each start: what it left is then taken up at once.",
)  # fmt: skip
@click.option(
    "--health", "port", type=click.IntRange(0, 65_535), metavar="PORT",
    help="Answer /health and /metrics at this port of 127.0.0.1; 0 for any that is free.",
)  # fmt: skip
def work(
    *, url: str, where: str, where_effects: str | None, once: bool, workers: int, lease: int, attempts: int,
    name: str | None, port: int | None,
) -> int:  # fmt: skip
    """Carry out what falls due and run effects, until SIGTERM or Ctrl-C; start as many as you like.

    What runs then is finished, for half a minute at most. It needs the extra `worker`: pip install
    'service-flow[worker]'.
    """
    from service_flow.cli.output import counted, say
    from service_flow.desk import ServiceDesk
    from service_flow.engine.store.sealing.keys import keys_of_environment
    from service_flow.engine.work.durable import Durable
    from service_flow.engine.work.health import watched
    from service_flow.engine.work.ruling import RuleFunctions
    from service_flow.engine.work.running import Runner
    from service_flow.engine.work.worker import Worker

    def told(text: str) -> None:
        say(text, error=True)

    functions = _functions(where_effects)
    with ServiceDesk(
        loaded(where), url, effects=functions, keys=keys_of_environment()
    ) as desk, ExitStack() as stack:
        acting = {**RuleFunctions(desk.commands, desk.blueprint.features).for_effects(), **functions}
        runner = Runner(desk.commands, acting, lease=timedelta(seconds=lease), attempts=attempts)
        known = name or f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
        worker = Worker(
            runner, lambda ended: Durable(url, runner, at_once=workers, name=known, told=ended), at_once=workers,
            told=told,
        )  # fmt: skip
        stack.enter_context(_stopped_by_signals(worker))
        place = ""
        if port is not None:
            found = stack.enter_context(watched(worker.tally, desk.effects.counts, port))
            place = f", watched at http://127.0.0.1:{found}/metrics"
        left = worker.run(
            once=once, begun=lambda: told(f"working on {desk.store.url}, {workers} at once{place}")
        )  # fmt: skip
        ended = worker.tally.effects
        told(
            f"ended: {counted(worker.tally.dues, 'thing')} fell due; effects: {ended['done']:,} done, "
            f"{ended['again']:,} to be tried again, {ended['parked']:,} parked"
        )
    if left:
        told(f"{counted(left, 'effect')} still running; others take over when the lease is over")
        os._exit(GOOD)  # their threads would be waited for
    return GOOD


@click.command
@store_option()
@click.option("--retry", metavar="KEY", help="Try a parked effect again.")
@click.option("--drop", metavar="KEY", help="Never run a parked effect.")
@click.option("--all", "everything", is_flag=True, help="Try all of them again.")
@format_option()
def parked(*, url: str, retry: str | None, drop: str | None, everything: bool, form: str) -> int:
    """List the effects that were given up, and why; or try them again.

    The exit code is 1 if there are any. One that is tried again is parked again as soon as it fails.
    """
    if sum((retry is not None, drop is not None, everything)) > 1:
        raise click.UsageError("--retry, --drop and --all exclude each other")
    from service_flow.cli.output import counted, say, say_json
    from service_flow.engine.work import Effects

    with stored(url) as store:
        effects = Effects(store)
        if retry is not None or everything:
            say(f"{counted(effects.retry(retry), 'effect')} will be tried again")
            return GOOD
        if drop is not None:
            say(f"{counted(effects.drop(drop), 'effect')} will never be run")
            return GOOD
        found = effects.parked()
        if form == "json":
            say_json([_as_json(effect) for effect in found])
        else:
            _say(found)
    return FOUND if found else GOOD


def _say(found: Sequence[ParkedEffect]) -> None:
    from service_flow.cli.output import say, table

    if not found:
        say("no effect is parked")
        return
    rows = [
        (
            effect.key,
            effect.number,
            effect.call,
            f"{effect.at:%Y-%m-%d %H:%M:%S}Z",
            str(effect.attempts),
            effect.because,
        )
        for effect in found
    ]
    table(["key", "case", "calls", "happened", "attempts", "because"], rows)


def _as_json(effect: ParkedEffect) -> dict[str, object]:
    return {
        "key": effect.key, "case": effect.number, "case_id": str(effect.reference.id), "effect": effect.effect,
        "call": effect.call, "at": effect.at.isoformat(), "attempts": effect.attempts, "because": effect.because,
    }  # fmt: skip


def _functions(where: str | None) -> Mapping[str, EffectFunction]:
    """What stands in a module under a name. Modules of the present folder are found, too."""
    if where is None:
        return {}
    from service_flow.errors import ServiceFlowError, printable

    module, _, name = where.partition(":")
    if not module or not name:
        raise click.BadParameter("write MODULE:NAME, e.g. myapp.effects:EFFECTS", param_hint="--effects")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(import_module(module), name)
    except Exception as error:
        raise ServiceFlowError(
            f"--effects {printable(where)} cannot be imported: {type(error).__name__}: {printable(str(error))}"
        ) from None
    mapping: Mapping[str, EffectFunction] = found
    return mapping


@contextmanager
def _stopped_by_signals(worker: Worker) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the work cleanly; a second one ends it at once."""

    def stop(number: int, _: object) -> None:
        signal.signal(number, before[number])
        worker.stop()

    before = {int(number): signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
