"""retention.yaml: when customers are erased by themselves, what keeps them, and who may erase."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Names, Title, Word

SECTION_NAME = "retention"
MOST = {"days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100}
_SPAN = re.compile(r"([1-9][0-9]{0,4}) (day|week|month|year)s?")


def checked_span(text: str) -> str:
    """A time by the calendar. Raises ValueError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError("is no time by the calendar: write 30 days, 6 months or 3 years")
    if int(found[1]) > MOST[f"{found[2]}s"]:
        raise ValueError("is more than a hundred years")
    return text


Span = Annotated[
    str,
    AfterValidator(checked_span),
    Field(description="days, weeks, months or years by the calendar (UTC)", examples=["3 years", "6 months"]),
]
Condition = Annotated[str, Field(description="a condition on the fields of the customer's flow")]


class EraseModel(Word):
    """When customers are erased by themselves. A customer with an open case never is."""

    after: Span = Field(description="how long their data is kept")
    since: Literal["last_case_closed", "registered"] = Field(
        default="last_case_closed",
        description="from when that is counted: the closing of the last of their cases (of a customer who has none, "
        "the registration), or the registration",
    )
    when: Condition | None = Field(default=None, description="only those of whom this is true")


class KeepModel(Word):
    """A reason to keep a customer, however long ago it was. It holds for erasing by hand, too."""

    title: Title = Field(default_factory=dict)
    when: Condition


class RetentionModel(Word):
    """How long the data of customers is kept, and who may erase it by hand."""

    by: Names = Field(
        default_factory=list, description="the posts that may erase a customer by hand; without it any known person"
    )
    erase: EraseModel | None = Field(default=None, description="when it is done by itself; without it, never")
    keep: dict[Name, KeepModel] = Field(default_factory=dict, description="what keeps a customer from being erased")


SECTION = Section(SECTION_NAME, RetentionModel, "How long customers' data is kept (service_flow)")


def before(instant: datetime, span: str) -> datetime:
    """The instant a time before another, by the calendar: a month before 31 March is the last of February."""
    number, unit = span.split(" ")
    count = int(number)
    if unit.startswith("day"):
        return instant - timedelta(days=count)
    if unit.startswith("week"):
        return instant - timedelta(weeks=count)
    months = instant.year * 12 + instant.month - 1 - (count * 12 if unit.startswith("year") else count)
    year, month = divmod(months, 12)
    day = instant.day
    while True:
        try:
            return instant.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1  # that month is shorter
