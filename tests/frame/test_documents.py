"""What the code says of itself and what the pages say must be the same."""

import ast
import importlib
import re
from pathlib import Path

from commonkeep.celery import app
from commonkeep.errors import Problem

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for room in ("accounts", "donations", "storage", "platform/commonkeep")
    for path in (ROOT / room).rglob("*.py")
]


def problems(kind: type[Problem] = Problem) -> set[type[Problem]]:
    return {found for sub in kind.__subclasses__() for found in {sub} | problems(sub)}


def test_every_error_code_is_documented_with_its_status_and_nothing_else_is() -> None:
    for name in ("accounts.errors", "storage.errors"):
        importlib.import_module(name)
    table = re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", (ROOT / "docs/api.md").read_text(), re.M)
    assert {(str(kind.status), kind.code) for kind in problems()} == set(table)


def test_every_problem_says_what_happened_and_what_to_do() -> None:
    for kind in problems():
        assert kind.detail.endswith("."), kind
        assert kind.hint.endswith("."), kind


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    names = set(
        re.findall(r'"(COMMONKEEP_[A-Z0-9_]+|DATABASE_URL|REDIS_URL|PORT)"', source("settings"))
    )
    page = (ROOT / "docs/settings.md").read_text()
    table = set(re.findall(r"^\| `([A-Z0-9_]+)`", page, re.M))
    assert names == table


def test_every_task_that_is_enqueued_or_scheduled_exists() -> None:
    for name in ("accounts.tasks", "storage.tasks"):
        importlib.import_module(name)
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert enqueued() | scheduled <= set(app.tasks)
    assert enqueued()


def source(module: str) -> str:
    return (ROOT / f"platform/commonkeep/{module}.py").read_text()


def enqueued() -> set[str]:
    """The names in all calls `enqueue("…")`."""
    names = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "enqueue":
                assert isinstance(node.args[0], ast.Constant), path
                names.add(str(node.args[0].value))
    return names
