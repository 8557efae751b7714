"""What goes to Stripe for a case: the ordinary packet with Compelling Evidence 3.0 beside it, or an appeal. Pure."""

from disputes import packet
from disputes.case import Case, Packet, Rebuttal
from disputes.ce3 import selection
from disputes.ce3.payment import PaymentHistory
from disputes.ce3.selection import SORTS, Ce3Shortfall
from disputes.evidence import Evidence
from disputes.packet import appeal
from disputes.playbook import Playbook


def build(case: Case, rebuttal: Rebuttal, playbook: Playbook) -> Packet:
    """Lay out what this stage of the dispute takes. Ordinary fields are filled whatever CE 3.0 says (reference 1.7)."""
    if case.dispute.stage == "appeal":
        return appeal.build(case.dispute, case.evidence, rebuttal, playbook)
    return add_ce3(packet.build(case.dispute, case.evidence, rebuttal, playbook), case)


def add_ce3(built: Packet, case: Case) -> Packet:
    """Add what earlier payments show, or what was missing; a case that was not looked into stays as it is."""
    history = _sorted(case.evidence)
    if history is None:
        return built
    found = selection.find(case.dispute, history, held=case.dispute.enhanced)
    if isinstance(found, Ce3Shortfall):
        return built.model_copy(update={"ce3": found.why, "findings": found.findings})
    if not selection.is_stageable(case.dispute):
        return built.model_copy(update={"ce3": f"{found.why} Stripe does not offer to take it for this dispute."})
    return built.model_copy(update={"ce3": found.why, "enhanced": found.enhanced_evidence})


def _sorted(evidence: Evidence) -> PaymentHistory | None:
    """Give the history with the sort of purchase, which may be known from elsewhere than the payment."""
    history, product = evidence.history, evidence.first("product_type")
    if history is None or history.sort or product is None:
        return history
    return history.model_copy(update={"sort": SORTS.get(str(product.value))})
