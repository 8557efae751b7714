"""The files that setting up writes: whole or not at all, private, and with the merchant's words as given."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import policy
from disputes.errors import Invalid
from jobs.cli.setup import private_file
from jobs.cli.setup.policy_text import write_policy

WORDS = st.text(st.characters(exclude_categories=["Cs"]))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_its_owners_alone_whatever_it_was(tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)
    private_file.write_text(path, "A=2\r\n")
    assert path.read_bytes() == b"A=2\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == [".env"]


def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "kept").write_text("A=1\n")
    (tmp_path / ".env").symlink_to(tmp_path / "kept")
    private_file.write_text(tmp_path / ".env", "A=2\n")
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "kept").read_text() == "A=2\n"


def test_a_text_that_cannot_be_written_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    with pytest.raises(Invalid, match=r"\.env cannot be written"):
        private_file.write_text(path, "A=\ud800")
    assert path.read_text() == "A=1\n"
    assert names_in(tmp_path) == [".env"]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path):
    for act in (private_file.check_place, lambda path: private_file.write_text(path, "A=1\n")):
        with pytest.raises(Invalid, match="cannot be written: No such file or directory"):
            act(tmp_path / "none" / ".env")


def test_a_folder_in_the_place_of_the_file_is_refused_before_anything_is_asked(tmp_path: Path):
    with pytest.raises(Invalid, match="is no file"):
        private_file.check_place(tmp_path)


def test_no_file_is_an_empty_text_and_a_broken_one_a_sentence(tmp_path: Path):
    assert private_file.read_text(tmp_path / "none") == ""
    (tmp_path / "broken").write_bytes(b"\xff")
    with pytest.raises(Invalid, match="no UTF-8 text"):
        private_file.read_text(tmp_path / "broken")


@given(WORDS, WORDS)
def test_a_policy_says_the_merchants_words_and_is_else_the_default(tmp_path_factory, name, refunds):
    path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text(write_policy(name, refunds), "utf-8", newline="")
    own, default = policy.load(str(path)), policy.load()
    assert (own.merchant.name, own.merchant.refund_policy) == (name, refunds)
    assert own.model_copy(update={"merchant": default.merchant, "name": "default"}) == default
