"""Alice, her friend Bob, and the stranger Charlie."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.people import Person


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file as in production: in memory, two connections would not wait in turn."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "commonkeep.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(autouse=True)
def _quick_and_fresh(settings: Settings) -> None:
    """Hashing that costs nothing, and rates that nobody has used up."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def alice(db: None) -> Person:
    return Person.sign_up(Client(), "alice")


@pytest.fixture
def bob(db: None) -> Person:
    return Person.sign_up(Client(), "bob")


@pytest.fixture
def charlie(db: None) -> Person:
    return Person.sign_up(Client(), "charlie")
