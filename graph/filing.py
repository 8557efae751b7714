"""The calls that cannot be taken back, made once.

Each has a row in `filings` before it is sent, a stable idempotency key, and after any unknown result a fresh read of
the dispute decides what happened before anything is sent again. Stripe keeps keys about a day; the row is the promise.
"""

import hashlib
import json
from collections.abc import Awaitable
from dataclasses import dataclass

from langchain_core.runnables import RunnableConfig

from disputes.case import Packet, Route
from disputes.ce3 import prefill
from disputes.dispute import Appeal, Dispute
from disputes.errors import AskHuman, Refused, SpentKey
from disputes.packet import LETTER
from disputes.repositories.cases import HistoryStep
from disputes.repositories.filings import Filing, FilingAction, FilingState
from graph.state import Changes, State
from graph.wiring.deps import Deps


@dataclass(frozen=True)
class FilingOrder:
    """On whose authority a call is made: the worker's fencing number, and whether no person decided it."""

    fence: int | None
    automatic: bool


class FilingNodes:
    """The steps that cannot be taken back, over one set of ports."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def submit(self, state: State, config: RunnableConfig) -> Changes:
        """Submit the staged packet, once."""
        case = state.case()
        try:
            sent = await submit(self._deps, case.dispute, case.draft, _order(state, config))
        except AskHuman as asked:
            return hold(self._deps, state, "submit", asked)
        return State.changes(_step(self._deps, "submit", sent.status), dispute=sent)

    async def accept(self, state: State, config: RunnableConfig) -> Changes:
        """Accept the loss at Stripe."""
        try:
            closed = await close(self._deps, state.case().dispute, _order(state, config))
        except AskHuman as asked:
            return hold(self._deps, state, "accept", asked)
        note = "refund it in full: an inquiry cannot be closed" if closed.stage == "inquiry" else closed.status
        return State.changes(_step(self._deps, "accept", note), dispute=closed)


async def submit(deps: Deps, dispute: Dispute, packet: Packet, order: FilingOrder) -> Dispute:
    """Send what is staged to the bank, once per dispute and stage, and give the dispute as it is afterwards.

    Raises `AskHuman` when it may not or could not be sent, `TryAgain` when the result is unknown.
    """
    filing = await _intend(deps, dispute, order, action="submit", content=digest(packet))
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if has_arrived(fresh, filing):
        await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": "seen at Stripe"}))
        return fresh
    if filing.state == "done":
        raise AskHuman("Our records say this was filed, and Stripe shows no submission; nothing was sent again.")
    if not fresh.is_open or fresh.stage != dispute.stage:
        raise AskHuman(f"The dispute changed to {fresh.status} before it was filed; nothing was sent.")
    if wrong := differences(fresh, packet):
        raise AskHuman(f"What is staged at Stripe changed in {', '.join(wrong)} before it was filed; nothing was sent.")
    return await _send(deps, filing, deps.stripe.submit(fresh, key=filing.key))


async def close(deps: Deps, dispute: Dispute, order: FilingOrder) -> Dispute:
    """Accept the loss at Stripe, once. An inquiry is left alone: closing does not resolve one (reference 2.2)."""
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if fresh.stage != dispute.stage or not (fresh.is_open or fresh.status == "lost"):
        raise AskHuman(f"The dispute changed to {fresh.status} before it was closed; nothing was sent.")
    if fresh.stage == "inquiry":
        return fresh
    filing = await _intend(deps, dispute, order, action="close", content="")
    if fresh.status == "lost":
        await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": "was lost"}))
        return fresh
    return await _send(deps, filing, deps.stripe.close(fresh, key=filing.key))


def hold(deps: Deps, state: State, step: str, asked: AskHuman) -> Changes:
    """Return the changes that send a filing which could not go on to a person."""
    before, queue = state.route or Route(action="review"), deps.policy.person_queue
    route = before.model_copy(update={"action": "review", "queue": queue, "reasons": (str(asked), *before.reasons)})
    return State.changes(_step(deps, step, str(asked)), route=route, verdict=None)


def fence_of(config: RunnableConfig) -> int | None:
    """Return the fencing token of the worker that runs the graph; None where nobody holds a lease."""
    fence = config.get("configurable", {}).get("fence")
    return fence if isinstance(fence, int) else None


def digest(packet: Packet) -> str:
    """Return a short hash of what is filed: texts, exhibits' bytes, the fee."""
    content = [sorted(packet.fields.items()), [(f.field, f.sha256) for f in packet.files], packet.fee_acknowledged]
    # Runs that sleep have keys made without it, which must stay as they are.
    content += [packet.enhanced] if packet.enhanced else []
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def differences(held: Dispute, packet: Packet) -> tuple[str, ...]:
    """Return each field in which Stripe holds something else than the packet."""
    files = {file.field: file.file or "" for file in packet.files}
    if held.stage == "appeal":
        sent = Appeal(reason=packet.fields.get(LETTER, ""), files=tuple(files.values()))
        return () if held.appeal == sent else ("appeal",)
    texts = {**packet.fields, **files}
    wrong = tuple(name for name, value in texts.items() if held.evidence.get(name, "") != value)
    enhanced = not packet.enhanced or prefill.is_stored(packet.enhanced, held.enhanced)
    return wrong if enhanced else (*wrong, "enhanced_evidence")


async def _send(deps: Deps, filing: Filing, call: Awaitable[Dispute]) -> Dispute:
    """Wait for the call and write how it ended. A key whose answer Stripe keeps is never used again."""
    try:
        after = await call
    except SpentKey as failed:
        await deps.filings.finish(_renewed(filing, "intended", str(failed)))
        raise
    except Refused as no:
        await deps.filings.finish(_renewed(filing, "refused", str(no)))
        raise AskHuman(f"Stripe refused to {filing.action} the dispute: {no}") from no
    await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": after.status}))
    return after


def _renewed(filing: Filing, state: FilingState, detail: str) -> Filing:
    base, _, tries = filing.key.partition("#")
    key = f"{base}#{int(tries or 1) + 1}"
    return filing.model_copy(update={"state": state, "detail": detail, "key": key})


def has_arrived(fresh: Dispute, filing: Filing) -> bool:
    """Return whether Stripe shows the submission that a filing intended."""
    return fresh.submissions > filing.before or fresh.status.endswith("under_review")


async def _intend(deps: Deps, dispute: Dispute, order: FilingOrder, *, action: FilingAction, content: str) -> Filing:
    filing = Filing(
        dispute_id=dispute.id,
        stage=dispute.stage,
        action=action,
        key=key_of(dispute, action, content),
        before=dispute.submissions,
        automatic=order.automatic,
    )
    return await deps.filings.intend(filing, fence=order.fence, cap=deps.policy.daily_cap)


def key_of(dispute: Dispute, action: str, content: str, fence: int | None = None) -> str:
    """Return the idempotency key of a call; one with a fence holds for one drive only."""
    parts = ("rebut", dispute.id, dispute.stage, action, content, f"{fence}" if fence else "")
    return ":".join(filter(None, parts))


def _order(state: State, config: RunnableConfig) -> FilingOrder:
    return FilingOrder(fence=fence_of(config), automatic=state.verdict is None)


def _step(deps: Deps, step: str, note: str) -> HistoryStep:
    return HistoryStep(step=step, at=deps.now(), note=note)
