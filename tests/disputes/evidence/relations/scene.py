"""Facts of one sale, and what the relations say of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from disputes.evidence import Evidence, Fact, FactValue, Relation, build_fact, relations
from disputes.evidence.conclusions import conclude

PAID_AT = datetime(2026, 3, 1, 9, 12, tzinfo=UTC)
DISPUTED_AT = datetime(2026, 4, 20, 17, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAID = build_fact("paid_at", PAID_AT, "stripe:charge:created")
DISPUTED = build_fact("dispute_opened_at", DISPUTED_AT, "stripe:dispute:created")
SALE = (PAID, DISPUTED)
TOLD_OTHERWISE = {
    "refund_covers_claim": {"refund_before_dispute", "refund_after_dispute", "refund_under_way", "refund_failed"},
    "delivered_to_area": {"delivered_elsewhere"},
}
"""False relations whose adverse fact is another's already."""
NUMBERS = st.lists(
    st.from_regex(r"[A-Z]{2}[0-9]{8}", fullmatch=True), min_size=2, max_size=4, unique=True
)  # numbers of parcels, no two of them one


def event(text, at=None, *, of="", ref="1", kind="tracking_event", source="carrier:track"):  # noqa: PLR0913 - a fact
    return build_fact(kind, text, source, of=of, ref=ref).model_copy(update={"at": at})


def use(text, at, ref="u1", **elements):
    """A use of what was sold, with the address, device or account it came from."""
    told = [build_fact(f"use_{name}", value, "app:log", ref=ref) for name, value in elements.items()]
    return (event(text, at, ref=ref, kind="usage_event", source="app:log"), *told)


def concluded(*facts: Fact, **more) -> Evidence:
    """All that follows from facts, once it is sure that every relation is told as it must be."""
    evidence = conclude(Evidence(facts=facts, **more))
    for relation in evidence.relations:
        check(relation, evidence)
    return evidence


def check(relation: Relation, evidence: Evidence) -> None:
    """What a relation rests on is on record, and its answer decides what kind of fact it becomes."""
    assert all(map(evidence.find, relation.facts)), relation
    stated = [*relations.state((relation,), evidence)]
    if relation.answer == "false":
        assert stated or {fact.kind for fact in evidence.adverse} & TOLD_OTHERWISE[relation.name], relation
        assert all(fact.bearing == "hurts" for fact in stated), stated
    elif relation.answer == "true":
        named = {relation.name, *(["linked_by"] if relation.name == "same_identity" else [])}
        assert all(fact.bearing == "helps" and fact.kind in named for fact in stated), stated
    else:
        assert not stated
    assert all(not relation.entity or fact.entity == relation.entity for fact in stated)


def answers(evidence: Evidence, name: str) -> dict[str, str]:
    return {relation.entity: relation.answer for relation in evidence.relations if relation.name == name}


def answer(name: str, *facts: Fact, **more) -> str:
    """The answer of the only relation of a name; nothing where there is none."""
    found = set(answers(concluded(*facts, **more), name).values())
    assert len(found) <= 1, found
    return next(iter(found), "")


def all_answers(facts: Iterable[Fact]) -> set[tuple[str, str, str]]:
    return {(r.name, r.entity, r.answer) for r in concluded(*facts).relations}


def parcel(number: str, *told: tuple[str, FactValue | date], source="carrier:track") -> tuple[Fact, ...]:
    """A parcel's facts under its number."""
    named = build_fact("tracking_number", number, source, of=number)
    return (named, *(build_fact(kind, value, source, of=number) for kind, value in told))
