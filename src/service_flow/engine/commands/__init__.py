"""The one path of every command."""

from service_flow.engine.commands.commands import Commands, form_fields
from service_flow.engine.commands.flows import FlowBook
from service_flow.engine.commands.migrating import CaseMigration, MigrationSummary, migrate
from service_flow.engine.commands.orders import CaseArgument, Open, Order, Perform
from service_flow.engine.commands.outcome import FormField, Option, Outcome

__all__ = [
    "CaseArgument",
    "CaseMigration",
    "Commands",
    "FlowBook",
    "FormField",
    "MigrationSummary",
    "Open",
    "Option",
    "Order",
    "Outcome",
    "Perform",
    "form_fields",
    "migrate",
]
