"""Which points of a playbook a letter makes. Pure."""

from disputes.case import Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.playbook import Playbook, Point


def makes_point(rebuttal: Rebuttal, evidence: Evidence, point: Point) -> bool:
    """Check that the letter cites all that proves a point, in whichever sentences; False for one that is not proven.

    Whether its sentences are true is what `grounding.check` finds out.
    """
    cited = {fact for claim in rebuttal.claims for fact in claim.facts}
    # A flag follows from the other facts: a letter need not say it.
    return any(
        {fact.id for fact in proof if not isinstance(fact.value, bool)} <= cited
        for proof in point.find_proofs(evidence)
    )


def find_missing_points(
    dispute: Dispute, rebuttal: Rebuttal, evidence: Evidence, playbook: Playbook
) -> tuple[str, ...]:
    """Return the name of each required point that is proven and that the letter does not make, in the playbook's order.

    Where decisive points are proven and the letter makes none of them, the first of them is included.
    """
    proven = [point for point in playbook.find_points(dispute, evidence) if point.find_proof(evidence)]
    decisive = [point for point in proven if point.decisive]
    missing = {point.name for point in proven if point.required and not makes_point(rebuttal, evidence, point)}
    if decisive and not any(makes_point(rebuttal, evidence, point) for point in decisive):
        missing.add(decisive[0].name)
    return tuple(point.name for point in proven if point.name in missing)
