"""Each test has stores of its own, and people with drives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from commonkeep import blobs
from tests.people import Person
from tests.storage.drives import DriveClient


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The folder in which `dock` and `vault` lie."""
    settings.DISK_STORES = tmp_path
    blobs.dock.cache_clear()
    blobs.vault.cache_clear()
    yield tmp_path
    blobs.dock.cache_clear()
    blobs.vault.cache_clear()


@pytest.fixture
def drive(client: Client, alice: Person) -> DriveClient:
    return DriveClient(client, alice)


@pytest.fixture
def racing_drive(transactional_db: None, client: Client) -> DriveClient:
    """Alice's drive, with commits that take place and rows that other connections can see."""
    return DriveClient(client, Person.sign_up(client, "alice"))


@pytest.fixture
def strangers(client: Client, charlie: Person) -> DriveClient:
    return DriveClient(client, charlie)
