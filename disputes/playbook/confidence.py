"""How well the evidence answers a dispute by the playbook's rules, and the factors that is made of.

confidence = proof x fit x (1 - penalty) for each adverse fact, 0 to 1, rounded to two places.

- proof: the weight of the proven points over the playbook's target, at most 1; at most 0.6 while the playbook has a
  decisive point and none is proven.
- fit: 1 when the network's code belongs to the reason, 0.95 without a code, 0.9 for an umbrella code that may hide
  another claim (Mastercard 4853, 4834), 0.8 when the code belongs elsewhere, 0.7 for a reason without a playbook.
- penalty: the playbook's figure for that kind of adverse fact, none while a fact of the rule's `unless` is known.

It is uncalibrated: a rule's opinion, not a probability of winning.
"""

from disputes.case import ConfidenceFactor, Hold
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.playbook import AdverseRule, Playbook, Point, fold_code

UNPROVEN_CAP = 0.6


def weigh(dispute: Dispute, evidence: Evidence, playbook: Playbook) -> tuple[ConfidenceFactor, ...]:
    """Return the factors, each between 0 and 1; their product is the confidence."""
    points = playbook.find_points(dispute, evidence)
    factors = (_weigh_proof(points, evidence, playbook.target), _weigh_fit(dispute, playbook))
    return (*factors, *_weigh_adverse(evidence, playbook))


def total(parts: tuple[ConfidenceFactor, ...]) -> float:
    """Return the product of the factors, the confidence, rounded to two places."""
    product = 1.0
    for part in parts:
        product *= part.value
    return round(product, 2)


def _weigh_proof(points: tuple[Point, ...], evidence: Evidence, target: int) -> ConfidenceFactor:
    proven = [point for point in points if point.find_proof(evidence)]
    share = min(1.0, sum(point.weight for point in proven) / target)
    decisive = [point for point in points if point.decisive]
    if decisive and not any(point in proven for point in decisive):
        why = f"none of the decisive points is proven ({', '.join(p.name for p in decisive)})"
        return ConfidenceFactor(name="proof", value=round(min(share, UNPROVEN_CAP), 4), why=why)
    return ConfidenceFactor(name="proof", value=round(share, 4), why=f"{len(proven)} of {len(points)} points proven")


def _weigh_fit(dispute: Dispute, playbook: Playbook) -> ConfidenceFactor:
    code = fold_code(dispute.network_code) if dispute.network_code else ""
    if playbook.reason != dispute.reason:
        return ConfidenceFactor(
            name="fit", value=0.7, why=f"no playbook for the reason {dispute.reason}; the general one is used"
        )
    if not code:
        return ConfidenceFactor(name="fit", value=0.95, why="the network gave no code")
    if code in map(fold_code, playbook.umbrella):
        return ConfidenceFactor(name="fit", value=0.9, why=f"code {dispute.network_code} covers several claims")
    if playbook.codes and code not in map(fold_code, playbook.codes):
        return ConfidenceFactor(name="fit", value=0.8, why=f"code {dispute.network_code} belongs to another claim")
    return ConfidenceFactor(name="fit", value=1.0, why="the network's code agrees with the reason")


def _weigh_adverse(evidence: Evidence, playbook: Playbook) -> list[ConfidenceFactor]:
    return [
        ConfidenceFactor(name=rule.kind, value=round(1 - rule.penalty, 4), why=rule.why)
        for rule in playbook.adverse_rules
        if applies(rule, evidence)
    ]


def applies(rule: AdverseRule, evidence: Evidence) -> bool:
    """Check whether an adverse fact of a rule's kind is on record, and none that undoes it."""
    return any(fact.kind == rule.kind for fact in evidence.adverse) and not any(map(evidence.has, rule.unless))


def find_holds(evidence: Evidence, playbook: Playbook) -> tuple[Hold, ...]:
    """Return what leaves the case to a person whatever the confidence, each kind once, in the playbook's order.

    The words are the playbook's own: what a fact says may be a stranger's words, which no note to people repeats.
    """
    rules = (rule for rule in playbook.adverse_rules if rule.keeps and applies(rule, evidence))
    return tuple(Hold(kind=rule.kind, why=rule.why) for rule in rules)
