"""What is stored of an answer, and that a failing storage costs no fact."""

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
from tests.tools.sources.shops import ORDER, SECRET, SHIPPED, a_shop, a_vendor, json_reply
from tools import storage
from tools.sources import archive

CARD = "4242 4242 4242 4242"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class FailingStorage:
    """A storage that refuses, or never answers until it is cancelled."""

    def __init__(self, *, silent: bool) -> None:
        self.silent, self.calls, self.cancelled = silent, 0, 0
        self.entered = asyncio.Event()

    async def keep(self, dispute_id: str, data: bytes) -> str:
        self.calls += 1
        self.entered.set()
        if self.silent:
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled += 1
        raise TryAgain("The storage is away.")

    async def forget(self, dispute_id: str) -> None:
        raise TryAgain("The storage is away.")

    async def read(self, name: str) -> bytes:
        raise TryAgain("The storage is away.")


@pytest.mark.parametrize(
    "answer",
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
def test_no_card_number_is_stored_wherever_it_is_in_an_answer(answer: Any) -> None:
    stored = archive.serialize(answer)
    assert "4242424242424242" not in "".join(c for c in stored if c.isdigit())
    assert "card ending 4242" in stored


@pytest.mark.parametrize(
    ("answer", "stored"),
    [
        ({"cvv": "987"}, "[security code]"),
        ({"card": {"securityCode": 987}}, "[security code]"),
        ({"accountNumber": "00987654"}, "[bank account]"),
        ({"routing_number": 987654320}, "[bank account]"),
        ({"passportNo": "X9876543"}, "[document number]"),
        ({"note": "IBAN DE89 3704 0044 0532 0130 00"}, "IBAN [bank account]"),
    ],
)
def test_a_secret_number_known_by_its_name_is_not_stored(answer: Any, stored: str) -> None:
    written = archive.serialize(answer)
    assert stored in written
    assert "987" not in written


def test_a_key_is_kept_whole_by_its_name_and_a_card_never() -> None:
    answer: Any = {
        "tracking_number": "4000000000000002",
        "trackingNumbers": ["4000000000000002", 4242424242424242],
        "order": {"number": 4242424242424242, "id": "4222222222222"},
        "external_customer_id": {"ecommerce": "5213433266347"},
        "invoice_id": 4111111111111111,
    }
    assert json.loads(archive.serialize(answer)) == answer
    for name in ("card", "number", "note", "card_number", "pan", "order_note", "paid_with"):
        assert "4242424242424242" not in archive.serialize({name: "4242424242424242"})
    assert "4242" * 4 not in archive.serialize({"order": {"card": {"number": 4242424242424242}}})
    assert CARD not in archive.serialize({"order_id": CARD})


def test_a_number_of_another_name_is_kept_as_it_is() -> None:
    answer: Any = {"order_number": "987", "total": 98765, "tracking": "9400100000000000000000", "cvc_check": "pass"}
    assert json.loads(archive.serialize(answer)) == answer


def test_a_card_number_where_an_answer_is_cut_is_masked_before_that() -> None:
    for room in range(1, 40):
        stored = archive.serialize(["x" * (archive.MAX_CHARACTERS - room - 10), f" {CARD} "])
        assert "4242 4242" not in stored


def test_an_answer_is_kept_as_the_json_it_was() -> None:
    answer: Any = {
        "id": 7,
        "total": "38.00",
        "paid": True,
        "tags": ["ä", None],
        "at": "2026-10-02T09:12:00Z",
        "score": 0.5,
    }
    assert json.loads(archive.serialize(answer)) == answer


def test_secrets_of_the_vendor_are_not_stored() -> None:
    stored = archive.serialize({"client_secret": "pi_1_secret_abc", "note": f"our token is {SECRET}"}, [SECRET])
    assert json.loads(stored) == {"client_secret": "[secret]", "note": "our token is [secret]"}


@pytest.mark.parametrize(
    "huge",
    [["x" * 2_000_000], [1] * 1_000_000, {str(n): [] for n in range(300_000)}, {"k" * 2_000_000: "v" * 9_999_999}],
)
def test_a_huge_answer_is_cut_and_marked(huge: Any) -> None:
    stored = archive.serialize(huge)
    assert len(stored) < 2 * archive.MAX_CHARACTERS
    assert archive.CUT in stored
    assert json.loads(stored)


def test_an_answer_may_be_nested_as_deep_as_a_parser_reads() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    assert archive.CUT in archive.serialize(deep)


@given(JSON)
def test_whatever_comes_is_kept_as_json_and_keeping_it_again_changes_nothing(answer: Any) -> None:
    stored = archive.serialize(answer)
    assert archive.serialize(json.loads(stored)) == stored
    assert stored.encode()


async def test_a_fact_leads_to_the_answer_it_was_read_from(tmp_path: Path) -> None:
    files = storage.in_folder(tmp_path)
    async with a_shop(a_vendor(), lambda _: json_reply(SHIPPED), storage=files) as shop:
        evidence = await shop.ask()
    (record,) = evidence.source_answers
    data = await files.read(record.key)
    assert {fact.record for fact in evidence.facts} == {record.sha256} == {hashlib.sha256(data).hexdigest()}
    assert (json.loads(data), record.at, record.bytes) == (SHIPPED, NOON, len(data))


async def test_of_an_answer_with_other_peoples_records_only_those_of_the_case_are_stored(tmp_path: Path) -> None:
    files = storage.in_folder(tmp_path)
    search = ORDER | {"path": "/orders", "each": "orders", "same": {"no": "order_id"}}
    both = {"orders": [SHIPPED | {"no": "1001"}, {"no": "1002", "carrier": "DHL"}]}
    async with a_shop(a_vendor(search), lambda _: json_reply(both), storage=files) as shop:
        evidence = await shop.ask()
    assert json.loads(await files.read(evidence.source_answers[0].key)) == [SHIPPED | {"no": "1001"}]


async def test_an_answer_without_facts_is_not_stored(tmp_path: Path) -> None:
    async with a_shop(a_vendor(), lambda _: json_reply({"other": 1}), storage=storage.in_folder(tmp_path)) as shop:
        assert (await shop.ask()).source_answers == ()
    assert not any(await asyncio.to_thread(lambda: [*tmp_path.iterdir()]))


@pytest.mark.parametrize("silent", [False, True])
async def test_a_failing_storage_costs_no_fact_and_leaves_an_empty_key(*, silent: bool) -> None:
    failing = FailingStorage(silent=silent)
    async with a_shop(a_vendor(), lambda _: json_reply(SHIPPED), seconds=0.4, storage=failing) as shop:
        evidence = await shop.ask()
    assert {fact.kind for fact in evidence.facts} == {"shipped_at", "carrier"}
    assert [(record.key, record.bytes > 0) for record in evidence.source_answers] == [("", True)]
    assert {fact.record for fact in evidence.facts} == {evidence.source_answers[0].sha256}
    assert (failing.calls, failing.cancelled) == (1, int(silent))


async def test_storing_ends_with_a_cancelled_gather() -> None:
    failing = FailingStorage(silent=True)

    async def gather() -> None:
        async with archive.open_archive(failing, "du_1") as stored:
            await stored.put("shop:order", {}, at=NOON)
            await stored.finish(seconds=60)

    task = asyncio.create_task(gather())
    await failing.entered.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (failing.calls, failing.cancelled) == (1, 1)


async def test_without_a_storage_an_answer_has_its_hash_and_time_all_the_same() -> None:
    async with archive.open_archive(None, "du_1") as stored:
        digest = await stored.put("shop:order", {"a": 1}, at=NOON)
        (record,) = await stored.finish(seconds=0)
    assert (record.sha256, record.source, record.at, record.key) == (digest, "shop:order", NOON, "")
