"""The one path of every command."""

from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.dues import DueSummary, run_due
from service_flow.engine.commands.flows import FlowBook
from service_flow.engine.commands.migrating import CaseMigration, MigrationSummary, migrate
from service_flow.engine.commands.orders import CaseArgument, Open, Order, Perform
from service_flow.engine.commands.outcome import FormField, Option, Outcome, form_fields
from service_flow.engine.commands.promises import Promises

__all__ = [
    "CaseArgument",
    "CaseMigration",
    "Commands",
    "DueSummary",
    "FlowBook",
    "FormField",
    "MigrationSummary",
    "Open",
    "Option",
    "Order",
    "Outcome",
    "Perform",
    "Promises",
    "form_fields",
    "migrate",
    "run_due",
]
