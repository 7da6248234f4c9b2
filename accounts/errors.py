"""The refusals of this app; docs/api.md lists them for clients."""

from commonkeep.errors import Problem


class WrongCredentials(Problem):
    """Never says which part was wrong, nor whether there is such an account."""

    status, code = 401, "wrong-credentials"
    detail = "Login, password, recovery code or ticket do not fit together."
    hint = "Check the spelling of the login and the password; a ticket lives for 15 minutes."

    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class AccountClosing(Problem):
    """Raised with `closes_at`, in milliseconds."""

    status, code = 403, "account-closing"
    detail = "The account is closing; everything in it can still be read and exported."
    hint = "Undo the closure before `closes_at` to go on using it."


class LoginTaken(Problem):
    status, code = 409, "login-taken"
    detail = "This login is in use, or was used by an account that has been closed."
    hint = "Choose another one."


class IdTaken(Problem):
    status, code = 409, "id-taken"
    detail = "The id that the client drew for the account is in use already."
    hint = "Draw another id, derive the keys and boxes anew, and sign up again."


class BadSignature(Problem):
    status, code = 422, "bad-signature"
    detail = "The certificate is not signed by the key it names, for this account."
    hint = "Sign user, gen, ed_pk and xw_pk as docs/format.md says; the client may need an update."


class StateStale(Problem):
    """Raised with the current `version` and `box`."""

    status, code = 409, "state-stale"
    detail = "Another device wrote the account state first."
    hint = "Merge your change into `box` and write it with `version`."
