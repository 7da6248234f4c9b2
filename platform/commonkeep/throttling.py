"""Limits by rate: fixed windows of time, counted in the cache that all processes share.

Every try counts, the refused ones too. Around the end of a window up to twice the number can pass
in a short time; that is the price of one counter per bucket, and the numbers allow for it.
"""

import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from rest_framework.request import Request

from commonkeep.errors import TooFast, Unavailable


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `number` tries in a window of `seconds`, for each bucket."""

    name: str
    number: int
    seconds: int


def spend(rate: Rate, *bucket: str) -> None:
    """Count one try in the bucket that these texts name.

    Raises TooFast with the seconds until the next window, and Unavailable where the counters
    cannot be reached: guessing must not become free because a part is away.
    """
    window, passed = divmod(int(time.time()), rate.seconds)
    key = _key(rate.name, str(window), *bucket)
    try:
        tries = _count(key, seconds=rate.seconds)
    except RedisError as error:
        raise Unavailable from error
    if tries > rate.number:
        raise TooFast(seconds=rate.seconds - passed)


def address(request: Request) -> str:
    """Where a request comes from: one IPv4 address, or the /64 that an IPv6 household has."""
    return _shortened(request, v4=32, v6=64)


def network(request: Request) -> str:
    """The neighbourhood it comes from: /24 of IPv4; /48 of IPv6, as one customer may hold it."""
    return _shortened(request, v4=24, v6=48)


def _count(key: str, *, seconds: int) -> int:
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key)
    except ValueError:  # dropped in between, to make room: begin again
        cache.add(key, 1, timeout=seconds)
        return 1


def _key(*texts: str) -> str:
    """A keyed hash, so that whoever reads the cache learns neither logins nor addresses."""
    return salted_hmac("commonkeep.throttling", "\0".join(texts), algorithm="sha256").hexdigest()


def _shortened(request: Request, *, v4: int, v6: int) -> str:
    ip = _client(request)
    if ip is None:
        return "unknown"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    bits = v4 if isinstance(ip, IPv4Address) else v6
    return str(ip_network((int(ip), bits), strict=False))


def _client(request: Request) -> IPv4Address | IPv6Address | None:
    """Each trusted proxy adds on the right whom it spoke to; what stands further left is the
    client's own invention."""
    connection = request.META.get("REMOTE_ADDR", "")
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(hops):
        return _parsed(hops[-proxies]) or _parsed(connection)
    return _parsed(connection)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None
