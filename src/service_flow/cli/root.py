"""The group of all commands: it imports a command when it is asked for, and is where every error ends."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

import click

from service_flow.characters import safe
from service_flow.errors import ServiceFlowError, meant, printable

GOOD, FOUND, BAD_INPUT, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141
"""What commands exit with. The last two are what a shell says of a program that a signal ended."""

_HALVES = re.compile("[\ud800-\udfff]")


class Entry(NamedTuple):
    """A command that was not imported yet: the module in this package that holds it, its line in the help."""

    module: str
    help: str


class _PipeClosedError(Exception):
    """Whoever read our output has stopped; nothing more can be said there."""


class Root(click.Group):
    """A group of commands that are imported when they are asked for. A command returns its exit code."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"service_flow.cli.{entry.module}")
        command: click.Command = next(
            found for found in vars(module).values() if isinstance(found, click.Command) and found.name == cmd_name
        )
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.entries and not args[0].startswith("-"):
            ctx.fail(f"there is no command '{printable(args[0])}'{meant(args[0], self.entries)}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _told_of_closed_pipes():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _told_of_closed_pipes():
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program and, in standalone mode, end it with its exit code. No traceback leaves it."""
        name = prog_name or "service-flow"
        if not standalone_mode:
            return super().main(args, name, complete_var, standalone_mode=False, **extra)
        _prepare_streams()
        try:
            code = super().main(args, name, complete_var, standalone_mode=False, **extra)
        except (Exception, KeyboardInterrupt) as error:
            code = _ended(error, sys.argv[1:] if args is None else args)
        sys.exit(code if isinstance(code, int) else GOOD)


@contextmanager
def _told_of_closed_pipes() -> Iterator[None]:
    """Turns a closed pipe into an error of our own; click would end the program as if with findings."""
    try:
        yield
    except BrokenPipeError:
        raise _PipeClosedError from None


def _prepare_streams() -> None:
    """Make both streams take any text."""
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open until the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open until the end
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows an escape for what it cannot show, and the command goes on.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _ended(error: BaseException, arguments: Sequence[str]) -> int:
    """Say what went wrong, on standard error, and give the exit code."""
    try:
        return _told(error, arguments)
    except BrokenPipeError:
        return PIPE_CLOSED


def _told(error: BaseException, arguments: Sequence[str]) -> int:
    if isinstance(error, _PipeClosedError):
        _silence()
        return PIPE_CLOSED
    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        told = io.StringIO()
        error.show(told)
        sys.stderr.write("".join(f"{safe(line)}\n" for line in told.getvalue().splitlines()))
        return BAD_INPUT
    from service_flow.cli.output import say_error

    if isinstance(error, ServiceFlowError):
        say_error(error)
    elif isinstance(error, OSError):
        name = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        say_error(f"{name}{error.strerror or type(error).__name__}")
        try:
            sys.stdout.flush()
        except OSError:  # it was the output that could not be written
            _silence()
    elif isinstance(error, UnicodeEncodeError) and any(map(_HALVES.search, arguments)):
        say_error("an argument holds bytes that are no UTF-8, or half a character: nothing can be called so")
    else:
        _internal(error)
    return BAD_INPUT


def _internal(error: BaseException) -> None:
    # The text of an unforeseen error may quote anything, personal data too: only its kind is shown.
    from service_flow.cli.output import say_error

    advice = "run with SERVICE_FLOW_DEBUG=1 for the traceback"
    if os.environ.get("SERVICE_FLOW_DEBUG") == "1":
        import traceback

        sys.stderr.write("".join(traceback.format_exception(error)))
        advice = "the traceback above may quote data; read it before you pass it on"
    say_error(f"internal error: {type(error).__name__} ({advice}); please report")


def _silence() -> None:
    """Send what is still buffered to nowhere: the interpreter would complain when it flushes at its end."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # not a file of the system's: nothing will be flushed
        return
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - only its descriptor is wanted
        os.dup2(nowhere.fileno(), descriptor)
