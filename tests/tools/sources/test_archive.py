"""What is kept of an answer, and that no storage in trouble costs a fact."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import TryAgain
from tests.tools.sources.recording import NOON
from tests.tools.sources.shops import ORDER, SECRET, SHIPPED, a_shop, a_vendor, gives
from tools import storage
from tools.sources import archive

CARD = "4242 4242 4242 4242"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class Away:
    """A storage that refuses, or is silent until nobody waits any more."""

    def __init__(self, *, silent: bool) -> None:
        self.silent, self.asked, self.left = silent, 0, 0
        self.entered = asyncio.Event()

    async def keep(self, dispute_id: str, data: bytes) -> str:
        self.asked += 1
        self.entered.set()
        if self.silent:
            try:
                await asyncio.Event().wait()
            finally:
                self.left += 1
        raise TryAgain("The storage is away.")

    async def forget(self, dispute_id: str) -> None:
        raise TryAgain("The storage is away.")

    async def read(self, name: str) -> bytes:
        raise TryAgain("The storage is away.")


@pytest.mark.parametrize(
    "said",
    [
        {"note": f"My card is {CARD}."},
        {"note": "My card is 4242-4242-4242-4242."},
        {"number": 4242424242424242},
        {"number": 4242424242424242.0},
        {CARD: "a key"},
        [["deep", {"in": [f"a list {CARD}"]}]],
        json.loads('{"note": "\\u0034242424242424242"}'),
    ],
)
def test_no_card_number_is_kept_however_an_answer_holds_it(said: Any) -> None:
    kept = archive.write(said)
    assert "4242424242424242" not in "".join(c for c in kept if c.isdigit())
    assert "card ending 4242" in kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"cvv": "987"}, "[security code]"),
        ({"card": {"securityCode": 987}}, "[security code]"),
        ({"accountNumber": "00987654"}, "[bank account]"),
        ({"routing_number": 987654320}, "[bank account]"),
        ({"passportNo": "X9876543"}, "[document number]"),
        ({"note": "IBAN DE89 3704 0044 0532 0130 00"}, "IBAN [bank account]"),
    ],
)
def test_a_number_that_its_name_gives_away_is_not_kept(said: Any, kept: str) -> None:
    written = archive.write(said)
    assert kept in written
    assert "987" not in written


def test_a_number_of_another_name_is_kept_as_it_is() -> None:
    told: Any = {"order_number": "987", "total": 98765, "tracking": "9400100000000000000000", "cvc_check": "pass"}
    assert json.loads(archive.write(told)) == told


def test_a_card_number_where_an_answer_is_cut_is_masked_before_that() -> None:
    for room in range(1, 40):
        kept = archive.write(["x" * (archive.BIGGEST - room - 10), f" {CARD} "])
        assert "4242 4242" not in kept


def test_an_answer_is_kept_as_the_json_it_was() -> None:
    told: Any = {
        "id": 7,
        "total": "38.00",
        "paid": True,
        "tags": ["ä", None],
        "at": "2026-10-02T09:12:00Z",
        "score": 0.5,
    }
    assert json.loads(archive.write(told)) == told


def test_what_opens_a_door_at_the_vendor_is_not_kept() -> None:
    kept = archive.write({"client_secret": "pi_1_secret_abc", "note": f"our token is {SECRET}"}, [SECRET])
    assert json.loads(kept) == {"client_secret": "[secret]", "note": "our token is [secret]"}


@pytest.mark.parametrize(
    "huge",
    [["x" * 2_000_000], [1] * 1_000_000, {str(n): [] for n in range(300_000)}, {"k" * 2_000_000: "v" * 9_999_999}],
)
def test_a_huge_answer_is_cut_and_says_so(huge: Any) -> None:
    kept = archive.write(huge)
    assert len(kept) < 2 * archive.BIGGEST
    assert archive.CUT in kept
    assert json.loads(kept)


def test_an_answer_may_be_nested_as_deep_as_a_parser_reads() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    assert archive.CUT in archive.write(deep)


@given(JSON)
def test_whatever_comes_is_kept_as_json_and_keeping_it_again_changes_nothing(told: Any) -> None:
    kept = archive.write(told)
    assert archive.write(json.loads(kept)) == kept
    assert kept.encode()


async def test_a_fact_leads_to_the_answer_it_was_read_from(tmp_path: Path) -> None:
    files = storage.in_folder(tmp_path)
    async with a_shop(a_vendor(), lambda _: gives(SHIPPED), storage=files) as shop:
        found = await shop.ask()
    (record,) = found.records
    data = await files.read(record.key)
    assert {fact.record for fact in found.facts} == {record.sha256} == {hashlib.sha256(data).hexdigest()}
    assert (json.loads(data), record.at, record.bytes) == (SHIPPED, NOON, len(data))


async def test_of_an_answer_with_other_peoples_records_only_those_of_the_case_are_kept(tmp_path: Path) -> None:
    files = storage.in_folder(tmp_path)
    search = ORDER | {"path": "/orders", "each": "orders", "same": {"no": "order_id"}}
    both = {"orders": [SHIPPED | {"no": "1001"}, {"no": "1002", "carrier": "DHL"}]}
    async with a_shop(a_vendor(search), lambda _: gives(both), storage=files) as shop:
        found = await shop.ask()
    assert json.loads(await files.read(found.records[0].key)) == [SHIPPED | {"no": "1001"}]


async def test_an_answer_that_tells_no_fact_is_not_kept(tmp_path: Path) -> None:
    async with a_shop(a_vendor(), lambda _: gives({"other": 1}), storage=storage.in_folder(tmp_path)) as shop:
        assert (await shop.ask()).records == ()
    assert not any(await asyncio.to_thread(lambda: [*tmp_path.iterdir()]))


@pytest.mark.parametrize("silent", [False, True])
async def test_a_storage_that_is_away_costs_no_fact_and_is_told(*, silent: bool) -> None:
    away = Away(silent=silent)
    async with a_shop(a_vendor(), lambda _: gives(SHIPPED), seconds=0.4, storage=away) as shop:
        found = await shop.ask()
    assert {fact.kind for fact in found.facts} == {"shipped_at", "carrier"}
    assert [(record.key, record.bytes > 0) for record in found.records] == [("", True)]
    assert {fact.record for fact in found.facts} == {found.records[0].sha256}
    assert (away.asked, away.left) == (1, int(silent))


async def test_nothing_goes_on_after_a_gather_that_was_given_up() -> None:
    away = Away(silent=True)

    async def gather() -> None:
        async with archive.opened(away, "du_1") as kept:
            await kept.put("shop:order", {}, at=NOON)
            await kept.settle(patience=60)

    task = asyncio.create_task(gather())
    await away.entered.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (away.asked, away.left) == (1, 1)


async def test_without_a_storage_an_answer_has_its_hash_and_time_all_the_same() -> None:
    async with archive.opened(None, "du_1") as kept:
        digest = await kept.put("shop:order", {"a": 1}, at=NOON)
        (record,) = await kept.settle(patience=0)
    assert (record.sha256, record.source, record.at, record.key) == (digest, "shop:order", NOON, "")
