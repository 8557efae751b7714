"""The sync: hears at Stripe what no webhook brought, so that a lost delivery costs minutes and not a dispute."""

from datetime import timedelta

import structlog

from disputes.docket import Bell
from graph.deps import Deps

log = structlog.get_logger()

MARK = "stripe"
OVERLAP = timedelta(minutes=10)
"""How far before the watermark it looks again: an event may be listed later than it is dated."""


async def sync(deps: Deps) -> dict[str, int]:
    """Store and ring what Stripe lists since the watermark and nobody heard, then move the watermark; give the count.

    The first time it looks back `OVERLAP` only, so that installing Rebut answers no older dispute by itself.
    """
    began = deps.now()
    since = (await deps.docket.watermark(MARK) or began) - OVERLAP
    events, opened = await deps.stripe.missed(since)
    missed = [bell for bell in events if await deps.docket.hear(bell) and not bell.refused]
    missed += [bell for bell in opened if await _is_unknown(deps, bell) and await deps.docket.hear(bell)]
    for dispute_id, account in {bell.dispute_id: bell.account for bell in missed}.items():
        log.info("sync.missed", dispute_id=dispute_id)
        await deps.queue.ring(dispute_id, account=account)
    await deps.docket.reach(MARK, began)
    return {"missed": len(missed)}


async def _is_unknown(deps: Deps, bell: Bell) -> bool:
    """Tell whether nothing of this dispute was ever heard."""
    return await deps.docket.entry(bell.dispute_id) is None and not await deps.docket.asked(bell.dispute_id)
