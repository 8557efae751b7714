"""The packet for Stripe: its text fields and exhibits, built from the evidence and the letter. Pure.

Limits of each field come from Stripe's API reference (reference 1.3); `preflight` checks a whole packet.
"""

from collections.abc import Collection, Iterable
from itertools import groupby

from disputes import money
from disputes.case import Claim, Packet, Rebuttal, Sheet
from disputes.dispute import Dispute
from disputes.evidence import Evidence, render
from disputes.letter import exhibit_marks
from disputes.packet import exhibits
from disputes.playbook import Playbook

LONG, SHORT = 20_000, 5_000
LONG_FIELDS = frozenset(
    "access_activity_log cancellation_policy_disclosure cancellation_rebuttal duplicate_charge_explanation "
    "product_description refund_policy_disclosure refund_refusal_explanation uncategorized_text".split()
)
LETTER = "uncategorized_text"


def build(
    dispute: Dispute,
    evidence: Evidence,
    rebuttal: Rebuttal,
    playbook: Playbook,
    *,
    prefilled: Collection[str] = (),
) -> Packet:
    """Build the packet: the letter and the facts in Stripe's fields. Fields that Stripe `prefilled` stay unchanged."""
    sheets = exhibits.build_sheets(dispute, evidence, playbook, taken=frozenset(prefilled))
    fields = {**_fill_from_facts(evidence, playbook), **_fill_from_letter(rebuttal)}
    ours = {name: text for name, text in fields.items() if name not in prefilled}
    return Packet(fields={**ours, LETTER: write_letter(dispute, rebuttal, sheets)}, sheets=sheets)


def write_letter(dispute: Dispute, rebuttal: Rebuttal, sheets: tuple[Sheet, ...]) -> str:
    """Return the claims as the letter for the bank, a paragraph for each topic, and the list of exhibits below."""
    exhibit_list = "\n".join(f"{sheet.mark}: {sheet.title}" for sheet in sheets)
    return "\n\n".join(filter(None, [_heading(dispute), *_paragraphs(rebuttal.claims), exhibit_list]))


def forget_marks(claims: Iterable[Claim], planned: Iterable[Sheet], filed: Iterable[Sheet]) -> tuple[Claim, ...]:
    """Return the claims without the marks in brackets of the exhibits that were planned and are not filed."""
    gone = {sheet.mark for sheet in planned} - {sheet.mark for sheet in filed}
    return tuple(claim.model_copy(update={"text": exhibit_marks.strip(claim.text, gone)}) for claim in claims)


def amend(packet: Packet, dispute: Dispute, claims: tuple[Claim, ...] | None, fields: dict[str, str]) -> Packet:
    """Return the packet with a reviewer's letter and fields in place of its own; an empty text clears its field."""
    changed = dict(fields)
    if claims is not None:
        changed[LETTER] = write_letter(dispute, Rebuttal(claims=claims), packet.sheets)
    return packet.model_copy(update={"fields": {**packet.fields, **changed}})


def max_characters(field: str) -> int:
    """Return how many characters a text field may hold."""
    return LONG if field in LONG_FIELDS else SHORT


def _fill_from_facts(evidence: Evidence, playbook: Playbook) -> dict[str, str]:
    written = {field: _write_values(evidence, kind) for field, kind in playbook.fields.items()}
    return {field: text[: max_characters(field)] for field, text in written.items() if text}


def _write_values(evidence: Evidence, kind: str) -> str:
    """Return the value of a kind, or of each entity that has one: every tracking number of an order."""
    first_of = {fact.about: fact for fact in reversed(evidence.of(kind)) if fact.bearing == "helps"}
    return ", ".join(dict.fromkeys(render(first_of[about]) for about in reversed(first_of)))


def _fill_from_letter(rebuttal: Rebuttal) -> dict[str, str]:
    sentences: dict[str, list[str]] = {}
    for claim in rebuttal.claims:
        for field in claim.fields:
            sentences.setdefault(field, []).append(exhibit_marks.strip(claim.text))
    return {field: " ".join(texts) for field, texts in sentences.items()}


def _paragraphs(claims: Iterable[Claim]) -> list[str]:
    numbered = enumerate(claims)
    groups = groupby(numbered, key=lambda one: (one[1].paragraph, 0 if one[1].paragraph else one[0]))
    return [" ".join(claim.text for _, claim in group) for _, group in groups]


def _heading(dispute: Dispute) -> str:
    what = {"inquiry": "Answer to the inquiry about", "appeal": "Appeal in the dispute of"}
    return f"{what.get(dispute.stage, 'Response to the dispute of')} {money.write(dispute.money)}"
