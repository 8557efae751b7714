"""The router agent: file, send to a review queue, accept the loss, or record only. Code, never a model."""

from collections.abc import Iterator
from datetime import datetime

from disputes import lifecycle, money, siblings
from disputes.case import Action, Case, Rebuttal, Route
from disputes.evidence import disputed_part
from disputes.letter import grounding
from disputes.packet import preflight, second_writer
from disputes.policy import Lane, Policy
from disputes.repositories.automation import AutomationSwitch

AUTOMATION_ON = AutomationSwitch()
_CLAIMED_BY_AMOUNT = frozenset(("credit_not_processed",))
_CLAIMED_BY_PARCEL = frozenset(("product_not_received",))


def route(
    case: Case,
    policy: Policy,
    now: datetime,
    *,
    automation: AutomationSwitch = AUTOMATION_ON,
    cautions: tuple[str, ...] = (),
) -> Route:
    """Return the route of a case, with its reasons in whole sentences; `cautions` are the run's own for a person."""
    handling = lifecycle.handling(case.dispute, now)
    if handling.way == "nothing":
        return Route(action="record", reasons=(handling.why,), outcome=handling.outcome)
    lane = policy.lane(case.dispute)
    cautions = (*cautions, *_others_word(case))
    holds = (
        cautions
        + ((handling.why,) if handling.why else ())
        + tuple(_reasons_to_review(case, policy, lane))
        + tuple(_automation_stops(policy, automation))
    )
    if not holds:
        return _build_route(case, policy, lane, now, "submit", _reasons_to_file(case, policy))
    if not cautions and not handling.why and not any(_automation_stops(policy, automation)) and _hopeless(case, policy):
        return _build_route(
            case, policy, lane, now, "accept", (*holds, "The policy closes such a case below this amount.")
        )
    return _build_route(case, policy, lane, now, "review", holds)


def _build_route(
    case: Case, policy: Policy, lane: Lane, now: datetime, action: Action, *more: tuple[str, ...]
) -> Route:
    left = case.dispute.hours_left(now)
    urgent = left is not None and left < policy.urgent_hours
    belongs_to_person = action == "review" and lane.files
    return Route(
        action=action,
        queue=policy.person_queue if belongs_to_person else lane.queue,
        reasons=(*(reason for group in more for reason in group), *_notes(case, urgent=urgent)),
        senior=lane.senior or (action == "review" and policy.is_senior(case.dispute)),
        legal=lane.legal,
        tell=lane.tell or urgent,
        urgent=urgent,
    )


def _reasons_to_review(case: Case, policy: Policy, lane: Lane) -> Iterator[str]:
    """Yield each reason why this case may not be filed without a person."""
    if not lane.files:
        yield lane.why or f"The lane {lane.name} belongs to people."
    if policy.amount(case.dispute) is None:
        yield f"No rate from {case.dispute.currency.upper()} to {policy.currency.upper()} is known."
    for gap in case.evidence.gaps:
        if gap.fatal:
            yield gap.why
    yield from _disputed_part(case)
    yield from _contradictions(case)
    yield from _low_confidence(case, policy)
    yield from _unsound_draft(case)
    if case.rebuttal and case.rebuttal.by_model:
        yield f"A model ({case.rebuttal.writer}) wrote this letter; what a model wrote is filed by a person only."


def _others_word(case: Case) -> Iterator[str]:
    """Yield what others did that leaves a case to a person, and bars closing it without one."""
    if why := second_writer.caution(case.held):
        yield why
    yield from siblings.weigh(case.dispute, case.siblings)


def _automation_stops(policy: Policy, automation: AutomationSwitch) -> Iterator[str]:
    if not policy.automatic:
        yield "The policy files nothing by itself."
    if automation.stopped:
        yield f"{automation.by or 'Somebody'} stopped automatic filing."
    if policy.daily_cap is not None and automation.filed_today >= policy.daily_cap:
        yield f"The daily cap of {policy.daily_cap} automatic filings is reached."


def _disputed_part(case: Case) -> Iterator[str]:
    """Yield why a dispute over a part of the payment is not answered by itself: nothing tells that this part arrived.

    A credit is claimed by its amount, whatever was bought.
    """
    dispute, items = case.dispute, case.evidence.items
    if dispute.reason in _CLAIMED_BY_AMOUNT or dispute.captured is None:
        return
    part, amount = disputed_part.find(dispute, items), money.write(dispute.money)
    if part.way == "unknown":
        yield f"Only {amount} of the payment is disputed, and nothing tells which part of it that is."
    elif part.way == "items" and dispute.reason in _CLAIMED_BY_PARCEL and not disputed_part.is_all(part, items):
        named = ", ".join(f"{item.quantity} x {item.name}" for item in part.items)
        yield f"The disputed {amount} is what {named} cost, and no shipment on record names it."


def _contradictions(case: Case) -> Iterator[str]:
    for contradiction in case.assessment.contradictions if case.assessment else ():
        if contradiction.grave:
            yield f"Two records disagree. {contradiction.why}"


def _low_confidence(case: Case, policy: Policy) -> Iterator[str]:
    assessment = case.assessment
    if assessment is None:
        yield "There is no assessment."
    elif policy.mode == "complete":
        yield from _incomplete(case)
    elif assessment.confidence < policy.person_below:
        yield f"Confidence {assessment.confidence:.2f} is below {policy.person_below:.2f}: too thin to file."
    elif assessment.confidence < (threshold := policy.threshold(case.dispute)):
        yield f"Confidence {assessment.confidence:.2f} is below the {threshold:.2f} at which this is filed by itself."


def _incomplete(case: Case) -> Iterator[str]:
    if case.assessment and not case.assessment.decided:
        yield "None of the points that can win this claim is proven."
    for gap in case.evidence.gaps:
        if not gap.fatal and gap.source == "playbook":
            yield f"A required point is not proven: {gap.name.replace('_', ' ')}."
    for harm in case.assessment.harms if case.assessment else ():
        yield f"A fact speaks against filing: {harm.why}"


def _unsound_draft(case: Case) -> Iterator[str]:
    marks = {sheet.mark for sheet in case.packet.sheets} if case.packet else None
    if violations := grounding.check(case.rebuttal or Rebuttal(), case.evidence, exhibits=marks):
        yield f"The letter is not grounded: {violations[0].what}."
    if case.rebuttal and case.rebuttal.unmade:
        yield f"The letter leaves out what an answer needs: {', '.join(case.rebuttal.unmade).replace('_', ' ')}."
    if case.packet is None:
        yield "There is no packet."
    elif problems := preflight.check(case.packet, case.dispute):
        yield problems[0]
    yield from case.packet.unreadable if case.packet else ()


def _hopeless(case: Case, policy: Policy) -> bool:
    amount, assessment = policy.amount(case.dispute), case.assessment
    cheap = amount is not None and amount < policy.accept_below
    thin = assessment is not None and assessment.confidence < policy.person_below
    # A source that did not answer may make a good case look thin, and accepting a loss is irrevocable.
    all_answered = all(gap.source in {"playbook", "sub-reason"} for gap in case.evidence.gaps)
    return cheap and thin and all_answered and case.dispute.stage == "chargeback"


def _reasons_to_file(case: Case, policy: Policy) -> tuple[str, ...]:
    confidence = case.assessment.confidence if case.assessment else 0.0
    if policy.mode == "complete":
        return (f"The letter is grounded and every required point is proven (confidence {confidence:.2f}).",)
    return (f"Confidence {confidence:.2f} reaches the {policy.threshold(case.dispute):.2f} at which this is filed.",)


def _notes(case: Case, *, urgent: bool) -> Iterator[str]:
    if urgent and case.dispute.due_by:
        yield f"The answer is due soon, on {case.dispute.due_by:%d %B %Y %H:%M} UTC."
    if case.dispute.due_by is None:
        yield "Stripe names no deadline."
    yield from case.packet.left_out if case.packet else ()
    yield from siblings.describe(case.siblings)
    if case.dispute.value and case.dispute.value.currency != case.dispute.currency:
        yield f"Worth {money.write(case.dispute.value)} to the account."
