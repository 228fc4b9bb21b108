"""A site of its own for each run of the tests: a database with two users, and a desk in memory for each test."""

# ruff: noqa: PLC0415 -- what needs the settings can only be imported when Django has them

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()


@pytest.fixture(scope="session", autouse=True)
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    connections["default"].settings_dict["NAME"] = tmp_path_factory.mktemp("site") / "site.db"
    call_command("migrate", verbosity=0)
    posts = {"tom": ["account_manager", "service_specialist"], "mei": ["account_manager"], "paolo": []}
    for name, held in posts.items():
        user = User.objects.create_user(name, password=f"{name}-1")
        user.groups.set([Group.objects.get_or_create(name=post)[0] for post in held])
    yield
    connections.close_all()
    teardown_test_environment()


@pytest.fixture(autouse=True)
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of the test's store: in memory, or in a file for a test that is marked with `usefixtures("kept")`."""
    from django.test import override_settings
    from service_desk import close_desk

    kept = "kept" in request.fixturenames
    folder: Path = request.getfixturevalue("tmp_path")
    url = f"sqlite:///{folder / 'desk.db'}" if kept else "memory"
    with override_settings(DESK_STORE=url):
        yield url
        close_desk()


@pytest.fixture
def kept() -> None:
    """Asks for a store in a file."""
