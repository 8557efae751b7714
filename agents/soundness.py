"""What keeps an answer from being filed by itself whatever its confidence: unsound parts, and holes. Code, no model."""

from collections.abc import Iterator

from disputes import money
from disputes.case import Case, Hold, Rebuttal
from disputes.evidence import disputed_part
from disputes.evidence.disputed_part import DisputedPart
from disputes.letter import grounding, verification
from disputes.packet import preflight

_CLAIMED_BY_AMOUNT = frozenset(("credit_not_processed",))
_CLAIMED_BY_PARCEL = frozenset(("product_not_received",))


def find_unsound(case: Case) -> Iterator[str]:
    """Yield each reason why evidence, letter or packet may not go out without a person, in sentences."""
    for gap in case.evidence.gaps:
        if gap.fatal:
            yield gap.why
    yield from _disputed_part(case)
    yield from _contradictions(case)
    yield from _unsound_draft(case)


def find_adverse(case: Case) -> Iterator[str]:
    """Yield what of the evidence speaks so much against the merchant that a person decides, in sentences."""
    yield from (hold.why for hold in _holds(case))


def find_holes(case: Case) -> Iterator[str]:
    """Yield what a complete answer lacks: a point that can win, a required one, and what speaks against filing."""
    if case.assessment and not case.assessment.decided:
        yield "None of the points that can win this claim is proven."
    for gap in case.evidence.gaps:
        if not gap.fatal and gap.source == "playbook":
            yield f"A required point is not proven: {gap.name.replace('_', ' ')}."
    told = {hold.kind for hold in _holds(case)}
    for harm in case.assessment.harms if case.assessment else ():
        if harm.name not in told:
            yield f"A fact speaks against filing: {harm.why}"


def _holds(case: Case) -> tuple[Hold, ...]:
    return case.assessment.holds if case.assessment else ()


def _unsound_draft(case: Case) -> Iterator[str]:
    marks = {sheet.mark for sheet in case.packet.sheets} if case.packet else None
    letter = case.rebuttal or Rebuttal()
    found = grounding.check(letter, case.evidence, exhibits=marks)
    if violations := [each for each in found if not verification.answers_for(letter, each)]:
        yield f"The letter is not grounded: {violations[0].what}."
    if case.rebuttal and case.rebuttal.unmade:
        yield f"The letter leaves out what an answer needs: {', '.join(case.rebuttal.unmade).replace('_', ' ')}."
    if case.packet is None:
        yield "There is no packet."
    elif problems := preflight.check(case.packet, case.dispute):
        yield problems[0]
    yield from case.packet.unreadable if case.packet else ()


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
    elif part.way == "items" and dispute.reason in _CLAIMED_BY_PARCEL and not _is_shown(case, part):
        named = ", ".join(f"{item.quantity} x {item.name}" for item in part.items)
        yield f"The disputed {amount} is what {named} cost, and no shipment on record names it."


def _is_shown(case: Case, part: DisputedPart) -> bool:
    """Check that the disputed items are all there were, or that parcels which arrived name every one of them."""
    arrived = any(
        relation.name == "every_parcel_arrived" and relation.answer == "true" for relation in case.evidence.relations
    )
    named = all(parcel.of("parcel_items") for parcel in case.evidence.entities("parcel"))
    return disputed_part.is_all(part, case.evidence.items) or (arrived and named)


def _contradictions(case: Case) -> Iterator[str]:
    for contradiction in case.assessment.contradictions if case.assessment else ():
        if contradiction.grave:
            yield f"Two records disagree. {contradiction.why}"
