"""What doctor says of connected accounts: their tables, and their sources as the own account's."""

from pathlib import Path

from graph.wiring import settings
from graph.wiring.doctor import accounts

TABLE = '[account.acct_1Ab]\nbased_on = "default"\n'
FOLDER = "ACCOUNT__acct_1Ab__SOURCES__FILES__FOLDER"


def configured(policy: Path, text: str, environ: dict[str, str]) -> settings.Settings:
    shipped = (Path(settings.__file__).parents[2] / "disputes/policy/default.toml").read_text()
    policy.write_text(f"{shipped}\n{text}")
    return settings.read({"REBUT_POLICY": str(policy), **environ})


async def found(policy: Path, text: str, **environ: str) -> list[tuple[str, str, bool]]:
    chosen = configured(policy, text, environ)
    return [(each.title, each.text, each.fine) async for each in accounts.look(chosen, patience=5.0)]


async def test_accounts_with_a_table_are_named_and_their_sources_tried(tmp_path: Path) -> None:
    named, source = await found(tmp_path / "p.toml", TABLE, **{FOLDER: str(tmp_path)})
    assert named == ("Connected accounts", "acct_1Ab; any other is heard and waits.", True)
    assert source[0].startswith("acct_1Ab, Source ")
    assert source[2]


async def test_a_folder_that_is_not_there_is_a_problem_of_its_account(tmp_path: Path) -> None:
    _, source = await found(tmp_path / "p.toml", TABLE, **{FOLDER: str(tmp_path / "gone")})
    assert source[0].startswith("acct_1Ab, ")
    assert not source[2]


async def test_variables_of_an_account_without_a_table_are_a_problem(tmp_path: Path) -> None:
    first, *_ = await found(tmp_path / "p.toml", "", **{FOLDER: str(tmp_path)})
    assert "has no table [account.acct_1Ab]" in first[1]
    assert not first[2]


async def test_a_wrong_table_is_a_problem(tmp_path: Path) -> None:
    (only,) = await found(tmp_path / "p.toml", f"{TABLE}colour = 1\n")
    assert "acct_1Ab" in only[1]
    assert not only[2]


async def test_without_any_account_nothing_is_said(tmp_path: Path) -> None:
    assert await found(tmp_path / "p.toml", "") == []
