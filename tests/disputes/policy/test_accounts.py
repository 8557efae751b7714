"""The table of a connected account: it rests on a shipped policy and on nothing else of its file."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from disputes import policy, toml_file
from disputes.errors import Invalid
from disputes.policy import SHIPPED, path_of
from disputes.policy.accounts import load_accounts, unsettled
from tests.graph.sellers import Seller, sellers, write_policy


def write(folder: Path, tables: str) -> str:
    path = folder / "policy.toml"
    path.write_text(Path(path_of("default")).read_text() + tables)
    return str(path)


@settings(max_examples=40, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(all_=sellers(), without=st.integers(0, 3))
def test_a_table_says_the_same_whatever_stands_around_it(tmp_path: Path, all_: tuple[Seller, ...], without: int):
    write_policy(tmp_path / "policy.toml", all_)
    read = load_accounts(str(tmp_path / "policy.toml"))
    assert set(read) == {seller.account for seller in all_ if seller.account and seller.is_known}
    platform = policy.load(str(tmp_path / "policy.toml"))
    for seller in all_:
        rules = platform if seller.account is None else read.get(seller.account, unsettled())
        assert not [mark for mark in seller.strangers if mark in rules.model_dump_json()]
    left = tuple(seller for seller in all_ if seller.account is None or seller != all_[without])
    write_policy(tmp_path / "policy.toml", left)
    fewer = load_accounts(str(tmp_path / "policy.toml"))
    assert fewer == {name: rules for name, rules in read.items() if name in fewer}
    assert policy.load(str(tmp_path / "policy.toml")) == platform


@pytest.mark.parametrize("base", SHIPPED)
def test_what_a_table_leaves_out_is_the_shipped_policys(tmp_path: Path, base: str):
    path = write(tmp_path, f'\n[account.acct_1AbC]\nbased_on = "{base}"\n')
    Path(path).write_text(Path(path).read_text().replace("daily_cap = 250", "daily_cap = 3"))
    assert policy.load(path).daily_cap == 3
    name = f"{base} for acct_1AbC"
    assert load_accounts(path) == {"acct_1AbC": policy.load(base).model_copy(update={"name": name})}


def test_ids_that_differ_in_case_are_two_accounts(tmp_path: Path):
    read = load_accounts(write(tmp_path, "\n[account.acct_1AbC]\ndaily_cap = 1\n[account.acct_1abc]\ndaily_cap = 2\n"))
    assert {name: rules.daily_cap for name, rules in read.items()} == {"acct_1AbC": 1, "acct_1abc": 2}


@pytest.mark.parametrize(
    "table",
    [
        "[account.acct_1AbC]\nfoo = 1",
        "[account.acct_1AbC.merchant]\nnam = 'x'",
        "[account.acct_1AbC]\nbased_on = 'mine'",
        "[account.acct_1AbC]\nbased_on = ''",
        "[account.acct_1AbC]\nbased_on = '/etc/passwd'",
        "[account.acct_1AbC]\nbased_on = 1",
        "[account.acct_1AbC]\ndaily_cap = -1",
        "[account.acct_1AbC]\nlane = []",
        "[account.acct_1AbC.account.acct_2]",
        "[[account.acct_1AbC]]",
        "[account.acct_]",
        "[account.ACCT_1AbC]",
        "[account.acc_1AbC]",
        "[account.'acct_1-b']",
        "[account.'acct_1AbC ']",
        "[account]\nacct_1AbC = 'default'",
        "[accounts.acct_1AbC]",
    ],
)
def test_a_wrong_table_is_refused_with_one_sentence(tmp_path: Path, table: str):
    path = write(tmp_path, f"\n{table}\n")
    with pytest.raises(Invalid) as wrong:
        _ = (policy.load(path), load_accounts(path))
    assert str(wrong.value).startswith(f"The policy {path}")
    assert "\n" not in str(wrong.value)


def test_without_settings_nothing_is_said_noted_or_filed_and_no_model_is_asked():
    rules: dict[str, Any] = unsettled().model_dump()
    assert not rules["automatic"]
    assert rules["metadata"] == {}
    assert rules["model"]["agents"] == ()
    assert unsettled().facts().facts == ()
    assert "metadata" in toml_file.read(path_of("default"), "default")
