"""One real database server for a whole test run; tests read as the worker and become others on purpose.

Set COMMONWEAVE_TEST_DATABASE_URL to use a server of your own (for instance PostgreSQL 15) instead of a temporary one.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from commonweave.site.cli.migrate import compile_catalogues
from commonweave.site.config import load_config
from commonweave.site.postgres import connect, temporary_cluster
from commonweave.site.roles import admin_connection, ensure_roles, own_schema, prepare_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import TransactionTestCase
    from pytest_django.plugin import DjangoDbBlocker

    from commonweave.base.tests.roles import WebClient
    from commonweave.site.config import Config

SETTINGS = "commonweave.site.settings"
OURS = ("COMMONWEAVE_TEST_", "COMMONWEAVE_JOURNEYS", "COMMONWEAVE_STANDARDS")  # about the tests, not about a node
STOP = pytest.StashKey[contextlib.ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the process that leads the run; those of xdist find it in their environment."""
    # On a busy machine an example takes its time; that is no fault of what it tests. Other luck is for the audit.
    hypothesis.register_profile(
        "house",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="COMMONWEAVE_TEST_ROUND" not in os.environ,
    )
    hypothesis.load_profile("house")
    if not hasattr(config, "workerinput"):
        config.stash[STOP] = contextlib.ExitStack()
        _lead(config.stash[STOP])
    # Only now, not in the options of pytest: Django's settings need the address of the server.
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - Django is set up later
    from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: PLC0415 - Django is set up later

    # Slow on purpose, which tests can do without: the same algorithm, a thousandth of the memory.
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1
    # Collected files with hashed names exist on a running node only; tests name the files as they lie in the source.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def _lead(stack: contextlib.ExitStack) -> None:
    external = os.environ.get("COMMONWEAVE_TEST_DATABASE_URL", "")
    standing = os.environ.get(
        "COMMONWEAVE_TEST_DATA", ""
    )  # a server that outlives this run (see tools/audit/mutants.py)
    for name in [name for name in os.environ if name.startswith("COMMONWEAVE_") and not name.startswith(OURS)]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ["COMMONWEAVE_ROLE"] = "owner"
    if standing:
        os.environ["COMMONWEAVE_DATA"] = standing
        node = load_config()
    elif external:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cw-test-"))) / "data"
        os.environ |= {"COMMONWEAVE_DATA": str(data), "DATABASE_URL": external}
        node = load_config()
        node.make_data_folder()
        node.make_secret()
    else:
        node = stack.enter_context(temporary_cluster())
        os.environ["COMMONWEAVE_DATA"] = str(node.data)
    _prepare(node)


def _prepare(node: Config) -> None:
    compile_catalogues(node.data / "locale")
    with admin_connection(node) as admin:
        ensure_roles(admin, node)
        admin.execute("ALTER ROLE commonweave_owner CREATEDB")
        admin.execute("GRANT commonweave_backup TO commonweave_owner")
    with connect(node, "admin", database="template1") as template:  # what every test database is copied from
        own_schema(template)
        prepare_schema(template)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove its folder."""
    if STOP in config.stash:
        config.stash[STOP].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On somebody else's server only run what asks a database: the rest would say the same again."""
    if "COMMONWEAVE_TEST_DATABASE_URL" in os.environ:
        items[:] = [
            item for item in items if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
        ]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run groups in pieces: each piece would make a node of its own, and what builds on another test would fail."""
    if session.config.getoption("loadgroup", default=False):
        groups = [item for item in session.items if item.get_closest_marker("xdist_group")]
        if lost := [item.nodeid for item in groups if "@" not in item.nodeid]:
            message = f"pytest-xdist does not keep groups together any more: {lost[0]}"
            raise pytest.UsageError(message)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Once the owner has made the test database, every connection works as the worker, as the product's own does."""
    del django_db_setup
    from django.db import connection  # noqa: PLC0415 - Django is set up later

    with django_db_blocker.unblock():
        connection.settings_dict["OPTIONS"]["assume_role"] = "commonweave_worker"
        connection.close()
        yield
        connection.close()
        del connection.settings_dict["OPTIONS"]["assume_role"]


@pytest.fixture(scope="session", autouse=True)
def _flush_as_owner() -> Iterator[None]:
    """Let only the tables' owner empty them between tests that commit; no role of the product may."""
    from django.db import connection  # noqa: PLC0415 - Django is set up later
    from django.test import TransactionTestCase  # noqa: PLC0415 - Django is set up later

    teardown: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # noqa: SLF001 - the one place that empties tables

    def as_owner(case: TransactionTestCase) -> None:
        if connection.connection is None or connection.in_atomic_block:
            teardown(case)
            return
        with contextlib.suppress(psycopg.Error):
            connection.rollback()
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE commonweave_owner")
            teardown(case)
        connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", as_owner)
        yield


@pytest.fixture(autouse=True)
def _as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test come as the first one: all come from the same address, and the last page's language stays on.

    Nor does a slow machine look for new places in the middle of a test that counts questions.
    """
    from django.utils import translation  # noqa: PLC0415 - Django is set up later

    from commonweave.base.gate.memory import memory  # noqa: PLC0415 - Django is set up later
    from commonweave.places import atlas  # noqa: PLC0415 - Django is set up later

    atlas.expire()
    monkeypatch.setattr(atlas, "CHECK_EVERY", 3600.0)
    memory().clear()
    translation.deactivate()


@pytest.fixture
def client() -> WebClient:
    """Return a browser whose requests run as the web server's role."""
    from commonweave.base.tests.roles import WebClient  # noqa: PLC0415 - Django is set up later

    return WebClient()
