"""Settings from the environment, typed: the only reader of `os.environ`.

Every reader notes what is wrong instead of raising, so that a start with three mistakes names
all three at once; `Environment.finish` raises `BadEnvironment` with one line for each.
A secret may also come from the file that `NAME_FILE` names, as container platforms hand them out.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SIZE_UNITS = {
    "": 1,
    "B": 1,
    **{f"{prefix}B": 1000**power for power, prefix in enumerate("KMGTP", start=1)},
    **{f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGTP", start=1)},
}


class BadEnvironment(ImproperlyConfigured):
    """The start stops here: what is wrong, and how to mend it, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            "The settings do not fit together:\n" + "\n".join(f"  - {p}" for p in problems)
        )


class Environment:
    """Typed readers over a mapping of strings."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []

    def problem(self, name: str, what: str, mend: str) -> None:
        """Note that `name` is wrong; its value is never part of the message."""
        self._problems.append(f"{name}: {what}. {mend}")

    def finish(self) -> None:
        """Raise `BadEnvironment` when anything was noted."""
        if self._problems:
            raise BadEnvironment(self._problems)

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """The value of NAME, or what the file named by NAME_FILE holds."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        if self.text(name):
            self.problem(name, f"set beside {name}_FILE", "Keep one of the two.")
            return ""
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problem(
                f"{name}_FILE",
                f"cannot be read ({type(error).__name__})",
                "Name a readable text file.",
            )
            return ""

    def required(self, name: str, why: str, *, secret: bool = False) -> str:
        value = self.secret(name) if secret else self.text(name)
        if not value:
            self.problem(name, f"missing, but {why}", f"Set {name}.")
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self.text(name, str(default))
        if re.fullmatch(r"[0-9]{1,12}", text) and least <= int(text) <= most:
            return int(text)
        self.problem(name, "not a whole number in its range", f"Give one from {least} to {most}.")
        return default

    def size(self, name: str, default: str) -> int:
        """Bytes, from text such as `5GB` or `100 GiB`."""
        match = re.fullmatch(r"([0-9]{1,18}) ?([KMGTP]?i?B|)", self.text(name, default))
        size = int(match[1]) * SIZE_UNITS.get(match[2], 2**63) if match else 2**63
        if size < 2**63:
            return size
        self.problem(name, "not a size", "Write it like 5GB, 100GiB or 5000000000.")
        return 0

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value in choices:
            return value
        self.problem(name, "not one of its values", f"Choose {' or '.join(choices)}.")
        return default

    def url(self, name: str, default: str, *, schemes: tuple[str, ...]) -> str:
        """An address without a trailing slash; the empty string where none is given."""
        value = (self.secret(name) or default).rstrip("/")
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if value and not good:
            example = f"{schemes[0]}://host:port"
            self.problem(name, "not an address", f"Write it like {example}.")
        return value

    def origin(self, name: str, default: str) -> str:
        """Scheme, host and port alone, as browsers send it in `Origin`."""
        value = self.url(name, default, schemes=("https", "http"))
        if re.fullmatch(r"https?://[^/?#@]+", value):
            return value
        self.problem(
            name, "more than an origin", "Leave path, query and user away: https://keep.example."
        )
        return default

    def database(self, name: str, default: Path) -> dict[str, Any]:
        """Django's description of the database; SQLite at `default` where none is given."""
        text = self.secret(name) or f"sqlite:///{default}"
        if not text.startswith(("postgres://", "postgresql://", "sqlite:///")):
            self.problem(
                name,
                "neither Postgres nor SQLite",
                "Write it like postgres://user:password@host:5432/commonkeep.",
            )
            text = f"sqlite:///{default}"
        return dict(dj_database_url.parse(text))
