"""What every vendor's source promises, each against a real server that plays the vendor's recording."""

import base64
import copy
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from disputes.evidence import Evidence, Fact
from disputes.evidence.kinds import KINDS, form
from disputes.money import Money
from tests.tools.sources import recording
from tests.tools.sources.recording import NOON, VENDORS, Played, after_login, recorded, says, secrets, silent, stand
from tests.tools.sources.vendor_server import Asked, Reply, Turn
from tools import storage
from tools.storage import ObjectStorage

NAMES = sorted(VENDORS)
EMPTY: list[Any] = [None, {}, [], {"data": None}]
every_vendor = pytest.mark.parametrize("name", NAMES)


def told(fact: Fact, name: str) -> tuple[str, ...]:
    whole, _, ref = fact.id.removeprefix(f"{fact.kind}:").partition("/")
    assert whole == name, fact.id
    value = [fact.value.amount, fact.value.currency] if isinstance(fact.value, Money) else fact.value
    at = fact.at.isoformat().replace("+00:00", "Z") if fact.at else ""
    return fact.kind, json.dumps(value), at, ref


def expected(written: dict[str, Any]) -> tuple[str, ...]:
    value = written["value"]
    if isinstance(value, dict):
        value = [value["amount"], value["currency"]]
    return written["kind"], json.dumps(value), written.get("at", ""), str(written.get("ref", ""))


def check_only_gaps(found: Evidence, name: str) -> None:
    assert found.facts == ()
    assert found.gaps
    assert {gap.source for gap in found.gaps} == {name}
    assert all(gap.why.startswith(VENDORS[name].title) and gap.why.endswith(".") for gap in found.gaps)
    assert all("\n" not in gap.why for gap in found.gaps)
    check_no_secret(found, name)


def check_no_secret(found: Evidence, name: str) -> None:
    assert not [secret for secret in secrets(name) if secret in found.model_dump_json()]


async def check_kept(found: Evidence, name: str, files: ObjectStorage) -> None:
    """Every fact stands in an answer that is kept to the byte of its hash, and no secret stands in any."""
    assert {fact.record for fact in found.facts} == {record.sha256 for record in found.records}
    for record in found.records:
        data = await files.read(record.key)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (record.sha256, record.bytes)
        assert record.source.startswith(f"{name}:")
        assert json.loads(data)
        assert not [secret for secret in secrets(name) if secret in data.decode()]


@every_vendor
async def test_a_recorded_case_gives_exactly_its_facts(name: str, tmp_path: Path) -> None:
    played, files = Played(name), storage.in_folder(tmp_path)
    async with stand(name, played, storage=files) as shop:
        found = await shop.ask()
        assert played.strays == []
        assert len(played.used) == len(recorded(name)["exchanges"])
        assert Counter(told(fact, name) for fact in found.facts) == Counter(map(expected, recorded(name)["facts"]))
        assert [gap.name for gap in found.gaps] == recorded(name).get("gaps", []), found.gaps
    await check_kept(found, name, files)
    assert all(fact.source.startswith(f"{name}:") and fact.retrieved_at == NOON for fact in found.facts)
    check_no_secret(found, name)


@every_vendor
async def test_every_call_carries_the_merchants_credentials(name: str) -> None:
    exchanges = recorded(name)["exchanges"]
    tokens = [e["response"]["body"]["access_token"] for e in exchanges if "form" in e["request"]]
    async with stand(name, Played(name)) as shop:
        await shop.ask()
    assert shop.server.asked
    for asked in shop.server.asked:
        keys = secrets(name) if asked.path == "/login" or not tokens else tokens
        assert any(key in shown(asked) for key in keys), asked.path


def shown(asked: Asked) -> str:
    """Give what a call shows of who asks: its headers, HTTP basic decoded, and a login's form."""
    headers = {header.lower(): value for header, value in asked.headers.items()}
    scheme, _, pair = headers.get("authorization", "").partition(" ")
    basic = base64.b64decode(pair).decode() if scheme == "Basic" else ""
    return " ".join([*headers.values(), basic, str(asked.form)])


@every_vendor
def test_a_recording_shows_every_kind_of_fact_and_keeps_its_secrets(name: str) -> None:
    case = recorded(name)
    kinds = {fact["kind"] for fact in case["facts"]}
    assert kinds <= set(VENDORS[name].kinds) <= set(KINDS)
    assert all(isinstance(fact["value"], dict) == (form(fact["kind"]) == "money") for fact in case["facts"])
    assert all(len(secret) >= 12 for secret in secrets(name))
    answers = json.dumps([exchange["response"] for exchange in case["exchanges"] if "form" not in exchange["request"]])
    assert not [secret for secret in secrets(name) if secret in answers]


@every_vendor
async def test_records_of_somebody_else_are_left_out(name: str) -> None:
    """A search finds what merely looks like the key: the recorded answers to another key are nobody's proof."""
    exchanges = recorded(name)["exchanges"]

    def anyway(asked: Asked) -> Reply:
        likely = [e for e in exchanges if len(e["request"]["path"].split("/")) == len(asked.path.split("/"))]
        return recording.reply((likely or exchanges)[0]["response"])

    others = dict.fromkeys(recorded(name)["known"], "zz-9999")
    others |= {kind: "nobody@example.com" for kind in others if kind.endswith("email")}
    async with stand(name, after_login(anyway, name)) as shop:
        check_only_gaps(await shop.ask(**others), name)


@every_vendor
async def test_a_case_that_is_not_found_is_a_gap(name: str) -> None:
    async with stand(name, silent) as shop:
        for data in EMPTY:
            shop.server.turn = after_login(says(200, data), name)
            check_only_gaps(await shop.ask(), name)


@every_vendor
async def test_every_other_status_is_a_gap(name: str) -> None:
    async with stand(name, silent) as shop:
        for status in (204, 301, 302, 307, 308, 400, 402, 404, 410, 418, 422, 500, 502, 503):
            data = None if status == 204 else {"error": "no"}
            shop.server.turn = after_login(says(status, data, location="{base}/elsewhere"), name)
            check_only_gaps(await shop.ask(), name)
        assert not [asked for asked in shop.server.asked if asked.path == "/elsewhere"]


@every_vendor
async def test_a_refused_token_names_the_setting(name: str) -> None:
    async with stand(name, silent) as shop:
        for status in (401, 403):
            shop.server.turn = says(status, {"error": secrets(name)})
            found = await shop.ask()
            check_only_gaps(found, name)
            assert all(f"set SOURCES__{name.upper()}__" in gap.why for gap in found.gaps)


@every_vendor
async def test_a_vendor_that_takes_no_more_calls_is_asked_once_more_when_it_says_so(name: str) -> None:
    async with stand(name, after_login(says(429, {}, retry_after="0"), name)) as patient:
        check_only_gaps(await patient.ask(), name)
        twice = len([asked for asked in patient.server.asked if asked.path != "/login"])
    async with stand(name, after_login(says(429, {}, retry_after="3600"), name)) as hasty:
        check_only_gaps(await hasty.ask(), name)
        once = len([asked for asked in hasty.server.asked if asked.path != "/login"])
    assert twice == 2 * once


@every_vendor
async def test_a_vendor_that_does_not_answer_is_a_gap(name: str) -> None:
    async with stand(name, silent, seconds=0.1) as shop:
        check_only_gaps(await shop.ask(), name)


GARBAGE = [b"<html>Please log in</html>", b'{"data": [', b"\xff\xfe\x00", b"[" * 50_000, b"NaN,", b"1" * 5_000]


@every_vendor
async def test_garbage_is_a_gap(name: str) -> None:
    async with stand(name, silent) as shop:
        for data in GARBAGE:
            shop.server.turn = after_login(says(200, data), name)
            check_only_gaps(await shop.ask(), name)


@every_vendor
async def test_an_answer_that_breaks_off_is_a_gap(name: str) -> None:
    async with stand(name, after_login(says(200, {"data": "x" * 100}, cut=True), name)) as shop:
        check_only_gaps(await shop.ask(), name)


@every_vendor
async def test_a_huge_answer_is_a_gap(name: str) -> None:
    async with stand(name, after_login(says(200, b'{"data": "' + b"x" * 2_100_000 + b'"}'), name)) as shop:
        found = await shop.ask()
    check_only_gaps(found, name)
    assert any("2,000,000 bytes" in gap.why for gap in found.gaps)


def bent(value: Any, leaf: Any, kept: set[str]) -> Any:
    """Put one thing in the place of every value but those that show whose record it is."""
    if isinstance(value, dict):
        return {name: bent(inner, leaf, kept) for name, inner in value.items()}
    if isinstance(value, list):
        return [bent(inner, leaf, kept) for inner in value]
    return value if str(value) in kept else copy.deepcopy(leaf)


LEAVES: list[Any] = [None, 0, -1, 1e300, "", "x", "\ud800", True, [], {}, [[None]], {"a": {"b": 1}}]


@every_vendor
async def test_no_form_of_a_value_breaks_a_source(name: str) -> None:
    exchanges = {e["request"]["path"]: e["response"] for e in recorded(name)["exchanges"]}
    kept = set(recorded(name)["known"].values())

    def wrong(leaf: Any) -> Turn:
        def turn(asked: Asked) -> Reply:
            told = exchanges.get(asked.path) or {"status": 404}
            return recording.reply({**told, "body": bent(told.get("body"), leaf, kept)})

        return turn

    async with stand(name, silent) as shop:
        for leaf in LEAVES:
            shop.server.turn = after_login(wrong(leaf), name)
            found = await shop.ask()
            assert found.facts or found.gaps
            assert Evidence.model_validate_json(found.model_dump_json()) == found
            check_no_secret(found, name)
