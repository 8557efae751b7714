"""An appeal against a decision: its reason as text and its files, and nothing else (reference 1.8). Pure.

A packet carries the reason as its letter, so that people draft, read and edit an appeal like any other answer.
"""

from collections.abc import Iterator

from disputes.case import Packet, Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.packet import LETTER
from disputes.packet import build as lay_out
from disputes.playbook import Playbook

LONGEST = 5_000
"""How many characters Stripe gives back of `reason_for_filing`; a longer text could not be compared."""


def build(dispute: Dispute, evidence: Evidence, rebuttal: Rebuttal, playbook: Playbook) -> Packet:
    """Lay out an appeal: the letter is its reason, and every exhibit there is supports it."""
    built = lay_out(without_earlier_answer(dispute), evidence, rebuttal, playbook)
    return built.model_copy(update={"fields": {LETTER: built.fields[LETTER]}})


def without_earlier_answer(dispute: Dispute) -> Dispute:
    """Give a dispute without what was answered before, which is no part of an appeal; any other as it is."""
    return dispute.model_copy(update={"evidence": {}}) if dispute.stage == "appeal" else dispute


def check(packet: Packet, dispute: Dispute) -> Iterator[str]:
    """Give each reason why Stripe would not take this packet as an appeal, as sentences; none for another stage."""
    if dispute.stage != "appeal":
        return
    # An empty text clears what an answer staged earlier, of which there is nothing here.
    if {name for name, text in packet.fields.items() if text} - {LETTER}:
        yield f"An appeal has one text, {LETTER}; Stripe takes no other field."
    reason = packet.fields.get(LETTER, "")
    if not reason.strip():
        yield "The appeal says nothing."
    if len(reason) > LONGEST:
        yield f"The appeal holds {len(reason)} characters and may hold {LONGEST}."
