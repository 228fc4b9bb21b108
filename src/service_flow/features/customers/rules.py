"""What others take of a customer: a blueprint's rules the customer of a case, openings what he prefers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.wishes import Wishes
from service_flow.engine.feature import RuleCase
from service_flow.features.customers.arguments import words_of
from service_flow.features.customers.file import FILE
from service_flow.features.customers.keeping import preferences_of


def of_the_customer(case: RuleCase) -> Mapping[str, Any]:
    """The customer of a case, or the customer himself."""
    return {"customer": case.reference if case.reference.subject == "customer" else case.customer}


def wishes(commands: Commands) -> Wishes:
    """What a customer prefers, for cases that are opened for him: channel, language, calendar."""
    words = words_of(commands)

    def preferred(customer: CaseState) -> Mapping[str, Any]:
        return preferences_of(words, customer) if FILE in customer.more else {}

    return preferred
