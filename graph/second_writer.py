"""What stands on a dispute at Stripe, sorted with the records of what Rebut staged there; and its siblings."""

from collections.abc import Mapping

from disputes import siblings
from disputes.case import Case
from disputes.dispute import FILE_FIELDS, Dispute
from disputes.errors import AskHuman, Refused
from disputes.held_evidence import HeldEvidence, TheirEvidence, sort
from disputes.siblings import Sibling, build
from graph.wiring.deps import Deps


async def read_held(deps: Deps, dispute: Dispute, before: Case | None) -> HeldEvidence:
    """Return what stands on a dispute by who put it there; `before` is the case as it was last seen."""
    staged = await deps.stagings.of(dispute.id)
    if before is None:
        return sort(dispute, staged)
    return sort(dispute, staged, before=before.dispute, known=before.held)


async def check(deps: Deps, case: Case, fresh: Dispute, *, theirs: Mapping[str, str], before: str) -> None:
    """Look once more right before a call. Raises `AskHuman` where others did more than is expected.

    `theirs` is what of somebody else's may stand there; the other disputes of the payment are those of the case.
    """
    now = (await read_held(deps, fresh, case)).their_values
    if changed := sorted(name for name in {*theirs, *now} if theirs.get(name) != now.get(name)):
        raise AskHuman(f"Somebody changed {', '.join(changed)} at Stripe before {before}; nothing was sent.")
    if siblings.differ(case.siblings, await read_siblings(deps, fresh)):
        raise AskHuman(f"The other disputes of this payment changed before {before}; nothing was sent.")


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
