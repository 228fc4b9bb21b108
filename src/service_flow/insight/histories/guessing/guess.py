"""A first mapping for a log, with everything said that could not be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from service_flow.design.flow import Flow
from service_flow.insight.histories.guessing import sections
from service_flow.insight.histories.guessing.looking import Looked, look
from service_flow.insight.histories.guessing.matching import best_flow, share_known
from service_flow.insight.histories.guessing.roles import MOST_ACTIVITIES, Roles, find_roles
from service_flow.insight.histories.guessing.sections import Found
from service_flow.insight.histories.guessing.text import Page
from service_flow.insight.histories.logs.sorted_log import EVERY, Progress


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping as YAML. `questions` counts what it asks; each stands in it as a comment that begins `Ask:`."""

    text: str
    questions: int


def guess_mapping(log: Path, flows: Iterable[Flow] = (), *, progress: Progress | None = None) -> Guess:
    """A first mapping for a log in CSV or XES, from the names of its columns and from its cells.

    With the flows of a blueprint, activities become the transitions, of the flow that fits best, that they are called
    like; hand in one flow where it is known. Without, a transition for each activity is named after it. The text is a
    mapping that can be read as it stands; what it asks must be answered by somebody who knows the log. Of the log's
    cells only activities and lifecycle transitions stand in it, and where cases are held in a post that a column
    names, those. The log is read through once. `progress` is told the rows read.

    Raises InputError for a log that cannot be read.
    """
    looked, flows = look(log), list(flows)
    roles = find_roles(looked, lambda activities: share_known(activities, flows))
    activities, phases = _counted(looked, roles, progress)
    chosen = best_flow(activities, filter(None, looked.columns), flows)
    page, found = Page(), Found(looked, roles, activities, phases, chosen.flow, chosen.others)
    for write in sections.IN_ORDER:
        write(page, found)
    return Guess(page.text, page.questions)


def _counted(looked: Looked, roles: Roles, progress: Progress | None) -> tuple[Counter[str], Counter[str]]:
    """The rows of each activity, of those rows that count, and the rows of each lifecycle transition."""
    read = [column for column in (roles.activity, roles.lifecycle) if column is not None]
    counts: Counter[tuple[str, ...]] = Counter()
    for number, cells in enumerate(looked.all_cells(read), 1):
        key = tuple(cells)
        if key in counts or len(counts) < 2 * MOST_ACTIVITIES:
            counts[key] += 1
        if progress is not None and number % EVERY == 0:
            progress(number, None)
    phases: Counter[str] = Counter()
    activities: Counter[str] = Counter()
    if roles.lifecycle is not None:
        for key, count in counts.items():
            phases[key[-1].casefold()] += count
    only_done = "complete" in phases and len(phases) > 1
    if roles.activity is not None:
        for key, count in counts.items():
            if key[0] and (not only_done or key[-1].casefold() in ("complete", "")):
                activities[key[0]] += count
    return activities, phases
