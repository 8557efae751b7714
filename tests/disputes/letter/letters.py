"""Clean letters: those written by hand on records of their own, and the playbooks' sentences on varied facts."""

import tomllib
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from disputes import money
from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence, Fact, build_fact
from disputes.evidence.kinds import form
from disputes.money import Money
from tests.builders import BOOKS, a_dispute, everything

FOLDER = Path(__file__).parents[2] / "recordings" / "letters"
NAMES = ("Maren Oduya", "J\u00fcrgen Wei\u00df", "Zo\u00eb O'Brien", "Anna Li", "P. Nakata")
TOWNS = ("Portland, OR, 97205, US", "10115 Berlin, DE", "Lyon, 69002, FR", "Leeds LS1 4AP, GB", "Osaka 530-0001, JP")
CARRIERS = ("UPS", "DHL Express", "FedEx", "Royal Mail", "Canada Post")
ROUNDS = 5


class Letter(NamedTuple):
    """A letter, the evidence it was written on, and where it came from."""

    name: str
    rebuttal: Rebuttal
    evidence: Evidence


def written() -> list[Letter]:
    """Give every letter that was written by hand."""
    records = {name: _record(told) for name, told in _read("records.toml").items()}
    return [
        Letter(
            f"{name} {number}",
            Rebuttal(claims=tuple(Claim(text=t, facts=tuple(c.split())) for t, c in claims)),
            records[name],
        )
        for name, group in _read("free.toml").items()
        for number, claims in enumerate(group["letters"])
    ]


def composed() -> list[Letter]:
    """Give a letter of the playbook's sentences for each reason, product and round of varied facts."""
    return [
        _composed(book, product, turn)
        for book in BOOKS.by_reason.values()
        for product in ("physical", "digital", "service")
        for turn in range(ROUNDS)
    ]


def _composed(book, product, turn):
    dispute = a_dispute(reason=book.reason)
    evidence = Evidence(facts=tuple(_varied(fact, turn) for fact in everything(product).facts))
    proven = [(point, proof) for point in book.find_points(dispute, evidence) if (proof := point.find_proof(evidence))]
    claims = tuple(Claim(text=one.write(proof), facts=tuple(f.id for f in proof)) for one, proof in proven)
    return Letter(f"{book.reason} {product} {turn}", Rebuttal(claims=claims), evidence)


def _varied(fact: Fact, turn: int) -> Fact:
    """Give the fact of another sale: amounts, times, names, towns and counts of its own."""
    if isinstance(fact.value, Money):
        return fact.model_copy(
            update={"value": Money(amount=fact.value.amount + 1_311 * turn, currency=fact.value.currency)}
        )
    if form(fact.kind) == "time":
        at = datetime.fromisoformat(str(fact.value)) + timedelta(days=37 * turn, minutes=613 * turn)
        return build_fact(fact.kind, at, fact.source)
    if form(fact.kind) == "count":
        return fact.model_copy(update={"value": int(str(fact.value)) + 5 * turn})
    return fact.model_copy(update={"value": _text(fact, turn)})


def _text(fact: Fact, turn: int):
    if fact.kind in {"customer_name", "shipping_name", "delivery_signature"}:
        return NAMES[turn]
    if fact.kind in {"shipping_address", "billing_address"}:
        return f"{turn + 3} Mill Lane\n{TOWNS[turn]}"
    if fact.kind == "carrier":
        return CARRIERS[turn]
    return fact.value


def _record(told) -> Evidence:
    return Evidence(facts=tuple(_fact(name, value) for name, value in told.items()))


def _fact(name, given) -> Fact:
    kind, _, ref = name.partition(":")
    value, at = (given["value"], given.get("at")) if isinstance(given, dict) else (given, None)
    if form(kind) == "money":
        figure, currency = value.replace(",", "").split()
        minor = Decimal(figure).scaleb(money.decimal_places(currency))
        value = Money(amount=int(minor), currency=currency.lower())
    fact = build_fact(kind, value, f"test:{kind}", ref=ref)
    return fact.model_copy(update={"at": datetime.fromisoformat(at) if at else None})


def _read(name):
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
