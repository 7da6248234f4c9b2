"""The OpenAPI document: valid, without warnings, and of the same addresses as docs/api.md."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

PAGE = Path(__file__).resolve().parents[2] / "docs/api.md"
METHODS = {"get", "put", "post", "delete"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    file = tmp_path_factory.mktemp("openapi") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    return dict(yaml.safe_load(file.read_text()))


def test_it_is_openapi_3_1_and_every_operation_may_answer_a_problem(
    document: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    assert str(document["openapi"]).startswith("3.1")
    for path, operations in document["paths"].items():
        for method in METHODS & operations.keys():
            assert "default" in dict(operations[method]["responses"]), (method, path)  # type: ignore[call-overload]


def test_it_has_the_addresses_of_the_page_and_no_others(
    document: dict[str, dict[str, dict[str, object]]],
) -> None:
    described = {
        (method.upper(), re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1/")))
        for path, operations in document["paths"].items()
        for method in METHODS & operations.keys()
    }
    assert described == on_the_page()


def test_it_is_served(client: Client) -> None:
    answer = client.get("/api/v1/openapi")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi")


def on_the_page() -> set[tuple[str, str]]:
    """Every `METHOD path` in the first column of a table."""
    cells = re.findall(r"^\| (`[A-Z]+ [^|]*) \|", PAGE.read_text(), re.M)
    calls = re.findall(r"`([A-Z]+) ([a-z/{}]+)[^`]*`", "\n".join(cells))
    return {(method, re.sub(r"\{[^}]*\}", "{}", path)) for method, path in calls}
