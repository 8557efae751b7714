"""The pair that is found, against the rule as Stripe states it, tried on every pair there is."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.ce3 import pairs, selection
from disputes.ce3.payment import Address
from disputes.ce3.selection import Ce3Choice, Ce3Shortfall
from simulator.rules import enhanced as stripe_enhanced
from simulator.rules import evidence as stripe_evidence
from tests.disputes.ce3.payments import (
    BLANK,
    BUYER,
    PAID,
    SENT,
    SPELLINGS,
    a_fraud,
    a_history,
    a_payment,
    chosen,
    histories,
    missed,
    patient,
    payments,
)


def meaning(payment, name):
    if name == "shipping_address":
        return SENT[payment.shipping_address]
    return SPELLINGS[name][getattr(payment, name)]


def counts(disputed, prior):
    days = disputed.paid_at.toordinal() - prior.paid_at.toordinal()
    clean = not (prior.disputed or prior.refunded or prior.fraud_reported)
    real = prior.paid and prior.amount > 0 and prior.product_description.strip()
    return bool(clean and real and prior.card == "card-1" and 119 < days < 365)


def matches(disputed, one, two):
    """Count the main and the secondary elements that all three share."""

    def same(name):
        values = {meaning(payment, name) for payment in (disputed, one, two)}
        return len(values) == 1 and None not in values

    device = same("customer_device_id") or same("customer_device_fingerprint")
    secondary = ("shipping_address", "customer_email_address", "customer_account_id")
    return same("customer_purchase_ip") + device, sum(map(same, secondary))


def valid_pairs(history):
    """Return every valid pair with how many elements and main elements match, and when its payments were made."""
    fit = [prior for prior in history.priors if counts(history.disputed, prior)]
    for one, two in combinations(fit, 2):
        mains, secondary = matches(history.disputed, one, two)
        if mains == 2 or (mains == 1 and secondary >= 1):
            older, newer = sorted((one.paid_at, two.paid_at))
            yield {one.charge, two.charge}, (mains + secondary, mains, older, newer)


def choose(history, **changes):
    return selection.find(a_fraud(), history, **changes)


@patient
@given(histories())
def test_a_pair_is_found_exactly_when_there_is_a_valid_one(history):
    valid = list(valid_pairs(history))
    answer = choose(history)
    assert isinstance(answer, Ce3Choice) == bool(valid)
    if isinstance(answer, Ce3Choice):
        (worth,) = [worth for charges, worth in valid if charges == set(answer.priors)]
        assert worth == max(worth for _, worth in valid)
        assert len(answer.elements) == worth[0]


@patient
@given(histories(most=4, sound=True))
def test_among_sound_payments_none_shows_more_than_the_pair_that_is_found(history):
    answer, valid = choose(history), list(valid_pairs(history))
    assert isinstance(answer, Ce3Choice) == bool(valid)
    assert not valid or len(answer.elements) == max(worth[0] for _, worth in valid)


@patient
@given(histories(sound=True), st.data())
def test_a_further_payment_never_takes_the_pair_away(history, data):
    before = choose(history)
    more = data.draw(payments("ch_more"))
    after = choose(history.model_copy(update={"priors": (more, *history.priors)}))
    assert isinstance(after, Ce3Choice) or isinstance(before, Ce3Shortfall)
    if isinstance(before, Ce3Choice) and not counts(history.disputed, more):
        assert after == before


@patient
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_payments_decides_nothing(history, random):
    shuffled = list(history.priors)
    random.shuffle(shuffled)
    other = history.model_copy(update={"priors": tuple(shuffled)})
    assert choose(other) == choose(history)


@patient
@given(histories(sound=True))
def test_stripe_finds_nothing_missing_in_what_is_sent(history):
    answer = choose(history)
    if isinstance(answer, Ce3Choice):
        assert_qualified(answer.enhanced_evidence)


def as_form(value):
    """Number the items of a list, as a form does."""
    if isinstance(value, list):
        return {str(number): as_form(item) for number, item in enumerate(value)}
    return {key: as_form(item) for key, item in value.items()} if isinstance(value, dict) else value


def assert_qualified(enhanced):
    sent = stripe_evidence.PARAMETERS.read({"enhanced_evidence": as_form(enhanced)}, "evidence")
    prefilled = stripe_evidence.merge({"enhanced_evidence": {}}, sent)
    dispute = {"enhanced_eligibility_types": [], "evidence_details": {"enhanced_eligibility": {}}}
    status = stripe_enhanced.eligibility(dispute, prefilled)["visa_compelling_evidence_3"]
    assert status == {"required_actions": [], "status": "qualified"}


@patient
@given(histories(sound=True))
def test_a_shortfall_always_says_what_was_missing(history):
    answer = choose(history)
    if isinstance(answer, Ce3Shortfall):
        assert answer.findings
        ids = {history.disputed.charge, *(prior.charge for prior in history.priors)}
        assert {finding.charge for finding in answer.findings} <= ids


@patient
@given(histories(sound=True))
def test_whatever_a_finding_names_would_have_won_had_it_been_stored(history):
    pair = pairs.find_best(history.disputed, history.priors)
    if pair is None or pair.qualifies or not pair.elements:
        return
    trio = {history.disputed.charge, *(prior.charge for prior in pair.priors)}
    for datum in {finding.datum for finding in missed(history).findings}:
        stored = [
            payment.model_copy(update={datum: BUYER[datum]}) if payment.charge in trio else payment
            for payment in (history.disputed, *history.priors)
        ]
        mended = history.model_copy(update={"disputed": stored[0], "priors": tuple(stored[1:])})
        assert isinstance(choose(mended), Ce3Choice)


@patient
@given(histories(sound=True))
def test_a_finding_with_advice_names_a_charge_on_which_the_datum_is_of_no_use(history):
    by_charge = {payment.charge: payment for payment in (history.disputed, *history.priors)}
    answer = choose(history)
    for finding in answer.findings if isinstance(answer, Ce3Shortfall) else ():
        if finding.store:
            assert meaning(by_charge[finding.charge], finding.datum) is None


NOTHING: list[tuple[str, str | Address]] = [
    (name, spelling) for name, table in SPELLINGS.items() for spelling, means in table.items() if means is None
]
NOTHING += [("shipping_address", address) for address, means in SENT.items() if means is None]


@pytest.mark.parametrize(("name", "spelling"), NOTHING)
def test_nothing_never_matches_nothing(name, spelling):
    for helper in ("customer_purchase_ip", "customer_device_id", "customer_email_address"):
        same = {**BLANK, helper: BUYER[helper], name: spelling}
        priors = (a_payment("ch_1", days=130, **same), a_payment("ch_2", days=140, **same))
        assert isinstance(choose(a_history(*priors, **same)), Ce3Shortfall)


@pytest.mark.parametrize(
    ("names", "qualifies"),
    [
        ("customer_purchase_ip customer_device_id", True),
        ("customer_purchase_ip customer_device_fingerprint", True),
        ("customer_purchase_ip shipping_address", True),
        ("customer_device_id customer_email_address", True),
        ("customer_device_fingerprint customer_account_id", True),
        ("customer_device_id customer_device_fingerprint", False),
        ("customer_purchase_ip", False),
        ("shipping_address customer_email_address customer_account_id", False),
    ],
)
def test_it_takes_two_main_elements_or_one_and_a_secondary(names, qualifies):
    same = {name: BUYER[name] for name in names.split()}
    priors = (a_payment("ch_1", days=130, **same), a_payment("ch_2", days=140, **same))
    assert isinstance(choose(a_history(*priors, **same)), Ce3Choice) == qualifies


KNOWN = {name: BUYER[name] for name in ("customer_purchase_ip", "customer_device_id")}
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("days", [119, 120, 364, 365])
@pytest.mark.parametrize("hour", [timedelta(0), timedelta(hours=23, minutes=59, seconds=59)])
@pytest.mark.parametrize("disputed_hour", [timedelta(0), timedelta(hours=23, minutes=59, seconds=59)])
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
def test_the_window_counts_120_and_364_days_of_utc_dates(days, hour, disputed_hour, zone):
    disputed = (MIDNIGHT + disputed_hour).astimezone(zone)
    edge = (MIDNIGHT - timedelta(days=days) + hour).astimezone(zone)
    priors = (a_payment("ch_1", days=200, **KNOWN), a_payment("ch_2", paid_at=edge, **KNOWN))
    inside = days in (120, 364)
    assert isinstance(choose(a_history(*priors, paid_at=disputed, **KNOWN)), Ce3Choice) == inside
    since, until = pairs.find_window(disputed)
    assert (since <= edge < until) == inside


def test_among_equal_pairs_the_newest_wins_and_then_the_id():
    priors = [a_payment(f"ch_{days}", days=days, **KNOWN) for days in (364, 300, 130, 125)]
    assert chosen(a_history(*priors, **KNOWN)).priors == ("ch_125", "ch_130")
    twins = [a_payment(name, days=130, **KNOWN) for name in ("ch_b", "ch_c", "ch_a")]
    assert chosen(a_history(*twins, **KNOWN)).priors == ("ch_c", "ch_b")


def test_an_older_pair_that_shows_more_beats_a_newer_one():
    more = {**KNOWN, "customer_email_address": "zoe@example.com"}
    newer = [a_payment(f"ch_{days}", days=days, **KNOWN) for days in (121, 122)]
    older = [a_payment(f"ch_{days}", days=days, **more) for days in (363, 364)]
    assert chosen(a_history(*newer, *older, **more)).priors == ("ch_363", "ch_364")


def test_one_charge_listed_twice_is_one_payment():
    prior = a_payment("ch_1", days=130, **KNOWN)
    assert isinstance(choose(a_history(prior, prior, **KNOWN)), Ce3Shortfall)


def test_a_payment_without_a_date_is_in_no_window():
    priors = (a_payment("ch_1", days=130, **KNOWN), a_payment("ch_2", paid_at=None, **KNOWN))
    assert isinstance(choose(a_history(*priors, **KNOWN)), Ce3Shortfall)
    dated = (a_payment("ch_1", days=130, **KNOWN), a_payment("ch_2", days=131, **KNOWN))
    assert isinstance(choose(a_history(*dated, **KNOWN)), Ce3Choice)
    assert isinstance(choose(a_history(*dated, **KNOWN, paid_at=None)), Ce3Shortfall)


def test_a_hundred_payments_make_one_pair():
    priors = [a_payment(f"ch_{n:03}", days=120 + 2 * n, **KNOWN) for n in range(100)]
    assert PAID - priors[0].paid_at == timedelta(days=120)
    assert chosen(a_history(*priors, **KNOWN)).priors == ("ch_000", "ch_001")
