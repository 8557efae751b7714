"""Policies: lanes, thresholds, conversion, and files that are wrong."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import policy
from disputes.errors import Invalid
from disputes.money import Money
from disputes.policy import SHIPPED, Policy
from tests.builders import AUTOPILOT, DEFAULT, a_dispute

FRAUD = ("fraudulent", "unrecognized")
PLAIN = ("product_not_received", "duplicate", "general", "something_new")
RATES = {"eur": Decimal("1.10"), "jpy": Decimal("0.0065"), "kwd": Decimal("3.25")}

# requirements C2: band, then queue, files, senior, legal, tell
MATRIX = [
    (PLAIN, 1, "auto-evidence", True, False, False, False),
    (PLAIN, 4_999, "auto-evidence", True, False, False, False),
    (PLAIN, 5_000, "auto-evidence", True, False, False, True),
    (PLAIN, 50_000, "auto-evidence", True, False, False, True),
    (PLAIN, 50_001, "high-value-escalation", False, True, True, False),
    (FRAUD, 1, "manual-review", False, False, False, False),
    (FRAUD, 4_999, "manual-review", False, False, False, False),
    (FRAUD, 5_000, "manual-review", False, False, False, False),
    (FRAUD, 50_000, "manual-review", False, False, False, False),
    (FRAUD, 50_001, "high-value-escalation", False, True, True, False),
    (("subscription_canceled",), 4_999, "subscription-cancel", False, False, False, False),
    (("subscription_canceled",), 50_000, "subscription-cancel", False, False, False, False),
    (("subscription_canceled",), 50_001, "subscription-cancel", False, False, False, False),
]


@pytest.mark.parametrize(("reasons", "amount", "lane"), [(row[0], row[1], row[2:]) for row in MATRIX])
def test_the_matrix_of_queues_is_kept_to_the_cent(reasons, amount, lane):
    for reason in reasons:
        chosen = DEFAULT.lane(a_dispute(reason=reason, amount=amount))
        assert (chosen.queue, chosen.files, chosen.senior, chosen.legal, chosen.tell) == lane


@pytest.mark.parametrize(("amount", "senior"), [(4_999, False), (50_000, False), (50_001, True)])
def test_above_500_a_senior_is_asked_in_every_queue(amount, senior):
    for reason in ("subscription_canceled", *FRAUD, *PLAIN):
        assert DEFAULT.is_senior(a_dispute(reason=reason, amount=amount)) == senior


@given(st.sampled_from(FRAUD), st.integers(0, 10**12), st.sampled_from(["usd", "eur", "jpy", "kwd", "xyz"]))
def test_fraud_is_never_filed_by_itself_at_any_amount(reason, amount, currency):
    for rules in (DEFAULT, DEFAULT.model_copy(update={"rates": RATES})):
        assert not rules.lane(a_dispute(reason=reason, amount=amount, currency=currency)).files


@given(st.sampled_from(FRAUD + PLAIN), st.integers(0, 10**12))
def test_autopilot_has_a_filing_lane_for_every_amount_and_fraud(reason, amount):
    assert AUTOPILOT.lane(a_dispute(reason=reason, amount=amount)).files


def test_an_unknown_currency_counts_as_above_every_bound():
    strange = a_dispute(amount=100, currency="xyz")
    assert DEFAULT.amount(strange) is None
    assert DEFAULT.lane(strange).queue == "high-value-escalation"
    assert DEFAULT.is_senior(strange)


@pytest.mark.parametrize(
    ("amount", "currency", "worth"),
    [
        (5_000, "usd", 5_000),
        (5_000, "eur", 5_500),
        (10_000, "jpy", 6_500),
        (1_000, "kwd", 325),
        (12_345, "kwd", 4_012),
    ],
)
def test_amounts_are_converted_by_rate_and_places(amount, currency, worth):
    rules = DEFAULT.model_copy(update={"rates": RATES})
    assert rules.amount(a_dispute(amount=amount, currency=currency)) == worth


def test_a_policy_in_a_currency_without_cents_counts_in_its_units():
    rules = DEFAULT.model_copy(update={"currency": "jpy", "rates": {"usd": Decimal(150)}})
    assert rules.amount(a_dispute(amount=3_800)) == 5_700


def test_what_stripe_withdrew_goes_before_a_rate():
    withdrawn = a_dispute(amount=10_000, currency="jpy", value=Money(amount=7_001, currency="usd"))
    assert DEFAULT.model_copy(update={"rates": RATES}).amount(withdrawn) == 7_001


def test_a_value_without_a_rate_falls_back_to_the_amount():
    assert DEFAULT.amount(a_dispute(amount=3_800, value=Money(amount=1, currency="xyz"))) == 3_800


@pytest.mark.parametrize(
    ("reason", "amount", "bar"),
    [
        ("product_not_received", 20_000, 0.8),
        ("product_not_received", 20_001, 0.85),
        ("general", 100, 0.9),
        ("general", 20_001, 0.9),
        ("product_unacceptable", 100, 0.9),
    ],
)
def test_the_highest_threshold_that_applies_wins(reason, amount, bar):
    assert DEFAULT.threshold(a_dispute(reason=reason, amount=amount)) == bar


def test_an_unknown_amount_meets_every_threshold():
    assert DEFAULT.threshold(a_dispute(amount=1, currency="xyz")) == 0.85


def test_a_threshold_may_also_lower_the_bar_for_a_reason():
    lax = DEFAULT.model_dump(by_alias=True) | {"threshold": ({"file_at": 0.5, "reasons": ("duplicate",)},)}
    rules = Policy.model_validate(lax)
    assert rules.threshold(a_dispute(reason="duplicate")) == 0.5
    assert rules.threshold(a_dispute(reason="general")) == 0.8


def test_what_the_merchant_says_becomes_facts():
    merchant = DEFAULT.merchant.model_copy(update={"refund_policy": "30 days.", "product_type": "digital"})
    facts = DEFAULT.model_copy(update={"merchant": merchant}).facts()
    assert {fact.kind: fact.value for fact in facts.facts} == {"refund_policy": "30 days.", "product_type": "digital"}
    assert DEFAULT.facts().facts == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_never_closes_a_case_by_itself(name):
    assert policy.load(name).accept_below == 0


LANE = '\n[[lane]]\nname = "all"\nqueue = "q"\n'
GOOD = (
    'name = "own"\nversion = "1"\ncurrency = "usd"\nfile_at = 0.8\nperson_below = 0.3\n'
    'fraud_reasons = ["fraudulent"]\nperson_queue = "q"\nsenior_above = 1\n'
)
BROKEN = {
    "not TOML": "this is not TOML",
    "no lane": GOOD,
    "last lane too narrow": f"{GOOD}{LANE}above = 5\n",
    "unknown key": f'colour = "blue"\n{GOOD}{LANE}',
    "unknown key in a lane": f"{GOOD}{LANE}colour = 1\n",
    "threshold over 1": f"{GOOD.replace('0.8', '80')}{LANE}",
    "negative": f"accept_below = -1\n{GOOD}{LANE}",
    "unknown mode": f'mode = "wild"\n{GOOD}{LANE}',
    "missing key": f"{GOOD.replace('senior_above = 1', '')}{LANE}",
    "rate of nothing": f"{GOOD}{LANE}[rates]\neur = 0\n",
    "rate below nothing": f"{GOOD}{LANE}[rates]\neur = -1.1\n",
    "rate that is no number": f"{GOOD}{LANE}[rates]\neur = nan\n",
    "currency in capitals": f"{GOOD.replace('usd', 'USD')}{LANE}",
    "file below person": f"{GOOD.replace('0.8', '0.2')}{LANE}",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_policy_is_refused_with_one_sentence(tmp_path, broken):
    file = tmp_path / "own.toml"
    file.write_text(GOOD + LANE)
    assert policy.load(str(file)).name == "own"
    file.write_text(broken)
    with pytest.raises(Invalid, match=r"^The policy [^\n]+\.$"):
        policy.load(str(file))


def test_a_policy_that_is_not_there_or_not_text_is_refused(tmp_path):
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("no/such/policy.toml", str(tmp_path), str(tmp_path / "odd.toml")):
        with pytest.raises(Invalid, match=r"^The policy [^\n]+ cannot be read: [^\n]+\.$"):
            policy.load(name)


def test_what_nobody_could_read_has_the_soonest_service_level():
    known = policy.load()
    assert known.ladder_unread.contact == min(one.contact for one in known.ladders if one.contact is not None)
    none = known.model_copy(update={"ladders": (policy.deadlines.Ladder(),)})
    assert none.ladder_unread.contact is None
