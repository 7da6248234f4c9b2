"""People who use the service over HTTP as a client does, with the real client's cryptography.

`Person.sign_up(client, "alice")` has everything a test of another app needs: `user`, `token`,
`headers`, `amk`, `identity`, `root_key`. What a password gives is derived once per login, password
and salt; Argon2id is slow on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.test import Client

from commonkeep_cli import crypto
from commonkeep_cli.crypto import (
    AccountKey,
    Identity,
    PasswordKeys,
    RecoveryCode,
    UserId,
    b64url,
    unb64url,
)

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

GEN = 1
PROFILE = 1
PASSWORD = "correct horse battery staple"
_SALT = bytes(range(16))


@cache
def derived(login: str, password: str, salt: bytes) -> PasswordKeys:
    return crypto.password.derive(login=login, password=password, salt=salt, profile=PROFILE)


@dataclass
class Person:
    """One account and the session of one of its devices."""

    client: Client
    login: str
    user: UserId
    amk: AccountKey
    code: RecoveryCode
    password: str = PASSWORD
    salt: bytes = _SALT
    token: str = ""
    device_token: str = ""
    session: str = ""

    @classmethod
    def drawn(cls, client: Client, login: str) -> Person:
        """Somebody who has not signed up yet."""
        return cls(
            client=client,
            login=login,
            user=UserId(crypto.random_id()),
            amk=AccountKey.random(),
            code=RecoveryCode.random(),
        )

    @classmethod
    def sign_up(cls, client: Client, login: str) -> Person:
        person = cls.drawn(client, login)
        person.take(post(client, "accounts", person.application()))
        return person

    @property
    def user_id(self) -> UUID:
        return UUID(bytes=self.user)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def identity(self) -> Identity:
        return crypto.identity.derive(self.amk, user=self.user, gen=GEN)

    @property
    def root_key(self) -> crypto.NodeKey:
        return crypto.account.root_key(self.amk, user=self.user)

    @property
    def auth(self) -> str:
        return b64url(derived(self.login, self.password, self.salt).auth.raw)

    @property
    def recovery_auth(self) -> str:
        return b64url(crypto.recovery.auth(self.code, user=self.user).raw)

    def application(self) -> dict[str, Any]:
        """The body of a sign-up."""
        return {
            "login": self.login,
            "user": b64url(self.user),
            "password": self.password_slot(),
            "recovery": self.recovery_slot(),
            "amk_gen": GEN,
            "certificate": self.certificate(),
            "device_name": "laptop",
        }

    def password_slot(self) -> dict[str, Any]:
        kek = derived(self.login, self.password, self.salt).kek
        box = crypto.account.seal(self.amk, kek, user=self.user, gen=GEN)
        salt = {"account_salt": b64url(self.salt), "profile": PROFILE}
        return {**salt, "auth": self.auth, "box": b64url(box)}

    def recovery_slot(self) -> dict[str, Any]:
        kek = crypto.recovery.kek(self.code, user=self.user)
        box = crypto.account.seal(self.amk, kek, user=self.user, gen=GEN)
        return {"auth": self.recovery_auth, "box": b64url(box)}

    def certificate(self) -> dict[str, Any]:
        cert = self.identity.certificate
        keys = {"ed_pk": cert.ed_pk, "xw_pk": cert.xw_pk, "sig": cert.cert_sig}
        return {"gen": cert.gen, **{name: b64url(value) for name, value in keys.items()}}

    def credentials(self) -> dict[str, Any]:
        """The body of a sign-in from a device that nobody knows."""
        return {"login": self.login, "auth": self.auth, "device_name": "telephone"}

    def sign_in(self) -> Person:
        """The same person on another device."""
        other = Person(**self.__dict__)
        other.take(post(self.client, "sessions", self.credentials()))
        return other

    def take(self, response: Response) -> None:
        """Keep the tokens of a session grant."""
        assert response.status_code == 201, response.content
        grant = answer(response)
        self.token, self.device_token = grant["token"], grant["device_token"]
        self.session = grant["session"]

    def opened(self, box: str) -> AccountKey:
        """The account key in a password box that the server handed out."""
        kek = derived(self.login, self.password, self.salt).kek
        return crypto.account.open(unb64url(box), kek, user=self.user, gen=GEN)

    def get(self, path: str) -> Response:
        return self._send("get", path)

    def post(self, path: str, body: object = None) -> Response:
        return self._send("post", path, body)

    def put(self, path: str, body: object = None) -> Response:
        return self._send("put", path, body)

    def delete(self, path: str) -> Response:
        return self._send("delete", path)

    def _send(self, method: str, path: str, body: object = None) -> Response:
        return send(self.client, method, path, body, headers=self.headers)


def send(
    client: Client,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    """A request with a JSON body (none where `body` is None) to /api/v1/`path`."""
    call = getattr(client, method)
    content = {} if body is None else {"data": body, "content_type": "application/json"}
    response = call(f"/api/v1/{path}", headers=headers or {}, **content)
    return cast("Response", response)


def post(client: Client, path: str, body: object) -> Response:
    return send(client, "post", path, body)


def answer(response: Response) -> Any:
    """The JSON of an answer."""
    return response.json()


def refusal(response: Response) -> tuple[int, str]:
    """Status and code of a refusal, held to the shape that every refusal has."""
    problem = answer(response)
    assert response["Content-Type"] == "application/problem+json"
    assert problem["status"] == response.status_code
    assert problem["lost"] == "nothing"
    assert problem["detail"]
    assert problem["hint"]
    return response.status_code, problem["code"]
