"""Commands that write files while the disk is full: what they say, and what they leave.

Run: python fault_files.py WAY FOLDER, as fault_disk.py.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from click.testing import CliRunner, Result
from fault_desks import HEADER, write
from fault_disk import Room

from service_flow import Blueprint, ServiceDesk
from service_flow.cli import main

OLD = "the one of yesterday\n"
COMMANDS = {
    "export": ["export", "--store", "{url}", "-o", "{place}"],
    "page": ["show", "R-1", "--store", "{url}", "--html", "{place}"],
    "drawing": ["draw", "{blueprint}", "--format", "html", "-o", "{place}"],
    "image": ["draw", "{blueprint}", "--flow", "job", "--format", "svg", "-o", "{place}"],
    "images": ["draw", "{blueprint}", "--format", "svg", "-o", "{place}/"],
    "guess": ["import", "{log}", "--guess", "-o", "{place}"],
    "blueprint": ["new", "{place}"],
}


def run(way: str, folder: Path) -> dict[str, str]:
    url, log = f"sqlite:///{folder / 'desk.db'}", folder / "shop.csv"
    with ServiceDesk(Blueprint.load(write(folder / "blueprint")), url) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        job = desk.requests.open(customer=anna, need="x", by="tom")
        for _ in range(50):
            desk.requests.perform(job, "tell", by="tom", data={"note": "A long story."})
    log.write_text(HEADER + "J1,Begin,2026-03-02 10:00,tom,Client,A wish\n")
    output, room, said = folder / "output", Room(way, folder), {}
    output.mkdir()
    for name, arguments in COMMANDS.items():
        places = [output / f"{name}-new"]
        if name not in ("images", "guess", "blueprint"):  # which never write over what is there
            places.append(output / f"{name}-old")
            places[1].write_text(OLD)
        for place in places:
            words = [word.format(url=url, place=place, log=log, blueprint=folder / "blueprint") for word in arguments]
            room.take(0)
            if way == "limit":
                resource.setrlimit(resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
            before = _tree(output)
            done = _call(words)
            room.give()
            assert done.exit_code == 2, (words, done)
            assert done.stdout == ""
            said[f"{name} {place.name[-3:]}"] = done.stderr.replace(str(folder), "FOLDER")
            if name == "images" and place.is_dir():
                place.rmdir()  # the folder is made first; there is no file in it
            assert _tree(output) == before, words
            assert _call(words).exit_code == 0
            assert output / place in _tree(output)
    return said


def _call(words: list[str]) -> Result:
    return CliRunner().invoke(main, words)


def _tree(folder: Path) -> dict[Path, bytes]:
    return {place: place.read_bytes() if place.is_file() else b"" for place in folder.rglob("*")}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
