"""Letters without a violation: some written by hand on facts of their own, some planned from the signed templates."""

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
from tests.builders import AUTHOR, BOOKS, a_case, everything

FOLDER = Path(__file__).parents[2] / "recordings" / "letters"
NAMES = ("Maren Oduya", "J\u00fcrgen Wei\u00df", "Zo\u00eb O'Brien", "Anna Li", "P. Nakata")
TOWNS = ("Portland, OR, 97205, US", "10115 Berlin, DE", "Lyon, 69002, FR", "Leeds LS1 4AP, GB", "Osaka 530-0001, JP")
CARRIERS = ("UPS", "DHL Express", "FedEx", "Royal Mail", "Canada Post")
ROUNDS = 5


class SampleLetter(NamedTuple):
    """A letter, the evidence it was written on, and its origin."""

    name: str
    rebuttal: Rebuttal
    evidence: Evidence


def read_written(name: str = "free.toml") -> list[SampleLetter]:
    """Return every letter of a file that was written by hand; its name says of which group it is."""
    records = {record: _build_evidence(values) for record, values in _read("records.toml").items()}
    return [
        SampleLetter(
            f"{record} {group} {number}",
            Rebuttal(claims=tuple(Claim(text=t, facts=tuple(c.split())) for t, c in claims)),
            records[record],
        )
        for record, groups in _read(name).items()
        for group, letters in groups.items()
        for number, claims in enumerate(letters)
    ]


def compose() -> list[SampleLetter]:
    """Return the letter that code plans for each reason, product and round of varied facts."""
    return [
        _compose(book, product, number)
        for book in BOOKS.by_reason.values()
        for product in ("physical", "digital", "service")
        for number in range(ROUNDS)
    ]


def _compose(book, product, number):
    evidence = Evidence(facts=tuple(_vary(fact, number) for fact in everything(product).facts))
    case = a_case(reason=book.reason, id=f"du_{number}").model_copy(update={"evidence": evidence})
    return SampleLetter(f"{book.reason} {product} {number}", Rebuttal(claims=AUTHOR.plan(case).claims), evidence)


def _vary(fact: Fact, number: int) -> Fact:
    """Return the fact of another sale: amounts, times, names, towns and counts of its own."""
    if isinstance(fact.value, Money):
        return fact.model_copy(
            update={"value": Money(amount=fact.value.amount + 1_311 * number, currency=fact.value.currency)}
        )
    if form(fact.kind) == "time":
        at = datetime.fromisoformat(str(fact.value)) + timedelta(days=37 * number, minutes=613 * number)
        return build_fact(fact.kind, at, fact.source)
    if form(fact.kind) == "count":
        return fact.model_copy(update={"value": int(str(fact.value)) + 5 * number})
    return fact.model_copy(update={"value": _vary_text(fact, number)})


def _vary_text(fact: Fact, number: int):
    if fact.kind in {"customer_name", "shipping_name", "delivery_signature"}:
        return NAMES[number]
    if fact.kind in {"shipping_address", "billing_address"}:
        return f"{number + 3} Mill Lane\n{TOWNS[number]}"
    if fact.kind == "carrier":
        return CARRIERS[number]
    return fact.value


def _build_evidence(values) -> Evidence:
    return Evidence(facts=tuple(_build_fact(name, value) for name, value in values.items()))


def _build_fact(name, content) -> Fact:
    (kind, _, ref), of = name.partition("@")[0].partition(":"), name.partition("@")[2]
    value, at = (content["value"], content.get("at")) if isinstance(content, dict) else (content, None)
    if form(kind) == "money":
        figure, currency = value.replace(",", "").split()
        minor = Decimal(figure).scaleb(money.decimal_places(currency))
        value = Money(amount=int(minor), currency=currency.lower())
    fact = build_fact(kind, value, f"test:{kind}", ref=ref, of=of)
    return fact.model_copy(update={"at": datetime.fromisoformat(at) if at else None})


def _read(name):
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
