"""`service-flow completion`, and what shells are told when they complete arguments. No store is asked."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from service_flow.cli.root import GOOD

_VARIABLE = "_SERVICE_FLOW_COMPLETE"
"""How the script asks this program for completions; click makes the same of the program's name."""
_SHIPPED = Path(__file__).parents[1] / "blueprints"


@click.command
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the script with which a shell completes commands, options and names.

    \b
    bash: eval "$(service-flow completion bash)" in ~/.bashrc
    zsh:  eval "$(service-flow completion zsh)" in ~/.zshrc, behind compinit
    fish: service-flow completion fish > ~/.config/fish/completions/service-flow.fish
    """
    kind = get_completion_class(shell)
    if kind is None:  # a click that has dropped this shell
        raise click.UsageError(f"the installed click knows no completion for {shell}")
    sys.stdout.write(kind(click.get_current_context().find_root().command, {}, "service-flow", _VARIABLE).source())
    return GOOD


def complete_blueprint(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The blueprints that ship with the library, and folders."""
    # Looked up here and not by the library: that would have to be imported at every press of the key.
    shipped = sorted(folder.parent.name for folder in _SHIPPED.glob("*/blueprint.yaml"))
    named = [CompletionItem(name) for name in shipped if name.startswith(incomplete)]
    return [*named, CompletionItem(incomplete, type="dir")]


def complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders."""
    return [CompletionItem(incomplete, type="file")]


def complete_flow(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The flows of the blueprint that stands before on the line."""
    from service_flow.blueprint import Blueprint
    from service_flow.errors import ServiceFlowError

    # An option that waits for its value ends click's reading of the line: what came before is left as it was.
    where = context.params.get("where") or next(iter(context.args), "")
    try:
        flows = Blueprint.load(where).flows
    except ServiceFlowError:
        return []
    return [CompletionItem(name) for name in flows if name.startswith(incomplete)]
