"""The calls that cannot be taken back, made once, and never without a permit.

Each has a row in `filings` before it is sent, a stable idempotency key, and after any unknown result a fresh read of
the dispute decides what happened before anything is sent again. Stripe keeps keys about a day; the row is the promise.
"""

import hashlib
import json
from collections.abc import Awaitable, Mapping
from types import MappingProxyType

from disputes.case import Case, Packet, Route
from disputes.ce3 import prefill
from disputes.dispute import Dispute
from disputes.errors import AskHuman, Refused, SpentKey
from disputes.held_evidence import ANSWERED_BY_STRIPE, METHOD, hash_value
from disputes.lifecycle import SMART_DISPUTES, arrival, terms
from disputes.repositories.cases import HistoryStep
from disputes.repositories.filings import Filing, FilingAction
from graph import booking, plans, second_writer
from graph.permission import grants
from graph.permission.guard import StepContext
from graph.state import Changes, State
from graph.wiring.deps import Deps


class FilingNodes:
    """The steps that cannot be taken back, over one set of ports."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def submit(self, state: State, context: StepContext) -> Changes:
        """Submit the staged packet, once."""
        case = state.case()
        try:
            if state.decided is None:
                await plans.confirm(self._deps, case.dispute, state.account, state.route)
            sent = await submit(self._deps, case, fence=context.fence)
        except AskHuman as asked:
            return hold(self._deps, state, "submit", asked)
        return state.changes(_step(self._deps, "submit", sent.status), dispute=sent)

    async def accept(self, state: State, context: StepContext) -> Changes:
        """Accept the loss at Stripe. An inquiry is left alone: closing does not resolve one (reference 2.2)."""
        case = state.case()
        dispute = case.dispute
        try:
            if dispute.stage != "inquiry":
                await grants.grant(self._deps, state, context, action="close", digest=CLOSING)
                dispute = await close(self._deps, case, fence=context.fence)
        except AskHuman as asked:
            return hold(self._deps, state, "accept", asked)
        note = "refund it in full: an inquiry cannot be closed" if dispute.stage == "inquiry" else dispute.status
        return state.changes(_step(self._deps, "accept", note), dispute=dispute)

    async def smart_disputes(self, state: State, context: StepContext) -> Changes:
        """Leave the answer to Stripe's Smart Disputes."""
        try:
            await grants.grant(self._deps, state, context, action="smart_disputes", digest=HANDING)
            dispute = await hand_over(self._deps, state.case(), fence=context.fence)
        except AskHuman as asked:
            return hold(self._deps, state, "smart_disputes", asked)
        return state.changes(_step(self._deps, "smart_disputes", "Stripe answers it"), dispute=dispute)


async def submit(deps: Deps, case: Case, *, fence: int) -> Dispute:
    """Send what is staged to the bank, once per dispute and stage, and give the dispute as it is afterwards.

    Raises `AskHuman` when it may not or could not be sent, `TryAgain` when the result is unknown.
    """
    dispute, packet = case.dispute, case.draft
    earlier = await filing_of(deps, dispute, "submit")
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    arrived = arrival.judge(fresh, earlier)
    if earlier is not None and arrived == "ours":
        await deps.filings.finish(earlier.model_copy(update={"state": "done", "detail": "seen at Stripe"}))
        return fresh
    if earlier is not None and earlier.state == "done" and arrived == "missing":
        raise AskHuman("Our records say this was filed, and Stripe shows no submission; nothing was sent again.")
    _check_unchanged(dispute, fresh, packet)
    await second_writer.check(deps, case, fresh, theirs=packet.kept, before="it was filed")
    intended = _intention(fresh, "submit", digest(packet), contents=arrival.contents(fresh))
    rules = deps.account(dispute.account).policy
    filing = await deps.filings.intend(intended, fence=fence, cap=rules.daily_cap, policy=rules.title)
    if filing.state == "done":
        raise AskHuman("Our records say this was filed; nothing was sent again.")
    return await _send(deps, filing, deps.stripe.submit(fresh, key=filing.key))


async def close(deps: Deps, case: Case, *, fence: int) -> Dispute:
    """Accept the loss at Stripe, once. Raises `AskHuman` when the dispute changed or stays open, and `TryAgain`."""
    dispute = case.dispute
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    earlier = await filing_of(deps, dispute, "close")
    if earlier is not None and (settled := arrival.settle(earlier, fresh)).state == "done":
        await deps.filings.finish(settled)
        if fresh.is_open:
            raise AskHuman("Our records say this loss was accepted, and Stripe shows it open; nothing was sent.")
        return fresh
    if changed := terms.change(dispute, fresh):
        raise AskHuman(f"{changed} before it was closed; nothing was sent.")
    await second_writer.check(deps, case, fresh, theirs=case.held.their_values, before="it was closed")
    filing = await deps.filings.intend(
        _intention(fresh, "close", CLOSING), fence=fence, policy=deps.account(dispute.account).policy.title
    )
    after = await _send(deps, filing, deps.stripe.close(fresh, key=filing.key))
    if after.is_open:
        await deps.filings.finish(filing.renewed("refused", "Stripe left it open"))
        raise AskHuman("Stripe took the call to close the dispute and left it open; look at it in the dashboard.")
    return after


async def hand_over(deps: Deps, case: Case, *, fence: int) -> Dispute:
    """Leave the answer to Stripe, once. Raises `AskHuman` when the dispute changed or it stays ours, and `TryAgain`."""
    dispute = case.dispute
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    await booking.settle_filings(deps, fresh)
    if fresh.submission_method == SMART_DISPUTES and await is_handed_over(deps, dispute):
        return fresh
    if changed := terms.change(dispute, fresh):
        raise AskHuman(f"{changed} before it was left to Stripe; nothing was sent.")
    await second_writer.check(deps, case, fresh, theirs=case.held.their_values, before="it was left to Stripe")
    filing = await deps.filings.intend(
        _intention(fresh, "smart_disputes", HANDING), fence=fence, policy=deps.account(dispute.account).policy.title
    )
    await deps.stagings.add(dispute.id, {METHOD: hash_value(SMART_DISPUTES)}, fence=fence)
    return await _send(deps, filing, _hand_over(deps, fresh, filing.key))


async def _hand_over(deps: Deps, dispute: Dispute, key: str) -> Dispute:
    """Hand over and give the dispute as it is read afterwards.

    For a key that it knows Stripe repeats its first answer and does nothing, whatever was changed since.
    """
    answer = await deps.stripe.hand_over(dispute, key=key)
    held = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if held.submission_method == SMART_DISPUTES:
        return held
    if answer.submission_method == SMART_DISPUTES:
        raise SpentKey("Stripe said that it answers this dispute, and does not show it.")
    raise Refused("It took the call and does not answer this dispute by itself; look at it in the dashboard.")


def hold(deps: Deps, state: State, step: str, asked: AskHuman) -> Changes:
    """Return the changes that send a filing which could not go on to a person."""
    before, queue = state.route or Route(action="review"), deps.account(state.account).policy.person_queue
    route = before.model_copy(update={"action": "review", "queue": queue, "reasons": (str(asked), *before.reasons)})
    return state.changes(_step(deps, step, str(asked)), route=route, verdict=None)


async def filing_of(deps: Deps, dispute: Dispute, action: FilingAction) -> Filing | None:
    """Return the row of an action at the dispute's stage, or None."""
    rows = await deps.filings.of(dispute.id)
    return next((row for row in rows if (row.stage, row.action) == (dispute.stage, action)), None)


async def is_handed_over(deps: Deps, dispute: Dispute) -> bool:
    """Return whether Rebut left the answer to Stripe at this stage, or may have."""
    handed = await filing_of(deps, dispute, SMART_DISPUTES)
    return handed is not None and handed.state != "refused"


def digest(packet: Packet) -> str:
    """Return a hash of what is filed: texts, exhibits' bytes, earlier payments, the fee, and what of others' stays."""
    files = [(file.field, file.sha256) for file in packet.files]
    theirs = [sorted(packet.kept.items()), sorted(packet.replaced)]
    content = [sorted(packet.fields.items()), files, packet.enhanced, packet.fee_acknowledged, *theirs]
    return _hash(json.dumps(content, sort_keys=True))


def differences(held: Dispute, packet: Packet) -> tuple[str, ...]:
    """Return each field in which Stripe holds something else than the packet."""
    wrong = arrival.differing_from(held, packet)
    enhanced = held.stage == "appeal" or not packet.enhanced or prefill.is_stored(packet.enhanced, held.enhanced)
    return wrong if enhanced else (*wrong, "enhanced_evidence")


def _check_unchanged(dispute: Dispute, fresh: Dispute, packet: Packet) -> None:
    """Raise `AskHuman` when dispute, payment or what is staged is not as the answer was made and staged for."""
    if changed := terms.change(dispute, fresh):
        raise AskHuman(f"{changed} before it was filed; nothing was sent.")
    if fresh.submission_method in ANSWERED_BY_STRIPE:
        raise AskHuman("Stripe is set to answer this dispute by itself; change that in the dashboard first.")
    ours = {*packet.fields, *packet.kept, *(file.field for file in packet.files)}
    names = (set(dispute.evidence) | set(fresh.evidence)) - ours
    foreign = tuple(name for name in sorted(names) if dispute.evidence.get(name) != fresh.evidence.get(name))
    if wrong := (*differences(fresh, packet), *foreign):
        raise AskHuman(f"What is staged at Stripe changed in {', '.join(wrong)} before it was filed; nothing was sent.")


def _intention(
    fresh: Dispute, action: FilingAction, content: str, *, contents: Mapping[str, str] = MappingProxyType({})
) -> Filing:
    """Return the row of a call about to be made for a dispute as it stands now."""
    return Filing(
        dispute_id=fresh.id,
        account=fresh.account or "",
        stage=fresh.stage,
        action=action,
        key=key_of(fresh, action, content),
        before=fresh.submissions,
        digest=content,
        contents=dict(contents),
    )


async def _send(deps: Deps, filing: Filing, call: Awaitable[Dispute]) -> Dispute:
    """Wait for the call and write how it ended. A key whose answer Stripe keeps is never used again."""
    try:
        after = await call
    except SpentKey as failed:
        await deps.filings.finish(filing.renewed("intended", str(failed)))
        raise
    except Refused as no:
        await deps.filings.finish(filing.renewed("refused", str(no)))
        raise AskHuman(f"Stripe refused to {filing.action} the dispute: {no}") from no
    await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": after.status}))
    return after


def key_of(dispute: Dispute, action: str, content: str, fence: int | None = None) -> str:
    """Return the idempotency key of a call; one with a fence holds for one drive only."""
    parts = ("rebut", dispute.id, dispute.stage, action, content, f"{fence}" if fence else "")
    return ":".join(filter(None, parts))


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _step(deps: Deps, step: str, note: str) -> HistoryStep:
    return HistoryStep(step=step, at=deps.now(), note=note)


CLOSING, HANDING = _hash("close"), _hash("smart_disputes")
"""The digests of the calls that have no content."""
