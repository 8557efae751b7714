"""What stands on a dispute at Stripe, sorted with the records of what Rebut staged there; and its siblings."""

from disputes.case import Case
from disputes.dispute import FILE_FIELDS, Dispute
from disputes.errors import Refused
from disputes.held_evidence import HeldEvidence, TheirEvidence, sort
from disputes.siblings import Sibling, build
from graph.wiring.deps import Deps


async def read_held(deps: Deps, dispute: Dispute, before: Case | None) -> HeldEvidence:
    """Return what stands on a dispute by who put it there; `before` is the case as it was last seen."""
    staged = await deps.stagings.of(dispute.id)
    if before is None:
        return sort(dispute, staged)
    return sort(dispute, staged, before=before.dispute, known=before.held)


async def name_files(deps: Deps, dispute: Dispute, held: HeldEvidence) -> HeldEvidence:
    """Return it with the name, type and size of each file of somebody else's."""
    named = [await _name_file(deps, dispute, entry) for entry in held.theirs]
    return held.model_copy(update={"theirs": tuple(named)})


async def read_siblings(deps: Deps, dispute: Dispute) -> tuple[Sibling, ...]:
    """Return the other disputes of the payment, oldest first; none where the dispute names no payment."""
    others = await deps.stripe.disputes_of(dispute)
    return tuple(sorted((build(other) for other in others if other.id != dispute.id), key=lambda s: (s.created, s.id)))


async def _name_file(deps: Deps, dispute: Dispute, entry: TheirEvidence) -> TheirEvidence:
    if entry.field not in FILE_FIELDS:
        return entry
    try:
        title = await deps.stripe.describe_file(entry.value, account=dispute.account)
    except Refused:
        title = ""
    return entry.model_copy(update={"title": f"{entry.value} ({title})" if title else entry.value})
