"""A server that lies: the real one, with its answers changed on the way to the client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from commonkeep_cli.api.problems import ApiProblem
from commonkeep_cli.api.transport import Api

Lie = Callable[[Any], Any]


@dataclass
class Hostile:
    """`lie` changes every later answer of addresses that begin so; `asked` lists all requests."""

    lies: dict[tuple[str, str], Lie] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)

    def lie(self, method: str, path: str, lie: Lie) -> None:
        self.lies[method, path] = lie

    def replay(self, method: str, path: str) -> None:
        """Answer from now on what was answered last."""
        old = self.answers[method, path]
        self.lie(method, path, lambda _: old)

    def lies_about(self, method: str, path: str) -> list[Lie]:
        return [
            lie
            for (verb, start), lie in self.lies.items()
            if method == verb and path.startswith(start)
        ]

    def pass_on(self, method: str, path: str, answer: Any) -> Any:
        self.asked.append((method, path))
        for lie in self.lies_about(method, path):
            return lie(answer)
        self.answers[method, path] = answer
        return answer


def between(monkeypatch: pytest.MonkeyPatch) -> Hostile:
    """Put one between the client and its server."""
    hostile = Hostile()
    honest = Api.send

    def send(self: Api, method: str, path: str, *args: Any, **options: Any) -> object:
        try:
            answer = honest(self, method, path, *args, **options)
        except ApiProblem:
            if not hostile.lies_about(method, path):
                raise
            answer = None
        return hostile.pass_on(method, path, answer)

    monkeypatch.setattr(Api, "send", send)
    return hostile
