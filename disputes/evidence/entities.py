"""What facts are about: the entities on record, with what several systems say of one joined by its key. Pure.

Parcels are joined by their tracking number, refunds by amount and day. A fact of a parcel that nothing names belongs to
the only parcel there is; beside several it stays by itself, since nobody can say which of them it means.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from disputes.evidence import kinds
from disputes.evidence.facts import Fact, read_system, read_time
from disputes.model import Value

_NUMBERS = re.compile(r"\s*(?:[,;|\n/+]|\band\b|&)\s*")
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 -]{2,40}")
_CARRIER = re.compile(r"[A-Za-z ]{2,20}")
_PARCEL, _NUMBER_KIND = "parcel", "tracking_number"
_REFUND: kinds.Sort = "refund"
_STRIPE, _DAY = "stripe", timedelta(days=1)


class Entity(Value):
    """One entity, such as `parcel:1Z999`, and its facts in the order they were found."""

    name: str
    facts: tuple[Fact, ...]

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Return every fact of a kind."""
        return tuple(fact for fact in self.facts if fact.kind == kind)

    def get(self, kind: str) -> Fact | None:
        """Return the fact of a kind that is used: the first that was found and not contradicted away, or None."""
        return next(iter(sorted(self.of(kind), key=lambda fact: fact.bearing == "neutral")), None)


def group(facts: Iterable[Fact], sort: kinds.Sort) -> tuple[Entity, ...]:
    """Return the entities of a sort, each with its facts, in the order they were found."""
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.about.partition(":")[0] == sort:
            by_name.setdefault(fact.about, []).append(fact)
    return tuple(Entity(name=name, facts=tuple(members)) for name, members in by_name.items())


def named(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities that something names; what nothing names counts only where there is nothing else."""
    every = tuple(entities)
    return tuple(entity for entity in every if ":" in entity.name) or every


def parcel_key(number: str) -> str:
    """Return a tracking number in the one spelling that names its parcel: letters and digits, in capitals."""
    return "".join(c for c in number if c.isalnum()).upper()


def split_numbers(written: str) -> tuple[str, ...]:
    """Return the tracking numbers that a text lists, without a carrier's name between them; else the text itself."""
    parts = [part for part in _NUMBERS.split(written) if part.strip()]
    numbers = tuple(part.strip() for part in parts if _NUMBER.fullmatch(part.strip()))
    others = [part for part in parts if not _NUMBER.fullmatch(part.strip())]
    return numbers if numbers and all(map(_CARRIER.fullmatch, others)) else (written,)


def join(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts with each parcel's under its tracking number, and what two systems tell of one entity once.

    Of values that differ both stay, the second neutral and under `id@system`, where `kinds.COMPARED` says that systems
    should agree; of other kinds the first that was found stays.
    """
    named = tuple(_name_parcels(_split_numbers(_join_refunds(tuple(facts)))))
    several = len({fact.entity for fact in named if fact.about.startswith(_PARCEL)}) > 1
    return tuple(_tell_once(_renumber(fact, several=several) for fact in named))


def _join_refunds(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """Yield the facts without a shop's record of a refund that Stripe has: of one amount and within a day of it.

    A refund that Stripe does not have stays, since it went back another way.
    """
    stripe, doubled = _refunds(facts, of_stripe=True), set[str]()
    for name, refund in _refunds(facts, of_stripe=False).items():
        match = next((own for own, one in stripe.items() if _is_one_refund(one, refund)), None)
        if match:
            del stripe[match]
            doubled.add(name)
    return (fact for fact in facts if fact.about not in doubled)


def _refunds(facts: tuple[Fact, ...], *, of_stripe: bool) -> dict[str, Entity]:
    named = (fact for fact in facts if fact.entity != _REFUND and (read_system(fact) == _STRIPE) == of_stripe)
    return {entity.name: entity for entity in group(named, _REFUND)}


def _is_one_refund(refund: Entity, other: Entity) -> bool:
    amount, same = refund.get("refund_amount"), other.get("refund_amount")
    at, then = refund.get("refunded_at"), other.get("refunded_at")
    if not (amount and same and at and then):
        return False
    return amount.value == same.value and abs(read_time(at) - read_time(then)) < _DAY


def _split_numbers(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield each number of a text that lists several as a fact of its own."""
    for fact in facts:
        parts = split_numbers(str(fact.value)) if fact.kind == _NUMBER_KIND else ()
        if parts and parts != (fact.value,):
            for part in parts:
                key = parcel_key(part)
                yield fact.model_copy(update={"value": part, "id": f"{fact.kind}:{key}", "entity": f"{_PARCEL}:{key}"})
        else:
            yield fact


def _name_parcels(facts: Iterable[Fact]) -> Iterator[Fact]:
    known = tuple(facts)
    by_system: dict[str, set[str]] = {}
    for fact in known:
        key = parcel_key(str(fact.value)) if fact.kind == _NUMBER_KIND else fact.about.removeprefix(f"{_PARCEL}:")
        if fact.kind == _NUMBER_KIND or fact.about.startswith(f"{_PARCEL}:"):
            by_system.setdefault(read_system(fact), set()).add(key)
    every = {fact.about for fact in known if fact.about.startswith(f"{_PARCEL}:")}
    every |= {f"{_PARCEL}:{key}" for keys in by_system.values() for key in keys if key}
    for fact in known:
        if fact.about != _PARCEL:
            yield fact
        elif name := _find_name(fact, by_system.get(read_system(fact), set()), every):
            yield fact.model_copy(update={"entity": name})
        else:
            yield fact.model_copy(update={"entity": _PARCEL})


def _find_name(fact: Fact, own: set[str], every: set[str]) -> str:
    if fact.kind == _NUMBER_KIND:
        key = parcel_key(str(fact.value))
        return f"{_PARCEL}:{key}" if key else ""
    if len(own) == 1 and next(iter(own)):
        return f"{_PARCEL}:{next(iter(own))}"
    return next(iter(every)) if len(every) == 1 else ""


def _renumber(fact: Fact, *, several: bool) -> Fact:
    """Return a parcel's fact with its parcel in its id only where there are several parcels."""
    sort, _, key = fact.about.partition(":")
    if sort != _PARCEL or fact.kind in kinds.REPEATED or not key:
        return fact
    return fact.model_copy(update={"id": f"{fact.kind}:{key}" if several else fact.kind})


def _tell_once(facts: Iterable[Fact]) -> Iterator[Fact]:
    told: dict[tuple[str, str], list[Fact]] = {}
    ids: set[str] = set()
    for fact in facts:
        if fact.kind in kinds.REPEATED or kinds.sort(fact.kind) != _PARCEL:
            yield fact
            continue
        before = told.setdefault((fact.about, fact.kind), [])
        if before and not _is_news(fact, before):
            continue
        written = _as_second(fact) if before else _as_first(fact)
        if written.id not in ids:
            before.append(fact)
            ids.add(written.id)
            yield written


def _is_news(fact: Fact, before: list[Fact]) -> bool:
    """Check that a fact says of its entity what no fact before it says, and that people should see both."""
    if fact.kind not in kinds.COMPARED or any(other.value == fact.value for other in before):
        return False
    if fact.kind == _NUMBER_KIND:
        return False
    return all(read_system(other) != read_system(fact) for other in before)


def _as_first(fact: Fact) -> Fact:
    """Return a fact that was taken for a second value of one parcel, and is the only value of another."""
    taken = fact.bearing == "neutral" and fact.kind in kinds.COMPARED
    return fact.model_copy(update={"bearing": "helps"}) if taken else fact


def _as_second(fact: Fact) -> Fact:
    return fact.model_copy(update={"id": f"{fact.id.partition('@')[0]}@{read_system(fact)}", "bearing": "neutral"})
