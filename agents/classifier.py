"""The classifier agent: the assessment of what is claimed and how well the evidence answers it. Code, no model."""

from disputes.case import Assessment
from disputes.dispute import Dispute
from disputes.evidence import Evidence, contradictions
from disputes.playbook import Playbook, confidence


def assess(dispute: Dispute, evidence: Evidence, playbook: Playbook) -> Assessment:
    """Build the assessment of the evidence against the playbook; its confidence lists its parts and is uncalibrated."""
    parts = confidence.weigh(dispute, evidence, playbook)
    sub = playbook.find_sub_reason(dispute.network_code)
    points = playbook.find_points(dispute, evidence)
    decisive = [point for point in points if point.decisive]
    return Assessment(
        claim=sub.claim if sub else playbook.claim,
        answer=playbook.answer,
        playbook=f"{playbook.reason}@{playbook.version}",
        sub_reason=sub.name if sub else None,
        confidence=confidence.total(parts),
        parts=parts,
        proven=tuple(point.name for point in points if point.find_proof(evidence)),
        decided=not decisive or any(point.find_proof(evidence) for point in decisive),
        contradictions=contradictions.find(evidence),
        missing=tuple(gap.name for gap in evidence.gaps),
        fatal=tuple(gap.name for gap in evidence.gaps if gap.fatal),
        adverse=tuple(fact.id for fact in evidence.adverse),
        holds=confidence.find_holds(evidence, playbook),
    )
