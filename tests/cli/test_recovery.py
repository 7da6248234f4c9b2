"""Back into the account with the recovery code."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from commonkeep_cli.api.problems import ApiProblem
from commonkeep_cli.vault import state
from tests.cli.shell import Shell


def test_the_code_opens_the_account_and_is_replaced(
    newcomer: Shell, login: str, tmp_path: Path
) -> None:
    newcomer.ok("mkdir", "/kept")
    fresh = Shell(tmp_path / "fresh", newcomer.server, password="set by the code")
    old, new = tmp_path / "recovery.txt", tmp_path / "next.txt"
    fresh.play(f"""
        $ commonkeep recover {login} --code-file {old} --recovery-file {new}
        The account of {login} is open again, with the new password. The old code is void.
        The recovery code is in {new}. Print it, then remove the file.
        note: …
        $ commonkeep ls
        kept/
        $ commonkeep recover {login} --code-file {old} --recovery-file {tmp_path}/third.txt
        error: Login, password or recovery code do not fit together.
        hint: …
        [3]
    """)
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert not (tmp_path / "third.txt").exists()
    assert newcomer.run("ls").exit_code == 3
    newcomer.password = "set by the code"
    newcomer.ok("login", login)


def test_without_a_file_the_code_is_shown_and_opens_the_account(shell: Shell, login: str) -> None:
    shown = shell.ok("signup", login)
    code = next(line.strip() for line in shown.splitlines() if line.count("-") == 13)
    shell.variables["COMMONKEEP_RECOVERY_CODE"] = code.lower().replace("-", " ")
    shell.ok("recover", login)


def test_a_slip_of_the_pen_is_told_before_the_server_hears_of_it(
    newcomer: Shell, login: str
) -> None:
    newcomer.variables["COMMONKEEP_RECOVERY_CODE"] = "AAAA-BBBB"
    result = newcomer.run("recover", login)
    assert (result.exit_code, "56 symbols" in result.stderr) == (2, True)


def test_no_file_is_overwritten_by_a_code(shell: Shell, login: str, tmp_path: Path) -> None:
    file = tmp_path / "precious.txt"
    file.write_text("precious")
    assert shell.run("signup", login, "--recovery-file", str(file)).exit_code == 2
    assert file.read_text() == "precious"


def test_a_refused_sign_up_leaves_no_code_behind(
    newcomer: Shell, login: str, tmp_path: Path
) -> None:
    second = Shell(tmp_path / "second", newcomer.server)
    second.play(f"""
        $ commonkeep signup {login} --recovery-file {tmp_path}/second.txt
        error: This login is taken.
        hint: Choose another one.
        [1]
    """)
    assert not (tmp_path / "second.txt").exists()


def test_a_code_that_the_server_took_is_never_thrown_away(
    newcomer: Shell, login: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_: object) -> None:
        raise ApiProblem(status=409, code="state-stale", members={})

    monkeypatch.setattr(state, "allow", stale)
    result = newcomer.run(
        "recover", login, "--code-file", str(tmp_path / "recovery.txt"),
        "--recovery-file", str(tmp_path / "new.txt"),
    )  # fmt: skip
    assert (result.exit_code, "new.txt is kept" in result.stderr) == (1, True)
    monkeypatch.undo()
    newcomer.ok("recover", login, "--code-file", str(tmp_path / "new.txt"))


def test_a_sign_up_without_its_first_state_is_mended_by_the_next_sign_in(
    shell: Shell, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ApiProblem(status=503, code="unavailable", members={})

    monkeypatch.setattr(state, "allow", away)
    shell.sign_up(login)
    monkeypatch.undo()
    shell.ok("logout")
    shell.ok("login", login)
    shell.ok("logout")
    shell.ok("login", login)


def test_a_document_never_holds_the_code(shell: Shell, login: str) -> None:
    result = shell.run("--json", "signup", login)
    assert (result.exit_code, "needs --recovery-file" in result.stderr) == (2, True)
