"""The router: which cases are filed, reviewed, accepted or recorded, and why."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import router
from agents.router import Circumstances
from disputes.case import Claim, ConfidenceFactor, Packet, Rebuttal
from disputes.evidence.contradictions import Contradiction
from disputes.money import Money
from disputes.repositories.automation import AutomationSwitch
from tests.builders import AUTOPILOT, DEFAULT, NOON, a_case, a_claim, a_gap, a_letter, an_assessment

CHEAP = DEFAULT.model_copy(update={"accept_below": 5_000})
CARRIER = a_gap("carrier", "did not answer in 10 s", fatal=False, source="carrier")
REQUIRED = a_gap("tracked", "No tracking number is on record.", fatal=False)


def routed(case=None, policy=DEFAULT, **changes):
    return router.route(case or a_case(**changes), policy, NOON)


def without(**changes):
    return a_case().model_copy(update=changes)


def harmed():
    part = ConfidenceFactor(name="not_shipped", value=0.3, why="Nothing shows that the goods left us.")
    return without(assessment=an_assessment(parts=(part,)))


def test_a_sound_and_sure_case_is_filed():
    route = routed()
    assert (route.action, route.queue, route.tell) == ("submit", "auto-evidence", False)
    assert route.reasons == ("Confidence 0.90 reaches the 0.80 at which this is filed.",)


def test_a_letter_that_leaves_out_what_an_answer_needs_is_a_persons_to_decide():
    route = routed(letter=a_letter().model_copy(update={"unmade": ("tracked", "same_address")}))
    assert route.action == "review"
    assert route.reasons[0] == "The letter leaves out what an answer needs: tracked, same address."


@pytest.mark.parametrize(
    ("confidence", "action", "why"),
    [
        (0.80, "submit", "reaches the 0.80"),
        (0.79, "review", "below the 0.80"),
        (0.30, "review", "below the 0.80"),
        (0.29, "review", "too thin to file"),
        (0.0, "review", "too thin to file"),
    ],
)
def test_the_thresholds_decide_to_the_hundredth(confidence, action, why):
    route = routed(confidence=confidence)
    assert route.action == action
    assert why in route.reasons[0]


@pytest.mark.parametrize(
    ("changes", "queue", "senior"),
    [
        ({"reason": "fraudulent"}, "manual-review", False),
        ({"reason": "unrecognized", "amount": 1}, "manual-review", False),
        ({"reason": "subscription_canceled"}, "subscription-cancel", False),
        ({"reason": "subscription_canceled", "amount": 50_001}, "subscription-cancel", True),
        ({"amount": 50_001}, "high-value-escalation", True),
        ({"amount": 100, "currency": "xyz"}, "high-value-escalation", True),
        ({"confidence": 0.5}, "manual-review", False),
        ({"case_type": "compliance"}, "manual-review", False),
        ({"status": "appeal_needs_response"}, "manual-review", False),
        ({"reason": "insufficient_funds"}, "manual-review", False),
        ({"status": "never_heard_of"}, "manual-review", False),
    ],
)
def test_a_persons_case_goes_to_its_queue_and_says_why(changes, queue, senior):
    route = routed(**changes)
    assert (route.action, route.queue, route.senior) == ("review", queue, senior)
    assert route.reasons


@given(
    st.sampled_from(["fraudulent", "unrecognized"]),
    st.integers(0, 10**9),
    st.floats(0, 1),
    st.sampled_from(["needs_response", "warning_needs_response", "appeal_needs_response", "odd"]),
)
def test_the_default_never_files_or_closes_fraud_by_itself(reason, amount, confidence, status):
    assert routed(reason=reason, amount=amount, confidence=confidence, status=status).action == "review"


@pytest.mark.parametrize("amount", [1, 4_999, 50_001])
@pytest.mark.parametrize("reason", ["fraudulent", "unrecognized", "subscription_canceled", "general"])
def test_autopilot_files_what_is_complete_whatever_the_confidence(reason, amount):
    route = routed(a_case(reason=reason, amount=amount, confidence=0.1), AUTOPILOT)
    assert route.action == "submit"
    assert route.tell == (amount > 50_000)


@pytest.mark.parametrize(
    "case",
    [
        a_case(case_type="compliance"),
        a_case(status="appeal_needs_response"),
        a_case(gaps=(a_gap(),)),
        a_case(gaps=(REQUIRED,)),
        a_case(currency="xyz"),
        without(assessment=an_assessment(decided=False)),
        harmed(),
        without(rebuttal=Rebuttal()),
        without(rebuttal=a_letter(a_claim("We received 99.00 USD."))),
        without(packet=None),
        without(packet=Packet(fields={"customer_name": "https://a.example"})),
        without(assessment=None),
    ],
    ids="fee appeal fatal required currency undecided adverse empty ungrounded no-packet link unassessed".split(),
)
def test_autopilot_leaves_holes_adverse_facts_and_fees_to_a_person(case):
    assert routed(case, AUTOPILOT).action == "review"


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (a_case(gaps=(a_gap(),)), "No delivery is on record."),
        (without(rebuttal=Rebuttal()), "The letter is not grounded: the letter says nothing."),
        (
            without(rebuttal=Rebuttal(claims=(Claim(text="We did."),))),
            "The letter is not grounded: the claim cites no fact.",
        ),
        (without(packet=None), "There is no packet."),
        (without(assessment=None), "There is no assessment."),
        (a_case(currency="xyz"), "No rate from XYZ to USD is known."),
    ],
)
def test_what_is_unfit_is_never_filed_however_sure(case, why):
    route = routed(case)
    assert route.action == "review"
    assert why in route.reasons


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"status": "won"}, "won"),
        ({"status": "lost"}, "lost"),
        ({"status": "prevented"}, "prevented"),
        ({"status": "warning_closed"}, "warning_closed"),
        ({"status": "under_review"}, "answered"),
        ({"due_by": NOON - timedelta(hours=1)}, "past_due"),
    ],
)
def test_what_is_over_is_recorded(changes, outcome):
    for policy in (DEFAULT, AUTOPILOT, CHEAP):
        route = routed(a_case(**changes), policy)
        assert (route.action, route.outcome) == ("record", outcome)


def test_records_that_disagree_are_for_a_person_however_sure():
    case = a_case(confidence=1.0)
    why = "Delivered: a says Monday and b says Friday."
    contradiction = Contradiction(facts=("delivered_at", "delivered_at@ups"), why=why)
    doubtful = case.model_copy(update={"assessment": _with(case, contradiction)})
    way = routed(doubtful)
    assert (way.action, way.queue) == ("review", DEFAULT.person_queue)
    assert way.reasons[0] == "Two records disagree. Delivered: a says Monday and b says Friday."
    mild = case.model_copy(update={"assessment": _with(case, contradiction.model_copy(update={"grave": False}))})
    assert routed(mild).action == "submit"


def _with(case, contradiction):
    return case.assessment.model_copy(update={"contradictions": (contradiction,)})


def test_a_cheap_hopeless_case_is_closed_only_where_the_policy_says_so():
    hopeless = a_case(confidence=0.1, gaps=(a_gap(),))
    assert routed(hopeless, CHEAP).action == "accept"
    assert routed(hopeless, DEFAULT).action == "review"


@pytest.mark.parametrize(
    "case",
    [
        a_case(confidence=0.1, amount=5_000),
        a_case(confidence=0.3),
        a_case(confidence=0.1, status="warning_needs_response"),
        a_case(confidence=0.1, status="appeal_needs_response"),
        a_case(confidence=0.1, case_type="compliance"),
        a_case(confidence=0.1, currency="xyz"),
        a_case(confidence=0.1, reason="insufficient_funds"),
        a_case(confidence=0.1, gaps=(CARRIER,)),
        without(assessment=None),
    ],
    ids="too-dear not-thin inquiry appeal compliance currency bank-return source-silent unassessed".split(),
)
def test_nothing_else_is_ever_closed_by_itself(case):
    assert routed(case, CHEAP).action == "review"


@pytest.mark.parametrize("policy", [DEFAULT, AUTOPILOT], ids=["default", "autopilot"])
@pytest.mark.parametrize("draft", [(), (a_claim("The police agree."),)], ids="plain drafted".split())
def test_a_letter_whose_signed_phrasings_a_model_chose_takes_the_way_it_takes_without_one(policy, draft):
    case = a_case(confidence=1.0)
    chosen = case.rebuttal.model_copy(update={"writer": "gpt-5-mini", "draft": draft})
    assert router.route(case, policy, NOON).action == "submit"
    assert router.route(case.model_copy(update={"rebuttal": chosen}), policy, NOON) == router.route(case, policy, NOON)


@pytest.mark.parametrize(("hours", "urgent"), [(23, True), (24, False), (0, True)])
def test_a_deadline_within_a_day_is_urgent_and_told(hours, urgent):
    route = routed(due_by=NOON + timedelta(hours=hours))
    assert (route.urgent, route.tell) == (urgent, urgent)


@pytest.mark.parametrize(
    "automation",
    [AutomationSwitch(stopped=True, by="Ada"), AutomationSwitch(filed_today=3)],
    ids="stopped capped".split(),
)
def test_a_brake_sends_everything_to_a_person(automation):
    capped = CHEAP.model_copy(update={"daily_cap": 3})
    for case in (a_case(), a_case(confidence=0.1)):
        assert router.route(case, capped, NOON, at=Circumstances(automation=automation)).action == "review"


@given(
    status=st.sampled_from(["needs_response", "warning_needs_response", "appeal_needs_response", "lost", "odd"]),
    reason=st.sampled_from(["fraudulent", "duplicate", "noncompliant", "insufficient_funds", "odd"]),
    currency=st.sampled_from(["usd", "jpy"]),
    hours=st.sampled_from([None, -1, 5, 200]),
    confidence=st.floats(0, 1),
    policy=st.sampled_from([DEFAULT, AUTOPILOT, CHEAP]),
)
def test_every_route_says_why_in_whole_sentences(hours, policy, **changes):
    due_by = None if hours is None else NOON + timedelta(hours=hours)
    case = a_case(due_by=due_by, value=Money(amount=1, currency="usd"), gaps=(a_gap(), REQUIRED), **changes)
    route = routed(case, policy)
    assert route.reasons
    assert not [why for why in route.reasons if not re.fullmatch(r"[A-Z][^\n]*\.", why)]


@pytest.mark.parametrize(("hours", "urgent"), [(23, True), (25, False)])
def test_what_is_due_within_a_day_is_urgent(hours, urgent):
    routed = router.route(a_case(due_by=NOON + timedelta(hours=hours)), DEFAULT, NOON)
    assert (routed.urgent, any("due soon" in reason for reason in routed.reasons)) == (urgent, urgent)


def test_an_appeal_with_a_date_that_passed_warns_that_none_is_known():
    appeal = a_case(status="appeal_needs_response", due_by=NOON - timedelta(days=3))
    routed = router.route(appeal, DEFAULT, NOON)
    assert not routed.urgent
    assert (
        "No date is known until which this appeal may be sent; look for it in Stripe's dashboard today."
        in routed.reasons
    )
