"""Which names become local files, and which are refused with a reason."""

import pytest

from commonkeep_cli.local import names


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "Ünï çödé.txt",
        "日本語",
        "🙂.png",
        "-rf",
        "~",
        ".hidden",
        "con-sole",
        "a:b",
        "nulls.txt",
    ],
)
def test_ordinary_names_are_placed(name: str) -> None:
    assert names.fault(name) is None


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", "a\0b", "a\nb", "\x1b[2J", "a\x9b"])
def test_what_leads_out_or_controls_a_terminal_is_never_placed(name: str) -> None:
    assert names.fault(name)
    assert names.fault(name, any_name=True)


@pytest.mark.parametrize(
    "name",
    [
        "CON",
        "con.txt",
        "Aux.tar.gz",
        "nul ",
        "com1",
        "LPT¹.log",
        "conin$",
        "ends.",
        "ends ",
        "a\\b",
        "..\\..\\x",
        "photo\u202egpj.exe",
        "a\u2066b",
    ],
)
def test_names_that_mislead_elsewhere_need_a_word(name: str) -> None:
    assert names.fault(name)
    assert names.fault(name, any_name=True) is None
