"""The sheets of a packet: what each exhibit shows, in which order. Pure; `tools/pdf/templates` renders them."""

import re
from collections.abc import Iterator
from itertools import chain

from disputes import money
from disputes.case import Section, Sheet
from disputes.dispute import FILE_FIELDS, Dispute
from disputes.evidence import Attachment, Evidence, Fact, read_time, render, write_time
from disputes.evidence.kinds import label
from disputes.playbook import ExhibitRule, Playbook

UNDATED = "no time on record"
MAX_COMPRESSION = 3
_SALE_FACTS = tuple(
    "order_id product_description amount_paid paid_at customer_name customer_email shipping_address delivered_at "
    "service_date delivery_signature".split()
)
"""The facts printed before attachments that stand alone, so that a reader sees which sale they belong to."""
_PRICED_ITEM = re.compile(r"(?P<item>.+) \((?P<amount>[^()]+)\)")
_NAMED = 5  # characters that are named where an exhibit cannot show more
_SENDERS = {"customer_message": "Customer", "merchant_message": "We"}
_TIMES = {
    "tracking": {"paid_at": "Paid", "shipped_at": "Handed to the carrier", "delivered_at": "Delivered"},
    "service": {"paid_at": "Paid", "service_date": "Service provided", "last_used_at": "Last use on record"},
}
_LOG_KINDS = {"tracking": "tracking_event", "service": "usage_event"}
_COMPARISONS = {
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


class _ExhibitFacts:
    """The facts that one exhibit may show; a fact taken by one section is not shown in the next."""

    def __init__(self, exhibit: ExhibitRule, evidence: Evidence) -> None:
        self._facts = {kind: tuple(f for f in evidence.of(kind) if f.bearing == "helps") for kind in exhibit.rows}

    def take(self, *kinds: str) -> Iterator[Fact]:
        for kind in kinds:
            yield from self._facts.pop(kind, ())

    def cell(self, kind: str) -> str:
        return ", ".join(render(fact) for fact in self.take(kind))

    def pairs(self, *kinds: str) -> tuple[tuple[str, str], ...]:
        return tuple((label(fact.kind), render(fact)) for fact in self.take(*(kinds or tuple(self._facts))))


def describe_unreadable(sheet: Sheet, missing: str) -> str:
    """Return in a sentence that an exhibit shows these characters by their numbers."""
    some = " ".join(missing[:_NAMED])
    return f"{sheet.mark}, {sheet.title}, cannot show {len(missing)} characters, such as {some}; a bank reads numbers."


def build_sheets(
    dispute: Dispute, evidence: Evidence, playbook: Playbook, *, taken: frozenset[str]
) -> tuple[Sheet, ...]:
    """Return a sheet for each file field with something to show that is not `taken`, marked in order.

    The merchant's attachments follow the facts of their field; a field with attachments alone has a sheet too.
    """
    exhibits = [e for e in playbook.exhibits if _is_shown(e, evidence) and e.field not in taken]
    alone = sorted({a.field for a in evidence.attachments} & FILE_FIELDS - taken - {e.field for e in exhibits})
    attachment_exhibits = (_attachment_exhibit(field) for field in alone)
    sheets = (_build_sheet(dispute, evidence, exhibit) for exhibit in chain(exhibits, attachment_exhibits))
    return tuple(
        sheet.model_copy(update={"mark": _mark(number), "required": sheet.field in playbook.keep})
        for number, sheet in enumerate(sheets)
    )


def compress(sheet: Sheet) -> Sheet:
    """Return the sheet with its pictures compressed one step more, or unchanged at the last step."""
    if not sheet.attachments or sheet.compression >= MAX_COMPRESSION:
        return sheet
    return sheet.model_copy(update={"compression": sheet.compression + 1})


def _is_shown(exhibit: ExhibitRule, evidence: Evidence) -> bool:
    return all(_has_shown(evidence, kind) for kind in exhibit.needs) and not any(map(evidence.has, exhibit.unless))


def _has_shown(evidence: Evidence, kind: str) -> bool:
    return any(fact.bearing == "helps" for fact in evidence.of(kind))


def _attachment_exhibit(field: str) -> ExhibitRule:
    return ExhibitRule(
        field=field, title=field.replace("_", " ").capitalize(), needs=(), rows=_SALE_FACTS, layout="record"
    )


def _mark(number: int) -> str:
    return f"Exhibit {chr(ord('A') + number)}"


def _build_sheet(dispute: Dispute, evidence: Evidence, exhibit: ExhibitRule) -> Sheet:
    facts = _ExhibitFacts(exhibit, evidence)
    attachments = _attachments(exhibit.field, evidence)
    candidates = _sections(exhibit, facts) if exhibit.needs else iter((_index(attachments),))
    sections = tuple(section for section in candidates if section.rows or section.text)
    return Sheet(
        field=exhibit.field,
        title=exhibit.title,
        mark="",
        rows=facts.pairs(),
        layout=exhibit.layout,
        about=f"Dispute {dispute.id} of {money.write(dispute.money)}",
        sections=sections,
        attachments=attachments,
    )


def _attachments(field: str, evidence: Evidence) -> tuple[Attachment, ...]:
    return tuple(attachment for attachment in evidence.attachments if attachment.field == field)


def _index(attachments: tuple[Attachment, ...]) -> Section:
    rows = tuple((attachment.name, str(attachment.pages)) for attachment in attachments)
    return Section(title="Papers that follow", heads=("Paper", "Pages"), rows=rows)


def _sections(exhibit: ExhibitRule, facts: _ExhibitFacts) -> Iterator[Section]:
    match exhibit.layout:
        case "receipt":
            yield from _build_receipt(facts)
        case "tracking":
            yield Section(title="Delivery address", rows=facts.pairs("shipping_name", "shipping_address"))
            yield _build_timeline("Timeline", facts, exhibit.layout)
        case "service":
            yield _build_timeline("Use in order of time", facts, exhibit.layout)
        case "messages":
            yield _build_message_log(facts)
        case "policy":
            yield Section(title="Excerpt", text=facts.cell(exhibit.field))
        case "duplicate" | "refund":
            yield _build_comparison(facts, exhibit.layout)


def _build_receipt(facts: _ExhibitFacts) -> Iterator[Section]:
    rows = [_split_price(row) for row in facts.cell("line_items").split("; ") if row]
    if not rows and (bought := facts.cell("product_description")):
        rows = [(bought, "")]
    yield Section(title="Items", heads=("Item", "Amount"), rows=(*rows, ("Total paid", facts.cell("amount_paid"))))
    yield Section(title="Payment", rows=facts.pairs("charge_id", "paid_at", "card", "statement_descriptor"))
    who = ("customer_name", "customer_email", "billing_address", "receipt_email")
    yield Section(title="Customer", rows=facts.pairs(*who))


def _split_price(row: str) -> tuple[str, str]:
    match = _PRICED_ITEM.fullmatch(row)
    return (match["item"], match["amount"]) if match else (row, "")


def _build_timeline(title: str, facts: _ExhibitFacts, layout: str) -> Section:
    words_of = _TIMES[layout]
    told = [(fact, words) for kind, words in words_of.items() for fact in facts.take(kind)]
    dated = [(read_time(fact), render(fact), _of_parcel(fact, words)) for fact, words in told]
    logged = list(facts.take(_LOG_KINDS[layout]))
    dated += [(fact.at, write_time(fact.at), str(fact.value)) for fact in logged if fact.at]
    rows = [(when, words) for _, when, words in sorted(dated, key=lambda event: event[0])]
    rows += [(UNDATED, str(fact.value)) for fact in logged if not fact.at]
    return Section(title=title, heads=("Date and time", "What happened"), rows=tuple(rows))


def _of_parcel(fact: Fact, words: str) -> str:
    """Return an event with its parcel where there are several, as only then a fact's id names it."""
    parcel = fact.id.partition(":")[2]
    return f"{words}, parcel {parcel}" if parcel and fact.about.startswith("parcel:") else words


def _build_message_log(facts: _ExhibitFacts) -> Section:
    messages = list(facts.take(*_SENDERS))
    dated = sorted((fact for fact in messages if fact.at), key=lambda fact: str(fact.at and fact.at.isoformat()))
    ordered = [*dated, *(fact for fact in messages if not fact.at)]
    rows = tuple((write_time(f.at) if f.at else UNDATED, _SENDERS[f.kind], str(f.value)) for f in ordered)
    return Section(title="Messages in order of time", heads=("Date and time", "From", "Message"), rows=rows)


def _build_comparison(facts: _ExhibitFacts, layout: str) -> Section:
    heads, pairs = _COMPARISONS[layout]
    cells = [(name, facts.cell(left), facts.cell(right)) for name, (left, right) in pairs.items()]
    return Section(title="Side by side", heads=("", *heads), rows=tuple(row for row in cells if row[1] or row[2]))
