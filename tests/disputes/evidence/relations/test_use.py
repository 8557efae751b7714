"""Tests of whether what was sold was used after the payment, from where it was bought, and whether it worked."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import build_fact
from tests.disputes.evidence.relations.scene import DAY, HOUR, PAID, PAID_AT, all_answers, answer, concluded, event, use

AFTER, FROM = "used_after_charge", "used_from_purchase"
MINUTES = st.integers(61, 60 * 24 * 30)
BOUGHT = (
    build_fact("customer_ip", "203.0.113.7", "stripe:session"),
    build_fact("device_id", "d3f4a9-77", "shop:order"),
    build_fact("account_id", "user_20417", "shop:order"),
)
WORKED = st.sampled_from(["Signed in", "Lesson 3 completed", "Downloaded report.pdf (500 KB)", "Watched episode 404"])
FAILED = st.sampled_from(
    ["Login failed", "Access denied", "POST /login 401", "Error: timed out", "Signed in: HTTP 503"]
)


@given(MINUTES, WORKED)
def test_a_use_that_worked_after_the_payment(minutes, text):
    assert answer(AFTER, PAID, *use(text, PAID_AT + minutes * HOUR / 60)) == "true"


@given(MINUTES, WORKED)
def test_uses_before_the_payment_alone_are_false(minutes, text):
    evidence = concluded(PAID, *use(text, PAID_AT - minutes * HOUR / 60))
    assert [fact.kind for fact in evidence.adverse] == ["used_before_only"]


@given(st.lists(FAILED, min_size=1, max_size=3))
def test_attempts_that_failed_are_no_use(texts):
    told = [fact for n, text in enumerate(texts) for fact in use(text, PAID_AT + (n + 1) * DAY, ref=f"u{n}")]
    assert [fact.kind for fact in concluded(PAID, *told).adverse] == ["used_in_vain"]
    assert answer(AFTER, PAID, *told, *use("Signed in", PAID_AT + 9 * DAY, ref="w")) == "true"


@given(st.integers(0, 59))
def test_clocks_an_hour_apart_and_days_without_an_hour_are_unknown(minutes):
    assert answer(AFTER, PAID, *use("Signed in", PAID_AT - minutes * HOUR / 60)) == "unknown"
    assert answer(AFTER, PAID, build_fact("last_used_at", PAID_AT - minutes * HOUR / 60, "app:user")) == "unknown"
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    for day in (midnight, midnight.date()):
        assert answer(AFTER, PAID, build_fact("last_used_at", day, "app:user")) == "unknown"
        assert answer(AFTER, build_fact("paid_at", day, "shop:order"), *use("Signed in", midnight - HOUR)) == "unknown"


def test_a_use_without_a_time_tells_nothing():
    assert answer(AFTER, PAID, *use("Signed in", None)) == "unknown"
    assert answer(AFTER, PAID, *use("Signed in", None), *use("Signed in", PAID_AT - 9 * DAY, ref="u2")) == "unknown"
    assert answer(AFTER, PAID, build_fact("use_failed", value=True, source="app:log", ref="u1")) == "false"


def test_the_last_use_alone_tells_when_and_nothing_of_from_where():
    for days, expected in ((3, "true"), (-3, "false")):
        last = build_fact("last_used_at", PAID_AT + days * DAY, "app:user")
        assert answer(AFTER, PAID, last, *BOUGHT) == expected
        assert answer(FROM, PAID, last, *BOUGHT) == ""


@pytest.mark.parametrize(
    ("story", "elements", "expected"),
    [
        ("from the same address", {"ip": "203.0.113.7"}, "true"),
        ("on the same phone in another net", {"ip": "198.51.100.9", "device": "D3F4A9-77"}, "true"),
        ("in the same account on the road", {"ip": "198.51.100.9", "account": "user_20417"}, "true"),
        ("in the account, on a stranger's device", {"account": "user_20417", "device": "ffff-1"}, "false"),
        ("by somebody else", {"ip": "198.51.100.9", "account": "user_1"}, "false"),
        ("an account that is an e-mail address", {"account": "ada@example.com"}, "unknown"),
        ("with nothing to compare", {}, "unknown"),
        ("from an address of the other version", {"ip": "2001:db8::7"}, "unknown"),
    ],
)
def test_stories_of_uses(story, elements, expected):
    assert answer(FROM, PAID, *BOUGHT, *use("Signed in", PAID_AT + DAY, **elements)) == expected


@given(st.ip_addresses(network="2600::/16"), st.integers(0, 2**64 - 1))
def test_an_address_of_version_6_is_one_however_it_is_written(address, host):
    bought = build_fact("customer_ip", str(address), "stripe:session")
    for written in (address.exploded.upper(), address.compressed):
        assert answer(FROM, PAID, bought, *use("Signed in", PAID_AT + DAY, ip=written)) == "true"
    near = type(address)(int(address) >> 64 << 64 | host)
    assert answer(FROM, PAID, bought, *use("Signed in", PAID_AT + DAY, ip=str(near))) in {"true", "unknown"}
    far = type(address)(int(address) ^ 1 << 100)
    assert answer(FROM, PAID, bought, *use("Signed in", PAID_AT + DAY, ip=str(far))) == "false"


def test_an_e_mail_address_as_the_account_is_compared_with_the_customers():
    mail = build_fact("customer_email", "ada@example.com", "stripe:charge")
    assert answer(FROM, PAID, mail, *use("Signed in", PAID_AT + DAY, account="Ada@Example.com")) == "true"
    assert answer(FROM, PAID, mail, *use("Signed in", PAID_AT + DAY, account="eve@example.com")) == "false"
    assert answer(FROM, PAID, mail, *use("Signed in", PAID_AT + DAY, account="user_1")) == "unknown"


USES = st.lists(
    st.tuples(
        st.sampled_from(["Signed in", "Login failed"]),
        st.integers(-9, 9),
        st.sampled_from(["203.0.113.7", "192.0.2.1"]),
    ),
    min_size=1,
    max_size=4,
)


@given(USES, st.randoms(use_true_random=False))
def test_the_order_of_uses_changes_no_answer(uses, random):
    told = [f for n, (text, day, ip) in enumerate(uses) for f in use(text, PAID_AT + day * DAY, ref=f"u{n}", ip=ip)]
    shuffled = [PAID, *BOUGHT[:1], *told]
    random.shuffle(shuffled)
    assert all_answers(shuffled) == all_answers([PAID, *BOUGHT[:1], *told])


@given(USES)
def test_an_unrelated_message_or_parcel_changes_no_answer_of_use(uses):
    told = [f for n, (text, day, ip) in enumerate(uses) for f in use(text, PAID_AT + day * DAY, ref=f"u{n}", ip=ip)]
    more = (
        event("Thank you!", PAID_AT, kind="customer_message", source="mail:1"),
        build_fact("tracking_number", "AB12345678", "carrier:track"),
    )
    own = {each for each in all_answers([PAID, *told]) if each[0] in {AFTER, FROM}}
    assert own <= all_answers([PAID, *told, *more])


@given(USES)
def test_a_failed_use_never_turns_false_into_true(uses):
    told = [f for n, (text, day, ip) in enumerate(uses) for f in use(text, PAID_AT + day * DAY, ref=f"u{n}", ip=ip)]
    if answer(AFTER, PAID, *told) == "false":
        assert answer(AFTER, PAID, *told, *use("Login failed", PAID_AT + DAY, ref="f")) == "false"


def test_nothing_is_said_without_a_payment_or_a_use():
    assert answer(AFTER, *use("Signed in", PAID_AT)) == ""
    assert answer(AFTER, PAID) == ""
