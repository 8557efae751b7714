"""What every vendor's source promises, against a real server that answers by the vendor's recording."""

import base64
import copy
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from disputes.evidence import Evidence, Fact, kinds
from disputes.evidence.kinds import KINDS, form
from disputes.money import Money
from tests.tools.sources import recording
from tests.tools.sources.recording import (
    NOON,
    VENDORS,
    RecordedVendor,
    a_source,
    after_login,
    always,
    load_recording,
    never_answers,
    secrets,
)
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder
from tools import storage
from tools.sources.http_json.client import MAX_BYTES, MAX_FILE_BYTES
from tools.storage import ObjectStorage

NAMES = sorted(VENDORS)
EMPTY: list[Any] = [None, {}, [], {"data": None}]
every_vendor = pytest.mark.parametrize("name", NAMES)


def described(fact: Fact, name: str) -> tuple[str, ...]:
    # A part's fact is named for its part, and for the vendor only where that has several of its kind.
    key = fact.about.partition(":")[2]
    key = key if "/" not in key and fact.id.startswith(f"{fact.kind}:{key}") else ""
    rest = fact.id.removeprefix(f"{fact.kind}:").removeprefix(key).lstrip("/")
    whole, _, ref = rest.partition("/")
    assert whole == ("" if key and fact.kind not in kinds.REPEATED else name), fact.id
    value = [fact.value.amount, fact.value.currency] if isinstance(fact.value, Money) else fact.value
    at = fact.at.isoformat().replace("+00:00", "Z") if fact.at else ""
    return fact.kind, json.dumps(value), at, ref


def expected(written: dict[str, Any]) -> tuple[str, ...]:
    value = written["value"]
    if isinstance(value, dict):
        value = [value["amount"], value["currency"]]
    return written["kind"], json.dumps(value), written.get("at", ""), str(written.get("ref", ""))


def check_only_gaps(evidence: Evidence, name: str) -> None:
    assert evidence.facts == ()
    assert evidence.gaps
    assert {gap.source for gap in evidence.gaps} == {name}
    assert all(gap.why.startswith(VENDORS[name].title) and gap.why.endswith(".") for gap in evidence.gaps)
    assert all("\n" not in gap.why for gap in evidence.gaps)
    check_no_secret(evidence, name)


def check_no_secret(evidence: Evidence, name: str) -> None:
    assert not [secret for secret in secrets(name) if secret in evidence.model_dump_json()]


async def check_stored(evidence: Evidence, name: str, files: ObjectStorage) -> None:
    """Check that every fact leads to a stored answer with its hash, and that no answer holds a secret."""
    assert {fact.record for fact in evidence.facts} == {record.sha256 for record in evidence.source_answers}
    for record in evidence.source_answers:
        data = await files.read(record.key)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (record.sha256, record.bytes)
        assert record.source.startswith(f"{name}:")
        assert json.loads(data)
        assert not [secret for secret in secrets(name) if secret in data.decode()]


@every_vendor
async def test_a_recorded_case_gives_exactly_its_facts(name: str, tmp_path: Path) -> None:
    vendor, files = RecordedVendor(name), storage.in_folder(tmp_path)
    async with a_source(name, vendor, storage=files) as shop:
        evidence = await shop.ask()
        assert vendor.unexpected == []
        assert len(vendor.used) == len(load_recording(name)["exchanges"])
        assert Counter(described(fact, name) for fact in evidence.facts) == Counter(
            map(expected, load_recording(name)["facts"])
        )
        assert [gap.name for gap in evidence.gaps] == load_recording(name).get("gaps", []), evidence.gaps
        files_found = [file.name for file in evidence.attachments]
        assert files_found == load_recording(name).get("attachments", []), evidence.gaps
    await check_stored(evidence, name, files)
    assert all(fact.source.startswith(f"{name}:") and fact.retrieved_at == NOON for fact in evidence.facts)
    check_no_secret(evidence, name)


@every_vendor
async def test_every_call_carries_the_merchants_credentials(name: str) -> None:
    exchanges = load_recording(name)["exchanges"]
    tokens = [e["response"]["body"]["access_token"] for e in exchanges if e["request"]["path"] == "/login"]
    async with a_source(name, RecordedVendor(name)) as shop:
        await shop.ask()
    assert shop.server.calls
    for call in shop.server.calls:
        keys = secrets(name) if call.path == "/login" or not tokens else tokens
        assert any(key in credentials(call) for key in keys), call.path


def credentials(call: ReceivedCall) -> str:
    """Return the credentials in a call: its headers, HTTP basic decoded, and a login's form."""
    headers = {header.lower(): value for header, value in call.headers.items()}
    scheme, _, pair = headers.get("authorization", "").partition(" ")
    basic = base64.b64decode(pair).decode() if scheme == "Basic" else ""
    return " ".join([*headers.values(), basic, str(call.form), str(call.json)])


@every_vendor
def test_a_recording_has_known_kinds_and_no_secret_in_its_answers(name: str) -> None:
    case = load_recording(name)
    kinds = {fact["kind"] for fact in case["facts"]}
    assert kinds <= set(VENDORS[name].kinds) <= set(KINDS)
    assert all(isinstance(fact["value"], dict) == (form(fact["kind"]) == "money") for fact in case["facts"])
    assert all(len(secret) >= 12 for secret in secrets(name))
    answers = json.dumps(
        [exchange["response"] for exchange in case["exchanges"] if exchange["request"]["path"] != "/login"]
    )
    assert not [secret for secret in secrets(name) if secret in answers]


@every_vendor
async def test_records_of_somebody_else_are_left_out(name: str) -> None:
    """A search also finds similar keys: the recorded answers to another key give no fact."""
    exchanges = load_recording(name)["exchanges"]

    def answer_another_key(call: ReceivedCall) -> Reply:
        similar = [e for e in exchanges if len(e["request"]["path"].split("/")) == len(call.path.split("/"))]
        return recording.reply((similar or exchanges)[0]["response"])

    others = dict.fromkeys(load_recording(name)["known"], "zz-9999")
    others |= {kind: "nobody@example.com" for kind in others if kind.endswith("email")}
    async with a_source(name, after_login(answer_another_key, name)) as shop:
        check_only_gaps(await shop.ask(**others), name)


@every_vendor
async def test_a_case_that_is_not_found_is_a_gap(name: str) -> None:
    async with a_source(name, never_answers) as shop:
        for data in EMPTY:
            shop.server.responder = after_login(always(200, data), name)
            check_only_gaps(await shop.ask(), name)


@every_vendor
async def test_every_other_status_is_a_gap(name: str) -> None:
    async with a_source(name, never_answers) as shop:
        for status in (204, 301, 302, 307, 308, 400, 402, 404, 410, 418, 422, 500, 502, 503):
            data = None if status == 204 else {"error": "no"}
            shop.server.responder = after_login(always(status, data, location="{base}/elsewhere"), name)
            check_only_gaps(await shop.ask(), name)
        assert not [call for call in shop.server.calls if call.path == "/elsewhere"]


@every_vendor
async def test_a_refused_token_names_the_setting(name: str) -> None:
    async with a_source(name, never_answers) as shop:
        for status in (401, 403):
            shop.server.responder = always(status, {"error": secrets(name)})
            evidence = await shop.ask()
            check_only_gaps(evidence, name)
            assert all(f"set SOURCES__{name.upper()}__" in gap.why for gap in evidence.gaps)


@every_vendor
async def test_a_vendor_that_takes_no_more_calls_is_asked_once_more_when_it_says_so(name: str) -> None:
    async with a_source(name, after_login(always(429, {}, retry_after="0"), name)) as soon:
        check_only_gaps(await soon.ask(), name)
        twice = len([call for call in soon.server.calls if call.path != "/login"])
    async with a_source(name, after_login(always(429, {}, retry_after="3600"), name)) as later:
        check_only_gaps(await later.ask(), name)
        once = len([call for call in later.server.calls if call.path != "/login"])
    assert twice == 2 * once


@every_vendor
async def test_a_vendor_that_does_not_answer_is_a_gap(name: str) -> None:
    async with a_source(name, never_answers, seconds=0.1) as shop:
        check_only_gaps(await shop.ask(), name)


GARBAGE = [b"<html>Please log in</html>", b'{"data": [', b"\xff\xfe\x00", b"[" * 50_000, b"NaN,", b"1" * 5_000]


@every_vendor
async def test_garbage_is_a_gap(name: str) -> None:
    async with a_source(name, never_answers) as shop:
        for data in GARBAGE:
            shop.server.responder = after_login(always(200, data), name)
            check_only_gaps(await shop.ask(), name)


@every_vendor
async def test_an_answer_that_breaks_off_is_a_gap(name: str) -> None:
    async with a_source(name, after_login(always(200, {"data": "x" * 100}, cut=True), name)) as shop:
        check_only_gaps(await shop.ask(), name)


@every_vendor
async def test_a_huge_answer_is_a_gap(name: str) -> None:
    limit = MAX_FILE_BYTES if VENDORS[name].requests[0].documents else MAX_BYTES
    async with a_source(name, after_login(always(200, b'{"data": "' + b"x" * limit + b'"}'), name)) as shop:
        evidence = await shop.ask()
    check_only_gaps(evidence, name)
    assert any(f"{limit:,} bytes" in gap.why for gap in evidence.gaps)


def with_leaves(value: Any, leaf: Any, keys: set[str]) -> Any:
    """Replace every value except the keys of the case."""
    if isinstance(value, dict):
        return {name: with_leaves(inner, leaf, keys) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_leaves(inner, leaf, keys) for inner in value]
    return value if str(value) in keys else copy.deepcopy(leaf)


LEAVES: list[Any] = [None, 0, -1, 1e300, "", "x", "\ud800", True, [], {}, [[None]], {"a": {"b": 1}}]


@every_vendor
async def test_no_form_of_a_value_breaks_a_source(name: str) -> None:
    exchanges = {e["request"]["path"]: e["response"] for e in load_recording(name)["exchanges"]}
    keys = set(load_recording(name)["known"].values())

    def wrong(leaf: Any) -> Responder:
        def responder(call: ReceivedCall) -> Reply:
            response = exchanges.get(call.path) or {"status": 404}
            return recording.reply({**response, "body": with_leaves(response.get("body"), leaf, keys)})

        return responder

    async with a_source(name, never_answers) as shop:
        for leaf in LEAVES:
            shop.server.responder = after_login(wrong(leaf), name)
            evidence = await shop.ask()
            assert evidence.facts or evidence.gaps
            assert Evidence.model_validate_json(evidence.model_dump_json()) == evidence
            check_no_secret(evidence, name)
