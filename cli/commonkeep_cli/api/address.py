"""Where the server is: the address a person gives, and the addresses below it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from ..errors import Usage

_EXAMPLE = "For example: --server https://keep.example, or COMMONKEEP_SERVER=https://keep.example"


@dataclass(frozen=True, slots=True)
class Address:
    """The origin of a server in its one spelling, such as https://keep.example:8443."""

    origin: str


def target(path: str, query: Mapping[str, str | int] | None = None) -> str:
    """What a request for `path` below /api/v1/ asks the server for."""
    tail = f"?{urlencode(query)}" if query else ""
    return f"/api/v1/{quote(path, safe='/')}{tail}"


def address_of(server: str, *, plain_http: bool = False) -> Address:
    """Read an address. Without a scheme it is https, or http for this machine itself.

    Raises Usage for anything but an origin, and for http:// to another machine: the token and
    the names of what is asked for would be in clear.
    """
    text = server.strip().rstrip("/")
    scheme, _, rest = text.rpartition("://")
    parts = _split(f"{scheme or 'https'}://{rest}")
    host, port = parts
    local = _is_loopback(host)
    scheme = scheme.lower() or ("http" if local else "https")
    if scheme not in ("http", "https"):
        raise Usage("The address of a server begins with https://", hint=_EXAMPLE)
    if scheme == "http" and not local and not plain_http:
        raise Usage(
            "http:// would send your session in clear.",
            hint="Use https://, or set COMMONKEEP_PLAIN_HTTP=1 inside a network you trust.",
        )
    shown_host = f"[{host}]" if ":" in host else host
    return Address(f"{scheme}://{shown_host}{'' if port is None else f':{port}'}")


def _split(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise Usage("This is not the address of a server.", hint=_EXAMPLE)
    return host, port


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
