"""The router agent: file, send to a review queue, accept the loss, or record only. Code, never a model."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from agents import last_chance
from agents.soundness import find_adverse, find_holes, find_unsound
from disputes import lifecycle, money, siblings
from disputes.case import Action, Case, Route
from disputes.lifecycle import plan
from disputes.model import Value
from disputes.packet import second_writer
from disputes.policy import Lane, Policy
from disputes.policy.deadlines import Chosen
from disputes.repositories.automation import AutomationSwitch

HANDED_OVER = "The answer was left to Stripe's Smart Disputes before."


class Circumstances(Value):
    """What besides the case decides its route.

    `cautions` are the run's own reasons for a person; `last_chance` is what happens now that the deadline is near;
    `handed_over` is True where Rebut left the answer to Stripe, and Stripe shows it.
    """

    automation: AutomationSwitch = AutomationSwitch()
    cautions: tuple[str, ...] = ()
    last_chance: Chosen | None = None
    handed_over: bool = False


def route(case: Case, policy: Policy, now: datetime, *, at: Circumstances = Circumstances()) -> Route:  # noqa: B008 - frozen
    """Return the route of a case, with its reasons in whole sentences."""
    handling = lifecycle.handling(case.dispute, now)
    if handling.way == "nothing":
        return Route(action="record", reasons=(handling.why,), outcome=handling.outcome)
    if at.handed_over:
        return Route(action="record", reasons=(HANDED_OVER,), outcome=lifecycle.SMART_DISPUTES)
    lane = policy.lane(case.dispute)
    bars = (*at.cautions, *_others_word(case), *filter(None, [handling.why]))
    stops = tuple(_automation_stops(policy, at.automation))
    holds = (*bars, *_reasons_to_review(case, policy, lane), *stops)
    action: Action = "review"
    if at.last_chance and at.last_chance.by:
        # What a named person wants for the end comes before what the policy would do by itself.
        action, holds = last_chance.decide(case, at.last_chance, bars=(*bars, *stops), holds=holds)
    elif not holds:
        action, holds = "submit", _reasons_to_file(case, policy)
    elif not bars and not stops and _hopeless(case, policy):
        action, holds = "accept", (*holds, "The policy closes such a case below this amount.")
    elif at.last_chance:
        action, holds = last_chance.decide(case, at.last_chance, bars=(*bars, *stops), holds=holds)
    decided = {"last_chance": at.last_chance, "policy": policy.title}
    return _build_route(case, policy, lane, now, action, (*holds, *_method(case, policy))).model_copy(update=decided)


def _build_route(
    case: Case, policy: Policy, lane: Lane, now: datetime, action: Action, *more: tuple[str, ...]
) -> Route:
    due = plan.deadline(case.dispute, now)
    urgent = due is not None and due - now < timedelta(hours=policy.urgent_hours)
    belongs_to_person = action == "review" and lane.files
    return Route(
        action=action,
        queue=policy.person_queue if belongs_to_person else lane.queue,
        reasons=(*(reason for group in more for reason in group), *_notes(case, now, urgent=urgent)),
        senior=lane.senior or (action == "review" and policy.is_senior(case.dispute)),
        legal=lane.legal,
        tell=lane.tell or urgent,
        urgent=urgent,
    )


def _reasons_to_review(case: Case, policy: Policy, lane: Lane) -> Iterator[str]:
    """Yield each reason why this case may not be filed without a person; what speaks against us comes first."""
    yield from find_adverse(case)
    if not lane.files:
        yield lane.why or f"The lane {lane.name} belongs to people."
    if policy.amount(case.dispute) is None:
        yield f"No rate from {case.dispute.currency.upper()} to {policy.currency.upper()} is known."
    yield from _low_confidence(case, policy)
    yield from find_unsound(case)


def _method(case: Case, policy: Policy) -> Iterator[str]:
    """Yield that Stripe may answer by itself though the policy says otherwise: it did not take the setting."""
    method, wanted = case.dispute.submission_method, policy.submission_method
    if method is not None and method != wanted and case.dispute.stage in {"inquiry", "chargeback"}:
        said = method.replace("_", " ")
        yield f"Stripe may answer this dispute by itself ({said}), and takes its share: it was not set to {wanted}."


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


def _low_confidence(case: Case, policy: Policy) -> Iterator[str]:
    assessment = case.assessment
    if assessment is None:
        yield "There is no assessment."
    elif policy.mode == "complete":
        yield from find_holes(case)
    elif assessment.confidence < policy.person_below:
        yield f"Confidence {assessment.confidence:.2f} is below {policy.person_below:.2f}: too thin to file."
    elif assessment.confidence < (threshold := policy.threshold(case.dispute)):
        yield f"Confidence {assessment.confidence:.2f} is below the {threshold:.2f} at which this is filed by itself."


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


def _notes(case: Case, now: datetime, *, urgent: bool) -> Iterator[str]:
    if urgent and case.dispute.due_by:
        yield f"The answer is due soon, on {case.dispute.due_by:%d %B %Y %H:%M} UTC."
    if case.dispute.stage == "appeal" and plan.deadline(case.dispute, now) is None:
        yield "No date is known until which this appeal may be sent; look for it in Stripe's dashboard today."
    elif case.dispute.due_by is None:
        yield "Stripe names no deadline."
    yield from case.packet.left_out if case.packet else ()
    if left_out := len(case.evidence.of("message_left_out")):
        what = "A message is" if left_out == 1 else f"{left_out} messages are"
        yield f"{what} not enclosed, since nobody has read every sentence."
    yield from siblings.describe(case.siblings)
    if case.dispute.value and case.dispute.value.currency != case.dispute.currency:
        yield f"Worth {money.write(case.dispute.value)} to the account."
