"""Whatever is thrown at the webhook, it answers calmly and loses no event."""

import gc
import hashlib
import hmac
import json
import random
from itertools import pairwise

import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.routes.webhook import MAX_BODY_BYTES
from tests.api.builders import SECRET, an_event
from tests.api.conftest import _emptied
from tests.fakes import NOON
from tools.postgres.tables import events

PATH = "/webhooks/stripe"
CALM = {200, 400, 401, 413}
MOST_GROWTH = 20_000_000  # bytes
FUZZ = settings(
    max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

numbers = st.integers() | st.integers(10**300, 10**310) | st.floats() | st.sampled_from([-1, 2**31, 2**63, 10**40])
words = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(["\0", "\ud800", "du_\0", "evt_"])
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
ids = st.text("abcXYZ019_", min_size=1, max_size=40)
places = st.sampled_from([*an_event(), "account", "request", "api_version"])


def laden(event_id, dispute_id, kind, junk):
    """Make a genuine event that carries what nobody asked for."""
    event = junk | an_event(f"evt_{event_id}", dispute_id=f"du_{dispute_id}", type=f"charge.dispute.{kind}")
    event["data"]["object"] = junk | event["data"]["object"]
    event["data"]["previous_attributes"] = junk
    return event


kinds = st.text("abc._", min_size=1, max_size=20)
genuine = st.builds(laden, ids, ids, kinds, st.dictionaries(words, values, max_size=4))


@pytest.fixture
async def repositories(engine):
    return await _emptied(engine)


def sign(body, secret=SECRET, at=NOON):
    """Sign bytes of any kind, as nobody but the holder of the secret could."""
    stamp = int(at.timestamp())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return [(b"stripe-signature", f"t={stamp},v1={mac}".encode())]


async def kept(engine, event_id):
    async with engine.connect() as connection:
        query = select(events.c.dispute_id).where(events.c.id == event_id)
        return (await connection.execute(query)).scalar_one_or_none()


async def forget(engine):
    async with engine.begin() as connection:
        await connection.execute(events.delete())


def check(heard):
    assert heard.status in CALM
    told = json.loads(heard.body)
    assert told == {"received": True} if heard.status == 200 else set(told) <= {"error", "problems"}


@FUZZ
@given(body=st.binary(max_size=400), headers=st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=80))))
async def test_any_bytes_under_any_headers_are_answered(knock, body, headers):
    named = [(name.lower(), value) for name, value in headers]
    heard = await knock.post(PATH, [body], named)
    check(heard)
    assert heard.status == 401


@FUZZ
@given(
    signature=st.binary(max_size=200)
    | st.lists(st.sampled_from(["t=", "v1=", ",", "1795262400", "9" * 400, "é", "\xff", "=", "v0=", " "])).map(
        lambda parts: "".join(parts).encode("latin-1")
    ),
    twice=st.booleans(),
)
async def test_no_made_up_signature_is_believed(knock, engine, signature, twice):
    headers = [(b"stripe-signature", signature)] * (1 + twice)
    heard = await knock.post(PATH, [json.dumps(an_event("evt_forged")).encode()], headers)
    check(heard)
    assert heard.status == 401
    assert await kept(engine, "evt_forged") is None


@FUZZ
@given(body=st.binary(max_size=400) | values.map(lambda value: json.dumps(value).encode()))
@example(body=b"[" * 100_000)
@example(body=b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
@example(body=b"\xef\xbb\xbf{}")
@example(body=b'{"type": "charge.dispute.created", "created": 1e999, "id": NaN}')
async def test_signed_nonsense_is_answered(knock, body):
    heard = await knock.post(PATH, [body], sign(body))
    check(heard)
    assert heard.status in {200, 400, 401}


@FUZZ
@given(place=places, value=values, into=st.sampled_from(["event", "data", "object"]))
async def test_an_event_that_is_wrong_in_one_place_is_kept_whole_or_refused(knock, engine, place, value, into):
    await forget(engine)
    event = an_event("evt_bent")
    {"event": event, "data": event["data"], "object": event["data"]["object"]}[into][place] = value
    body = json.dumps(event).encode()
    heard = await knock.post(PATH, [body], sign(body))
    check(heard)
    about = event["type"] if isinstance(event["type"], str) else ""
    found = await kept(engine, event["id"]) if isinstance(event["id"], str) else None
    assert (found is not None) == (heard.status == 200 and about.startswith("charge.dispute."))


@FUZZ
@given(event=genuine, cuts=st.lists(st.integers(0, 600), max_size=5))
async def test_no_genuine_event_is_lost_whatever_it_carries_and_in_whatever_parts(knock, engine, event, cuts):
    await forget(engine)
    body = json.dumps(event).encode()
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    heard = await knock.post(PATH, [body[start:end] for start, end in pairwise(edges)], sign(body))
    check(heard)
    assert heard.status == 200
    assert await kept(engine, event["id"]) == event["data"]["object"]["id"]


@FUZZ
@given(at=st.integers(0, 400), put=st.binary(max_size=6), drop=st.integers(0, 40))
async def test_a_genuine_event_that_was_damaged_on_its_way_is_not_believed(knock, engine, at, *, put, drop):
    whole = json.dumps(an_event("evt_damaged")).encode()
    at = min(at, len(whole))
    damaged = whole[:at] + put + whole[at + drop :]
    heard = await knock.post(PATH, [damaged], sign(whole))
    check(heard)
    assert heard.status == (200 if damaged == whole else 401)


async def test_of_two_values_under_one_key_the_last_counts_as_stripe_would_read_it(knock, engine):
    body = json.dumps(an_event("evt_twice")).encode().replace(b'"evt_twice"', b'"evt_first", "id": "evt_twice"')
    assert (await knock.post(PATH, [body], sign(body))).status == 200
    assert await kept(engine, "evt_twice") == "du_1"
    assert await kept(engine, "evt_first") is None


@pytest.mark.parametrize("size", [0, 1, 200, 400])
async def test_a_caller_who_hangs_up_leaves_no_event(knock, engine, size):
    body = json.dumps(an_event("evt_cut", padding="x" * 400)).encode()
    heard = await knock.post(PATH, [body[:size]], sign(body), hangs_up=True)
    assert heard.status == 400
    assert await kept(engine, "evt_cut") is None


@pytest.mark.parametrize("length", [None, b"5", b"-1", b"99999999999999999999", b"x", "٣".encode(), b""])
async def test_a_body_in_parts_is_cut_off_at_the_limit_whatever_length_it_announced(knock, length):
    parts = [b"x" * 100_000] * (MAX_BODY_BYTES // 100_000 + 1)
    headers = [] if length is None else [(b"content-length", length)]
    assert (await knock.post(PATH, parts, headers)).status == 413


async def test_three_thousand_knocks_leave_memory_as_it_was(knock, repositories):
    chance = random.Random(7)  # noqa: S311  repeatable noise, not a secret
    await _knock_about(knock, chance, times=500)
    before = _resident()
    await _knock_about(knock, chance, times=3_000)
    assert _resident() - before < MOST_GROWTH
    assert await repositories.events.unhandled(before=NOON.replace(year=2027))


async def _knock_about(knock, chance, *, times):
    for _ in range(times):
        event = an_event(f"evt_{chance.random():.17f}".replace(".", ""), padding="x" * chance.randrange(40_000))
        body = json.dumps(event).encode()
        body = chance.choice([body, body, body[:-9], b"[" * 20_000, chance.randbytes(20_000)])
        headers = chance.choice([sign(body), sign(body), [], [(b"stripe-signature", b"t=1,v1=" + b"0" * 5_000)]])
        check(await knock.post(PATH, [body], headers))


def _resident():
    gc.collect()
    return psutil.Process().memory_info().rss
