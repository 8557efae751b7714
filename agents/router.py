"""The router agent: file, wait for a person, accept, or record. Code, never a model."""

from collections.abc import Iterator
from datetime import datetime

from disputes import lifecycle, money
from disputes.case import Action, Case, Rebuttal, Route
from disputes.letter import grounding
from disputes.packet import preflight
from disputes.policy import Lane, Policy
from disputes.repositories.automation import AutomationSwitch

AUTOMATION_ON = AutomationSwitch()


def route(case: Case, policy: Policy, now: datetime, *, automation: AutomationSwitch = AUTOMATION_ON) -> Route:
    """Choose the way of a case and say why, in whole sentences."""
    stands = lifecycle.handling(case.dispute, now)
    if stands.way == "nothing":
        return Route(action="record", reasons=(stands.why,), outcome=stands.outcome)
    lane = policy.lane(case.dispute)
    holds = (
        ((stands.why,) if stands.why else ()) + tuple(_holds(case, policy, lane)) + tuple(_braked(policy, automation))
    )
    if not holds:
        return _routed(case, policy, lane, now, "submit", _why_file(case, policy))
    if not stands.why and not any(_braked(policy, automation)) and _hopeless(case, policy):
        return _routed(case, policy, lane, now, "accept", (*holds, "The policy closes such a case below this amount."))
    return _routed(case, policy, lane, now, "review", holds)


def _routed(case: Case, policy: Policy, lane: Lane, now: datetime, action: Action, *more: tuple[str, ...]) -> Route:
    left = case.dispute.hours_left(now)
    urgent = left is not None and left < policy.urgent_hours
    waits = action == "review" and lane.files
    return Route(
        action=action,
        queue=policy.person_queue if waits else lane.queue,
        reasons=(*(reason for group in more for reason in group), *_notes(case, urgent=urgent)),
        senior=lane.senior or (action == "review" and policy.is_senior(case.dispute)),
        legal=lane.legal,
        tell=lane.tell or urgent,
        urgent=urgent,
    )


def _holds(case: Case, policy: Policy, lane: Lane) -> Iterator[str]:
    """Give each reason why this case may not be filed without a person."""
    if not lane.files:
        yield lane.why or f"The lane {lane.name} belongs to people."
    if policy.amount(case.dispute) is None:
        yield f"No rate from {case.dispute.currency.upper()} to {policy.currency.upper()} is known."
    for gap in case.evidence.gaps:
        if gap.fatal:
            yield gap.why
    yield from _disputed(case)
    yield from _doubts(case, policy)
    yield from _unfit(case)


def _braked(policy: Policy, automation: AutomationSwitch) -> Iterator[str]:
    if not policy.automatic:
        yield "The policy files nothing by itself."
    if automation.stopped:
        yield f"{automation.by or 'Somebody'} stopped automatic filing."
    if policy.daily_cap is not None and automation.filed_today >= policy.daily_cap:
        yield f"The daily cap of {policy.daily_cap} automatic filings is reached."


def _disputed(case: Case) -> Iterator[str]:
    for found in case.assessment.contradictions if case.assessment else ():
        if found.grave:
            yield f"Two records disagree. {found.why}"


def _doubts(case: Case, policy: Policy) -> Iterator[str]:
    assessment = case.assessment
    if assessment is None:
        yield "There is no assessment."
    elif policy.mode == "complete":
        yield from _incomplete(case)
    elif assessment.confidence < policy.person_below:
        yield f"Confidence {assessment.confidence:.2f} is below {policy.person_below:.2f}: too thin to file."
    elif assessment.confidence < (bar := policy.threshold(case.dispute)):
        yield f"Confidence {assessment.confidence:.2f} is below the {bar:.2f} at which this is filed by itself."


def _incomplete(case: Case) -> Iterator[str]:
    if case.assessment and not case.assessment.decided:
        yield "None of the points that can win this claim is proven."
    for gap in case.evidence.gaps:
        if not gap.fatal and gap.source == "playbook":
            yield f"A required point is not proven: {gap.name.replace('_', ' ')}."
    for harm in case.assessment.harms if case.assessment else ():
        yield f"A fact speaks against filing: {harm.why}"


def _unfit(case: Case) -> Iterator[str]:
    marks = {sheet.mark for sheet in case.packet.sheets} if case.packet else None
    if violations := grounding.check(case.rebuttal or Rebuttal(), case.evidence, exhibits=marks):
        yield f"The letter is not grounded: {violations[0].what}."
    if case.rebuttal and case.rebuttal.unmade:
        yield f"The letter leaves out what an answer needs: {', '.join(case.rebuttal.unmade).replace('_', ' ')}."
    if case.packet is None:
        yield "There is no packet."
    elif broken := preflight.check(case.packet, case.dispute):
        yield broken[0]


def _hopeless(case: Case, policy: Policy) -> bool:
    amount, assessment = policy.amount(case.dispute), case.assessment
    cheap = amount is not None and amount < policy.accept_below
    thin = assessment is not None and assessment.confidence < policy.person_below
    # A source that did not answer makes a case look thin that may not be, and a loss cannot be taken back.
    heard = all(gap.source in {"playbook", "sub-reason"} for gap in case.evidence.gaps)
    return cheap and thin and heard and case.dispute.stage == "chargeback"


def _why_file(case: Case, policy: Policy) -> tuple[str, ...]:
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
    if case.dispute.value and case.dispute.value.currency != case.dispute.currency:
        yield f"Worth {money.write(case.dispute.value)} to the account."
