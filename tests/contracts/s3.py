"""A real S3 server for the tests: one named by environment, else `minio` or `versitygw` found here.

Without any, the tests that want one are skipped on a laptop, loudly, and fail under CI=true.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest
from minio import Minio

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
ACCESS_KEY, SECRET_KEY = "contract-suite", "contract-suite-secret"


@dataclass(frozen=True)
class S3Server:
    endpoint: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"

    def new_bucket(self) -> str:
        name = f"commonkeep-{token_hex(6)}"
        address = urlsplit(self.endpoint)
        Minio(
            endpoint=address.netloc,
            access_key=self.access_key,
            secret_key=self.secret_key,
            region=self.region,
            secure=address.scheme == "https",
        ).make_bucket(bucket_name=name)
        return name


@contextmanager
def running(folder: Path) -> Iterator[S3Server]:
    """The server that the environment names, or one on the loopback that keeps its data here."""
    if endpoint := os.environ.get("COMMONKEEP_TEST_S3_ENDPOINT"):
        yield S3Server(
            endpoint,
            os.environ["COMMONKEEP_TEST_S3_ACCESS_KEY"],
            os.environ["COMMONKEEP_TEST_S3_SECRET_KEY"],
        )
        return
    port = free_port()
    with subprocess.Popen(
        _command(port, folder),
        env=os.environ | {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for_port(port)
            yield S3Server(f"http://127.0.0.1:{port}", ACCESS_KEY, SECRET_KEY)
        finally:
            process.terminate()


def _command(port: int, folder: Path) -> list[str]:
    address = f"127.0.0.1:{port}"
    if minio := shutil.which("minio"):
        return [minio, "server", "--quiet", "--address", address, str(folder)]
    if gateway := shutil.which("versitygw", path=f"{os.environ['PATH']}:{ROOT / '.tools'}"):
        keys = ["--access", ACCESS_KEY, "--secret", SECRET_KEY]
        return [gateway, "--quiet", "--port", address, *keys, "posix", str(folder)]
    message = "no S3 server: set COMMONKEEP_TEST_S3_ENDPOINT, or put minio or versitygw on PATH"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def wait_for_port(port: int, patience: float = 20) -> None:
    """Until something listens; the one place where these tests look at a clock."""
    deadline = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
