"""mkdir, mv, rm and the trash: where things go, and what is refused."""

from __future__ import annotations

from tests.cli.shell import Shell


def test_folders_are_made(resident: Shell, place: str) -> None:
    resident.play(f"""
        $ commonkeep mkdir {place}/a/b
        error: {place}/a/b: There is no {place}/a in the account.
        hint: -p makes it too.
        [1]
        $ commonkeep mkdir -p {place}/a/b {place}
        made {place}/a
        made {place}/a/b
        $ commonkeep mkdir {place}/a {place}/c
        error: {place}/a is there already.
        made {place}/c
        [1]
        $ commonkeep mkdir --dry-run -p {place}/x/y
        would make {place}/x
        would make {place}/x/y
        $ commonkeep ls {place}
        a/
        c/
    """)


def test_moving_goes_into_a_folder_or_to_a_name(resident: Shell, place: str) -> None:
    resident.ok("mkdir", "-p", f"{place}/a/inner", f"{place}/b", f"{place}/c")
    resident.play(f"""
        $ commonkeep mv {place}/a {place}/renamed
        moved {place}/a to {place}/renamed
        $ commonkeep mv {place}/renamed {place}/b {place}/c
        moved {place}/renamed to {place}/c/renamed
        moved {place}/b to {place}/c/b
        $ commonkeep mv --dry-run {place}/c/b {place}
        would move {place}/c/b to {place}/b
        $ commonkeep tree {place}
        {place}
        └── c/
        |    ├── b/
        |    └── renamed/
        |        └── inner/

        4 folders, 0 files, 0 B
    """)


def test_moving_never_overwrites_nor_loses(resident: Shell, place: str) -> None:
    resident.ok("mkdir", "-p", f"{place}/a", f"{place}/b/a", f"{place}/c")
    resident.play(f"""
        $ commonkeep mv {place}/a {place}/b
        error: {place}/a: There is something of that name already.
        hint: Choose another name.
        [1]
        $ commonkeep mv --dry-run {place}/a {place}/b
        error: {place}/a: {place}/b/a is there already.
        [1]
        $ commonkeep mv {place}/b {place}/b/a
        error: {place}/b: A folder cannot be put inside itself.
        [1]
        $ commonkeep mv {place}/a {place}/c {place}/new
        error: {place}/new is not a folder.
        hint: Several things are moved into a folder.
        [2]
        $ commonkeep mv {place}/a {place}/new/
        error: There is no {place}/new/ in the account.
        hint: commonkeep mkdir makes it.
        [1]
        $ commonkeep mv / {place}
        error: /: The root folder cannot be changed.
        [1]
    """)
    assert resident.ok("ls", place) == "a/\nb/\nc/\n"


def test_the_trash_gives_back(resident: Shell, place: str) -> None:
    resident.ok("mkdir", "-p", f"{place}/a/inner")
    resident.play(f"""
        $ commonkeep rm --dry-run {place}/a
        {place}/a: would be put into the trash
        $ commonkeep rm {place}/a {place}/nothing
        {place}/a: put into the trash
        error: There is no {place}/nothing in the account.
        [1]
        $ commonkeep ls {place}
        $ commonkeep trash restore --dry-run {place}/a
        would restore {place}/a
        $ commonkeep mkdir {place}/a
        made {place}/a
        $ commonkeep trash restore {place}/a
        error: {place}/a: There is something of that name already.
        hint: --as gives it another name, --to another folder.
        [1]
        $ commonkeep trash restore {place}/a --as old
        restored {place}/old
        $ commonkeep trash restore {place}/a
        error: There is no {place}/a in the trash.
        hint: commonkeep trash list
        [1]
        $ commonkeep ls {place}/old
        inner/
    """)


def test_what_lost_its_folder_comes_back_elsewhere(resident: Shell, place: str) -> None:
    resident.ok("mkdir", "-p", f"{place}/a/inner", f"{place}/b")
    resident.ok("rm", f"{place}/a/inner")
    resident.ok("rm", f"{place}/a")
    resident.play(f"""
        $ commonkeep trash restore {place}/a/inner
        error: {place}/a/inner: The folder it belongs in is gone or in the trash.
        hint: --to names a folder for it.
        [1]
        $ commonkeep trash restore {place}/a/inner --to {place}/b
        restored {place}/b/inner
    """)


def test_two_of_one_path_in_the_trash_are_told_apart(resident: Shell, place: str) -> None:
    for _ in range(2):
        resident.ok("mkdir", f"{place}/twin")
        resident.ok("rm", f"{place}/twin")
    items = [one for one in resident.json("trash")["items"] if one["path"] == f"{place}/twin"]
    assert "Name one by id" in resident.run("trash", "restore", f"{place}/twin").stderr
    resident.ok("trash", "restore", items[0]["node"])
    assert resident.ok("ls", place) == "twin/\n"


def test_for_good_asks_first(newcomer: Shell) -> None:
    newcomer.ok("mkdir", "/a", "/b", "/c")
    assert newcomer.run("rm", "--forever", "/a").exit_code == 2
    newcomer.ok("rm", "/b", "/c")
    newcomer.play("""
        $ commonkeep rm --forever --yes /a
        /a: removed for good
        $ commonkeep trash empty --dry-run
        would remove 2 things for good, with all that is in them
        $ commonkeep trash empty --yes
        The trash is empty.
        $ commonkeep trash
        The trash is empty.
        $ commonkeep tree
        /

        0 folders, 0 files, 0 B
    """)
