"""The main job, shown: whole lives of a service on an SQLite file, from the need to the take-back.

Run it with `make demo`. It makes a folder demo/ with the store (desk.db) and the drawing (service_request.svg).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lives import ADVICE, COMPLAINT, CUSTOMER, REPAIR, STRAIGHT, WHOLE_LIFE, Step
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service_flow import Blueprint, ManualClock, Outcome, ServiceDesk
from service_flow.design.drawing import svg
from service_flow.insight.histories import conform_store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
console = Console(highlight=False)


class Story:
    """Tells lives to a desk; the clock moves on by some hours with every step."""

    def __init__(self, folder: Path) -> None:
        self.blueprint = Blueprint.load("full_process")
        self.clock = ManualClock(START)
        self.desk = ServiceDesk(self.blueprint, f"sqlite:///{folder / 'desk.db'}", clock=self.clock)
        self.told = 0

    def customer(self, name: str, email: str) -> Outcome:
        return self._count(self.desk.customers.register(name=name, contact={"email": email}, by="tom", channel="phone"))

    def request(self, customer: Outcome, need: str, steps: Iterable[Step], channel: str = "phone") -> Outcome:
        request = self._count(self.desk.requests.open(customer=customer, need=need, channel=channel, by="tom"))
        return self.perform(request, steps)

    def complaint(self, customer: Outcome, about: Outcome, text: str, steps: Iterable[Step]) -> Outcome:
        complaint = self._count(
            self.desk.complaints.receive(customer=customer, about=about, text=text, channel="phone", by="tom")
        )
        return self.perform(complaint, steps)

    def perform(self, case: Outcome, steps: Iterable[Step]) -> Outcome:
        offer = {
            "request": self.desk.requests,
            "complaint": self.desk.complaints,
            "customer": self.desk.customers,
        }[case.reference.subject]
        for transition, by, form in steps:
            self.clock.advance(timedelta(hours=7, minutes=11))
            self._count(offer.perform(case, transition, by=by, data=form, command_id=f"demo-{self.told}"))
        return case

    def _count(self, outcome: Outcome) -> Outcome:
        self.told += 1
        return outcome


def tell(story: Story) -> Outcome:
    """Five customers, one of them through a complaint, its remedy and back. Gives the request to look at."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total} lives"),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        bar = progress.add_task("Carrying services through their lives", total=6)
        anna = story.customer("Anna Weber", "anna@example.com")
        heat_pump = story.request(anna, "A quieter heat pump", WHOLE_LIFE[:25])
        progress.advance(bar)
        story.perform(anna, CUSTOMER[:4])
        story.complaint(anna, heat_pump, "Still noisy at night", COMPLAINT)
        story.perform(anna, CUSTOMER[4:])
        progress.advance(bar)
        story.perform(heat_pump, WHOLE_LIFE[25:])
        progress.advance(bar)
        wei = story.customer("李伟", "wei@example.com")
        story.request(wei, "需要一台热泵", STRAIGHT, channel="chat")
        progress.advance(bar)
        bob = story.customer("Bob Okafor", "bob@example.com")
        story.request(bob, "The fan rattles", REPAIR[:4])
        story.request(bob, "How often must the filter be cleaned?", ADVICE[:1], channel="email")
        progress.advance(bar)
        eva = story.customer("Eva Lindqvist", "eva@example.com")
        story.request(eva, "A heat pump for the summer house", WHOLE_LIFE[:11])
        progress.advance(bar)
    return heat_pump


def show(story: Story, request: Outcome, folder: Path) -> None:
    desk, flow = story.desk, story.blueprint.flows["service_request"]
    work = Table(title="Worklist: what waits, longest first", title_justify="left")
    for column in ("case", "stands in", "owner", "since"):
        work.add_column(column)
    for item in desk.worklist():
        title = desk.blueprint.flows[item.flow].states[item.state].title
        work.add_row(
            item.number,
            f"{title['en']}  [dim]{title['zh']}[/dim]",
            ", ".join(item.owners),
            f"{item.entered_at:%d %b %H:%M}",
        )
    console.print(work)

    lived = desk.history(request, limit=200)
    story_table = Table(title=f"History of {request.number}, {lived.case.outcome}", title_justify="left")
    for column in ("when (UTC)", "what", "stands in", "by"):
        story_table.add_column(column)
    moves = [entry for entry in lived if entry.about is None]
    for entry in moves:
        what = entry.title.get("en", "opened")
        moved = "" if entry.left == entry.entered else f"[green]{entry.entered}[/green]"
        story_table.add_row(f"{entry.at:%d %b %H:%M}", what, moved, entry.by)
    console.print(story_table)

    promises = Table(title=f"Promises of {request.number}", title_justify="left")
    for column in ("promise", "within", "spent", "how it ended"):
        promises.add_column(column)
    for status in desk.promises(request):
        colour = {"kept": "green", "late": "red"}.get(status.state, "yellow")
        minutes = status.spent // timedelta(minutes=1)
        promises.add_row(
            f"{status.title['en']}  [dim]{status.title['zh']}[/dim]",
            status.within,
            f"{minutes // 60}h {minutes % 60:02}min",
            f"[{colour}]{status.state}[/{colour}]",
        )
    console.print(promises)

    earlier = moves[8].at
    then = desk.history(request, as_of=earlier).case
    console.print(
        f"As of [bold]{earlier:%d %b %Y %H:%M}[/bold] UTC {then.number} stood in [bold green]{then.state}[/bold green] ({flow.states[then.state].title['zh']})."
    )
    anna = desk.get(lived.case.customer)  # type: ignore[arg-type]
    console.print(
        f"The customer {anna.number} complained, was compensated, and is now [bold green]{anna.state}[/bold green]."
    )

    asked = conform_store(desk.store)
    kept = sum(not verdict.broken for verdict in asked.verdicts)
    console.print(
        f"Of the {len(asked.verdicts)} properties that the flows promise, [bold green]{kept}[/bold green] were kept by all of the {asked.cases} cases.",
        soft_wrap=True,
    )

    drawing = folder / "service_request.svg"
    drawing.write_text(svg(flow, lang="en"), encoding="utf-8")
    console.print(
        f"{story.told} commands are kept in [bold]{folder / 'desk.db'}[/bold]; the flow is drawn in [bold]{drawing}[/bold].",
        soft_wrap=True,
    )


def main() -> int:
    folder = Path("demo")
    folder.mkdir(exist_ok=True)
    for left in folder.glob("desk.db*"):
        left.unlink()
    story = Story(folder)
    with story.desk:
        show(story, tell(story), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
