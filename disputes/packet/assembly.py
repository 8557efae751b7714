"""The packet of a case at its stage: the ordinary packet with Compelling Evidence 3.0, or an appeal. Pure."""

from disputes import packet
from disputes.case import Case, Packet, Rebuttal, Sheet
from disputes.ce3 import selection
from disputes.ce3.payment import PaymentHistory
from disputes.ce3.selection import SORTS, Ce3Shortfall
from disputes.evidence import Evidence
from disputes.held_evidence import ENHANCED
from disputes.packet import appeal, exhibits
from disputes.playbook import Playbook


def plan_sheets(case: Case, playbook: Playbook) -> tuple[Sheet, ...]:
    """Return the exhibits that the packet of a case begins with, so that its letter can name them."""
    taken: frozenset[str] = frozenset() if case.dispute.stage == "appeal" else frozenset(case.held.prefilled)
    return exhibits.build_sheets(case.dispute, case.evidence, playbook, taken=taken)


def build(case: Case, rebuttal: Rebuttal, playbook: Playbook) -> Packet:
    """Build the packet for the dispute's stage. Ordinary fields are filled with or without CE 3.0 (reference 1.7)."""
    if case.dispute.stage == "appeal":
        return appeal.build(case.dispute, case.evidence, rebuttal, playbook)
    built = packet.build(case.dispute, case.evidence, rebuttal, playbook, prefilled=case.held.prefilled)
    return add_ce3(built, case)


def add_ce3(built: Packet, case: Case) -> Packet:
    """Return the packet with CE 3.0 or why it does not apply; unchanged when the payment history was not read."""
    history = _history(case.evidence)
    if history is None or not selection.is_applicable(case.dispute):
        return built
    # Ours stands on its own where somebody else's has to be kept or replaced.
    prefilled = {} if ENHANCED in case.held.their_values else case.dispute.enhanced
    result = selection.find(case.dispute, history, prefilled=prefilled)
    if isinstance(result, Ce3Shortfall):
        return built.model_copy(update={"ce3": result.why, "findings": result.findings})
    if not selection.is_stageable(case.dispute):
        return built.model_copy(update={"ce3": f"{result.why} Stripe does not offer to take it for this dispute."})
    return built.model_copy(update={"ce3": result.why, "enhanced": result.enhanced_evidence})


def _history(evidence: Evidence) -> PaymentHistory | None:
    """Return the history with its sort of purchase, which may come from another fact than the payment."""
    history, product = evidence.history, evidence.product
    if history is None or history.sort or product is None:
        return history
    return history.model_copy(update={"sort": SORTS.get(product)})
