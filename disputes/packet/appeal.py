"""The packet of an appeal against a decision: a reason as text and files, nothing else (reference 1.8). Pure.

The reason is the packet's letter, so that people draft, read and edit an appeal like any other answer.
"""

from collections.abc import Iterator

from disputes.case import Packet, Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.held_evidence import APPEAL
from disputes.packet import LETTER
from disputes.packet import build as build_packet
from disputes.playbook import Playbook

MAX_REASON = 5_000
"""The characters that Stripe returns of `reason_for_filing`; a longer text could not be compared with what it holds."""


def build(dispute: Dispute, evidence: Evidence, rebuttal: Rebuttal, playbook: Playbook) -> Packet:
    """Build an appeal: the letter is its reason, and every exhibit supports it."""
    built = build_packet(without_earlier_answer(dispute), evidence, rebuttal, playbook)
    return built.model_copy(update={"fields": {LETTER: built.fields[LETTER]}})


def without_earlier_answer(dispute: Dispute) -> Dispute:
    """Return a dispute without its earlier answer, which is no part of an appeal; unchanged in other stages."""
    return dispute.model_copy(update={"evidence": {}}) if dispute.stage == "appeal" else dispute


def check(packet: Packet, dispute: Dispute) -> Iterator[str]:
    """Yield each reason why Stripe would refuse this packet as an appeal, in sentences; none in another stage."""
    if dispute.stage != "appeal" or APPEAL in packet.kept:
        return
    # An empty text clears what an answer staged earlier, of which there is nothing here.
    if {name for name, text in packet.fields.items() if text} - {LETTER}:
        yield f"An appeal has one text, {LETTER}; Stripe takes no other field."
    reason = packet.fields.get(LETTER, "")
    if not reason.strip():
        yield "The appeal says nothing."
    if len(reason) > MAX_REASON:
        yield f"The appeal holds {len(reason)} characters and may hold {MAX_REASON}."
