"""Real requests of citizens to a city, through the import: each goes to its department by a decision."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from real_files import HERE, imported, real_file

from service_flow import Blueprint, ServiceDesk


def test_each_request_of_a_city_goes_to_its_department_by_a_decision(tmp_path: Path) -> None:
    log = real_file("nyc311_2011.csv")
    with log.open(encoding="utf-8", newline="") as file:
        recounted = Counter(line["Agency"].lower() for line in csv.DictReader(file))
    store = f"sqlite:///{tmp_path / 'desk.db'}"
    imported(log, "city", store)
    with ServiceDesk(Blueprint.load(HERE / "city"), store) as desk:
        departments = desk.blueprint.organisation.departments
        found = {name: len(desk.worklist(post=f"{name}_desk", limit=1_000)) for name in departments}
        assert found == recounted
        assert sum(found.values()) == 2_000
        assert not desk.worklist(post="switchboard")  # nobody is left at the door
