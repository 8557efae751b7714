"""Evidence in, sheets out: what each exhibit shows and in which order. Pure; `tools/pdf/templates` draws them."""

import re
from collections.abc import Iterator
from itertools import chain

from disputes import money
from disputes.case import Section, Sheet
from disputes.dispute import Dispute
from disputes.evidence import Attachment, Evidence, Fact, read_time, render, write_time
from disputes.evidence.kinds import label
from disputes.playbook import FILE_FIELDS, ExhibitRule, Playbook

UNDATED = "no time on record"
MAX_COMPRESSION = 3
_OF_THE_SALE = tuple(
    "order_id product_description amount_paid paid_at customer_name customer_email shipping_address delivered_at "
    "service_date delivery_signature".split()
)
"""What stands before papers that speak for themselves, so that a reader sees which sale they are of."""
_PRICED = re.compile(r"(?P<item>.+) \((?P<amount>[^()]+)\)")
_SPEAKERS = {"customer_message": "Customer", "merchant_message": "We"}
_EVENTS = {
    "tracking": {"paid_at": "Paid", "shipped_at": "Handed to the carrier", "delivered_at": "Delivered"},
    "service": {"paid_at": "Paid", "service_date": "Service provided", "last_used_at": "Last use on record"},
}
_LOGGED = {"tracking": "tracking_event", "service": "usage_event"}
_SIDES = {
    "duplicate": (
        ("Disputed payment", "Other payment"),
        {
            "Payment reference": ("charge_id", "other_charge_id"),
            "Order number": ("order_id", "other_order_id"),
            "What was bought": ("product_description", "other_description"),
            "Amount paid": ("amount_paid", "other_amount"),
            "Paid at": ("paid_at", "other_paid_at"),
            "Refunded": ("refund_amount", "other_refund_amount"),
            "Refunded at": ("refunded_at", "other_refunded_at"),
            "Refund reference": ("refund_reference", "other_refund_reference"),
        },
    ),
    "refund": (
        ("Payment", "Refund"),
        {
            "Amount": ("amount_paid", "refund_amount"),
            "Date and time": ("paid_at", "refunded_at"),
            "Reference": ("charge_id", "refund_reference"),
        },
    ),
}


class _Facts:
    """The facts one exhibit may show; what a section takes is not shown again."""

    def __init__(self, exhibit: ExhibitRule, evidence: Evidence) -> None:
        self._held = {kind: tuple(f for f in evidence.of(kind) if f.bearing != "hurts") for kind in exhibit.rows}

    def take(self, *kinds: str) -> Iterator[Fact]:
        for kind in kinds:
            yield from self._held.pop(kind, ())

    def cell(self, kind: str) -> str:
        return ", ".join(render(fact) for fact in self.take(kind))

    def pairs(self, *kinds: str) -> tuple[tuple[str, str], ...]:
        return tuple((label(fact.kind), render(fact)) for fact in self.take(*(kinds or tuple(self._held))))


def build_sheets(
    dispute: Dispute, evidence: Evidence, playbook: Playbook, *, taken: frozenset[str]
) -> tuple[Sheet, ...]:
    """Give a sheet for each file field that has something to show and is not `taken`, marked in order.

    Papers of the merchant stand behind the facts of their field; a field with papers alone has a sheet too.
    """
    drawn = [e for e in playbook.exhibits if _is_shown(e, evidence) and e.field not in taken]
    alone = sorted({p.field for p in evidence.attachments} & FILE_FIELDS - taken - {e.field for e in drawn})
    bare = (_bare(field) for field in alone)
    sheets = (_sheet(dispute, evidence, exhibit) for exhibit in chain(drawn, bare))
    return tuple(
        sheet.model_copy(update={"mark": _mark(number), "required": sheet.field in playbook.keep})
        for number, sheet in enumerate(sheets)
    )


def compress(sheet: Sheet) -> Sheet:
    """Give the sheet with its pictures compressed one step harder, or as it is when that is all there is to gain."""
    if not sheet.attachments or sheet.compression >= MAX_COMPRESSION:
        return sheet
    return sheet.model_copy(update={"compression": sheet.compression + 1})


def _is_shown(exhibit: ExhibitRule, evidence: Evidence) -> bool:
    return all(map(evidence.first, exhibit.needs)) and not any(map(evidence.first, exhibit.unless))


def _bare(field: str) -> ExhibitRule:
    return ExhibitRule(
        field=field, title=field.replace("_", " ").capitalize(), needs=(), rows=_OF_THE_SALE, layout="record"
    )


def _mark(number: int) -> str:
    return f"Exhibit {chr(ord('A') + number)}"


def _sheet(dispute: Dispute, evidence: Evidence, exhibit: ExhibitRule) -> Sheet:
    facts = _Facts(exhibit, evidence)
    papers = _papers(exhibit.field, evidence)
    drawn = _sections(exhibit, facts) if exhibit.needs else iter((_index(papers),))
    sections = tuple(section for section in drawn if section.rows or section.text)
    return Sheet(
        field=exhibit.field,
        title=exhibit.title,
        mark="",
        rows=facts.pairs(),
        layout=exhibit.layout,
        about=f"Dispute {dispute.id} of {money.write(dispute.money)}",
        sections=sections,
        attachments=papers,
    )


def _papers(field: str, evidence: Evidence) -> tuple[Attachment, ...]:
    return tuple(paper for paper in evidence.attachments if paper.field == field)


def _index(papers: tuple[Attachment, ...]) -> Section:
    rows = tuple((paper.name, str(paper.pages)) for paper in papers)
    return Section(title="Papers that follow", heads=("Paper", "Pages"), rows=rows)


def _sections(exhibit: ExhibitRule, facts: _Facts) -> Iterator[Section]:
    match exhibit.layout:
        case "receipt":
            yield from _receipt(facts)
        case "tracking":
            yield Section(title="Delivery address", rows=facts.pairs("shipping_name", "shipping_address"))
            yield _timeline("Timeline", facts, exhibit.layout)
        case "service":
            yield _timeline("Use in order of time", facts, exhibit.layout)
        case "messages":
            yield _log(facts)
        case "policy":
            yield Section(title="Excerpt", text=facts.cell(exhibit.field))
        case "duplicate" | "refund":
            yield _compared(facts, exhibit.layout)


def _receipt(facts: _Facts) -> Iterator[Section]:
    rows = [_priced(row) for row in facts.cell("line_items").split("; ") if row]
    if not rows and (bought := facts.cell("product_description")):
        rows = [(bought, "")]
    yield Section(title="Items", heads=("Item", "Amount"), rows=(*rows, ("Total paid", facts.cell("amount_paid"))))
    yield Section(title="Payment", rows=facts.pairs("charge_id", "paid_at", "card", "statement_descriptor"))
    who = ("customer_name", "customer_email", "billing_address", "receipt_email")
    yield Section(title="Customer", rows=facts.pairs(*who))


def _priced(row: str) -> tuple[str, str]:
    found = _PRICED.fullmatch(row)
    return (found["item"], found["amount"]) if found else (row, "")


def _timeline(title: str, facts: _Facts, layout: str) -> Section:
    named = _EVENTS[layout]
    dated = [(read_time(fact), words) for kind, words in named.items() for fact in facts.take(kind)]
    logged = list(facts.take(_LOGGED[layout]))
    dated += [(fact.at, str(fact.value)) for fact in logged if fact.at]
    rows = [(write_time(at), words) for at, words in sorted(dated, key=lambda one: one[0])]
    rows += [(UNDATED, str(fact.value)) for fact in logged if not fact.at]
    return Section(title=title, heads=("Date and time", "What happened"), rows=tuple(rows))


def _log(facts: _Facts) -> Section:
    said = list(facts.take(*_SPEAKERS))
    dated = sorted((fact for fact in said if fact.at), key=lambda fact: str(fact.at and fact.at.isoformat()))
    ordered = [*dated, *(fact for fact in said if not fact.at)]
    rows = tuple((write_time(f.at) if f.at else UNDATED, _SPEAKERS[f.kind], str(f.value)) for f in ordered)
    return Section(title="Messages in order of time", heads=("Date and time", "From", "Message"), rows=rows)


def _compared(facts: _Facts, layout: str) -> Section:
    heads, pairs = _SIDES[layout]
    cells = [(name, facts.cell(left), facts.cell(right)) for name, (left, right) in pairs.items()]
    return Section(title="Side by side", heads=("", *heads), rows=tuple(row for row in cells if row[1] or row[2]))
