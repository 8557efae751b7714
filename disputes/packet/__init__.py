"""Evidence and letter in, Stripe fields and exhibits out. Pure.

Limits of each field from Stripe's API reference (reference 1.3); what a whole packet may hold is `preflight`'s.
"""

from disputes.case import Claim, Packet, Rebuttal, Sheet
from disputes.dispute import Dispute
from disputes.evidence import Evidence, render
from disputes.packet import exhibits
from disputes.playbook import Playbook

LONG, SHORT = 20_000, 5_000
LONG_FIELDS = frozenset(
    "access_activity_log cancellation_policy_disclosure cancellation_rebuttal duplicate_charge_explanation "
    "product_description refund_policy_disclosure refund_refusal_explanation uncategorized_text".split()
)
LETTER = "uncategorized_text"


def build(dispute: Dispute, evidence: Evidence, rebuttal: Rebuttal, playbook: Playbook) -> Packet:
    """Put the letter and the facts where Stripe wants them. What Stripe pre-filled itself is left as it is."""
    sheets = exhibits.build_sheets(dispute, evidence, playbook, taken=_prefilled(dispute))
    fields = {**_facts(evidence, playbook), **_sentences(dispute, evidence, playbook)}
    kept = {name: text for name, text in fields.items() if name not in _prefilled(dispute)}
    return Packet(fields={**kept, LETTER: write_letter(dispute, rebuttal, sheets)}, sheets=sheets)


def write_letter(dispute: Dispute, rebuttal: Rebuttal, sheets: tuple[Sheet, ...]) -> str:
    """Write the claims as the letter the bank reads."""
    head = _head(dispute)
    marked = "\n".join(f"{sheet.mark}: {sheet.title}" for sheet in sheets)
    return "\n\n".join(filter(None, [head, *(claim.text for claim in rebuttal.claims), marked]))


def amend(packet: Packet, dispute: Dispute, claims: tuple[Claim, ...] | None, fields: dict[str, str]) -> Packet:
    """Put a reviewer's letter and fields over the packet; an empty text clears its field."""
    changed = dict(fields)
    if claims is not None:
        changed[LETTER] = write_letter(dispute, Rebuttal(claims=claims), packet.sheets)
    return packet.model_copy(update={"fields": {**packet.fields, **changed}})


def max_characters(field: str) -> int:
    """Give the characters a text field may hold."""
    return LONG if field in LONG_FIELDS else SHORT


def _facts(evidence: Evidence, playbook: Playbook) -> dict[str, str]:
    found = {field: evidence.first(kind) for field, kind in playbook.fields.items()}
    return {
        field: render(fact)[: max_characters(field)]
        for field, fact in found.items()
        if fact and fact.bearing != "hurts"
    }


def _sentences(dispute: Dispute, evidence: Evidence, playbook: Playbook) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for point in playbook.find_points(dispute, evidence):
        if proof := point.find_proof(evidence):
            for field in point.fields:
                said.setdefault(field, []).append(point.write(proof))
    return {field: " ".join(sentences) for field, sentences in said.items()}


def _head(dispute: Dispute) -> str:
    return f"Response to dispute {dispute.id}"


def _prefilled(dispute: Dispute) -> frozenset[str]:
    """Name what Stripe filled in by itself; beside a letter of ours, what is there is ours and is drawn anew."""
    ours = dispute.evidence.get(LETTER, "").startswith(_head(dispute))
    return frozenset() if ours else frozenset(dispute.evidence)
