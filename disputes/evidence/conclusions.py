"""What is made of the facts that the sources gave, before anybody judges them. Pure.

In this order: what could be the disputed card is masked, values that say nothing are dropped, what two systems tell of
one entity is joined, messages are read by rules, the kind of product is inferred where nobody says it, and the
relations are worked out.
"""

import re
from collections.abc import Iterator

from disputes.evidence import Evidence, Fact, Relation, build_fact, disputed_card, inferences, kinds, relations
from disputes.evidence.entities import join
from disputes.reading.blank_values import says_nothing
from disputes.reading.carrier_events import classify
from disputes.reading.message_reading import read

SENDERS = {"customer_message": "customer", "merchant_message": "merchant"}
_KINDS = {"asks_refund": "refund_requested"}
_AUTHENTICATED = re.compile(
    r"(?i:yes|y|success\w*|(?:fully )?authenticated(?!.*\b(?:not|fail\w*|attempt\w*|error)\b).*)"
)
_USER = "use_account"
_REFUSAL = "declines_offer"
_OFFERS = frozenset(("promises_refund", "promises_replacement"))
_FLAGS = frozenset(("refund_requested",))


def conclude(evidence: Evidence) -> Evidence:
    """Return the evidence with all that follows from it."""
    evidence = disputed_card.mask(evidence)
    facts = join(_judge(fact) for fact in evidence.facts if not _is_blank(fact) or fact.kind == _USER)
    read = tuple(_keep_refusals(tuple(_read_messages(facts))))
    known = evidence.model_copy(update={"facts": read, "relations": ()})
    known = _with_product(known.plus(Evidence(facts=tuple(_unknown_events(known)))))
    found = relations.find(known)
    known = known.model_copy(update={"relations": found})
    known = known.plus(Evidence(facts=(*relations.state(found, known), *_open_guarantees(found, known))))
    return known.plus(Evidence(facts=tuple(inferences.infer(known))))


def _judge(fact: Fact) -> Fact:
    """Return a fact for people alone where its text is not the success that its kind stands for."""
    if fact.kind == _USER and _is_blank(fact):
        # A log that says account 0 says that nobody was signed in, which no other record of the use makes good.
        unnamed = build_fact("use_unnamed", value=True, source=fact.source, ref=fact.id.partition(":")[2])
        return unnamed.model_copy(update={"entity": fact.about, "at": fact.at})
    if fact.kind == "three_d_secure" and not _AUTHENTICATED.fullmatch(str(fact.value)):
        return fact.model_copy(update={"bearing": "neutral"})
    return fact


def _open_guarantees(found: tuple[Relation, ...], evidence: Evidence) -> Iterator[Fact]:
    """Yield each guarantee of which nobody can tell whether it pays: who asks there first may save the fight."""
    for relation in found:
        fact = evidence.find(relation.facts[0]) if relation.facts else None
        if relation.name == "no_guarantee" and relation.answer == "unknown" and fact:
            yield build_fact("guarantee_open", relation.why, fact.source, ref=fact.id.partition(":")[2])


def _with_product(evidence: Evidence) -> Evidence:
    product = inferences.infer_product(evidence)
    others = tuple(fact for fact in evidence.facts if fact.kind != "product_type")
    return evidence.model_copy(update={"facts": (*others, product)}) if product else evidence


def _is_blank(fact: Fact) -> bool:
    return kinds.form(fact.kind) == "text" and isinstance(fact.value, str) and says_nothing(fact.kind, fact.value)


def _read_messages(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """Yield every fact, each message with what rules read in it.

    A message that speaks against the merchant, or that no rule has read whole, is for people alone.
    """
    for fact in facts:
        if fact.kind not in SENDERS:
            yield fact
            continue
        reading = read(str(fact.value), by="customer" if fact.kind == "customer_message" else "merchant")
        against = [statement for statement in reading.statements if statement.against]
        yield fact.model_copy(update={"bearing": "neutral"}) if against or not reading.read else fact
        for statement in reading.statements:
            if statement.against or statement.name == _REFUSAL:
                yield _state(fact, statement.name, statement.start, statement.end)
        if not reading.read:
            kind = "message_unread" if reading.doubt else "message_left_out"
            yield _origin(
                build_fact(kind, f"{kinds.label(fact.kind)} {reading.why}.", fact.source, ref=_ref(fact)), fact
            )


def _keep_refusals(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """Yield the facts without what a customer refused, where no offer of ours is on record before it."""
    offers = [fact.at for fact in facts if fact.kind in _OFFERS and fact.at]
    for fact in facts:
        if fact.kind != _REFUSAL or any(fact.at and at < fact.at for at in offers):
            yield fact


def _state(message: Fact, name: str, start: int, end: int) -> Fact:
    kind = _KINDS.get(name, name)
    value: str | bool = True if kind in _FLAGS else " ".join(str(message.value)[start:end].split())
    ref = "" if kind in _FLAGS else f"{_ref(message)}#{start}"
    return _origin(build_fact(kind, value, f"{message.source}#{start}-{end}", ref=ref), message)


def _origin(fact: Fact, message: Fact) -> Fact:
    origin = {"at": message.at, "retrieved_at": message.retrieved_at, "record": message.record}
    return fact.model_copy(update={**origin, "entity": message.about})


def _ref(message: Fact) -> str:
    return message.id.partition(":")[2] or message.kind


def _unknown_events(evidence: Evidence) -> Iterator[Fact]:
    """Yield each carrier event that no rule knows: nobody can say what it means for the delivery."""
    for event in evidence.of("tracking_event"):
        if classify(str(event.value)) == "unknown":
            fact = build_fact("carrier_event_unknown", str(event.value), event.source, ref=event.id.partition(":")[2])
            yield fact.model_copy(update={"entity": event.about, "at": event.at, "record": event.record})
