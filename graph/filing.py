"""The calls that cannot be taken back, made once.

Each has a row in `filings` before it is sent, a stable idempotency key, and after any unknown result a fresh read of
the dispute decides what happened before anything is sent again. Stripe keeps keys about a day; the row is the promise.
"""

import hashlib
import json
from collections.abc import Awaitable
from dataclasses import dataclass

from disputes import lifecycle, text
from disputes.case import Packet, PacketFile
from disputes.ce3 import prefill, selection
from disputes.ce3.prefill import CE3
from disputes.dispute import Appeal, Dispute
from disputes.errors import AskHuman, Refused, SpentKey, TooLong
from disputes.packet import LETTER, preflight
from disputes.repositories.filings import Filing, FilingAction, FilingState
from graph import rendering
from graph.rendering import Printed
from graph.wiring.deps import Deps


@dataclass(frozen=True)
class FilingOrder:
    """On whose authority a call is made: the worker's fencing number, and whether no person decided it."""

    fence: int | None
    automatic: bool


async def stage(deps: Deps, dispute: Dispute, packet: Packet, *, fence: int | None) -> Packet:
    """Upload the exhibits and stage the packet with `submit=false`, then compare what Stripe holds with what was sent.

    Enhanced evidence follows in a call of its own, and the rest stands without it where Stripe does not take it. All
    may be done again, so their keys hold for one drive only: a failure that Stripe keeps does not outlive it.
    Gives the packet with its file ids, or as it is when the answer was sent by a run that was forgotten; a shorter one
    where Stripe counted too many pages. Raises `AskHuman` when it breaks a limit, or Stripe refuses or changes it.
    """
    if await _is_sent(deps, dispute):
        return packet
    printed = await rendering.keep(deps, dispute, await rendering.print_all(deps, packet))
    measured = rendering.measure(packet, printed)
    if problems := preflight.check(measured, dispute):
        raise AskHuman(f"The packet cannot be filed as it is: {' '.join(problems)}")
    try:
        filled, held = await _stage_to_fit(deps, dispute, measured, printed=printed, fence=fence)
    except Refused as no:
        raise AskHuman(f"Stripe refused the packet: {no}") from no
    if wrong := differences(held, filled.model_copy(update={"enhanced": {}})):
        raise AskHuman(f"Stripe holds something else than was staged in {', '.join(wrong)}.")
    return await _enhance(deps, held, filled, fence) if filled.enhanced else filled


async def submit(deps: Deps, dispute: Dispute, packet: Packet, order: FilingOrder) -> Dispute:
    """Send what is staged to the bank, once per dispute and stage, and give the dispute as it is afterwards.

    Raises `AskHuman` when it may not or could not be sent, `TryAgain` when the result is unknown.
    """
    filing = await _intend(deps, dispute, order, action="submit", content=digest(packet))
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if _arrived(fresh, filing):
        await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": "seen at Stripe"}))
        return fresh
    if filing.state == "done":
        raise AskHuman("Our records say this was filed, and Stripe shows no submission; nothing was sent again.")
    if not lifecycle.is_open(fresh) or fresh.stage != dispute.stage:
        raise AskHuman(f"The dispute changed to {fresh.status} before it was filed; nothing was sent.")
    if wrong := differences(fresh, packet):
        raise AskHuman(f"What is staged at Stripe changed in {', '.join(wrong)} before it was filed; nothing was sent.")
    return await _send(deps, filing, deps.stripe.submit(fresh, key=filing.key))


async def close(deps: Deps, dispute: Dispute, order: FilingOrder) -> Dispute:
    """Accept the loss at Stripe, once. An inquiry is left alone: closing does not resolve one (reference 2.2)."""
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if fresh.stage != dispute.stage or not (lifecycle.is_open(fresh) or fresh.status == "lost"):
        raise AskHuman(f"The dispute changed to {fresh.status} before it was closed; nothing was sent.")
    if fresh.stage == "inquiry":
        return fresh
    filing = await _intend(deps, dispute, order, action="close", content="")
    if fresh.status == "lost":
        await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": "was lost"}))
        return fresh
    return await _send(deps, filing, deps.stripe.close(fresh, key=filing.key))


def digest(packet: Packet) -> str:
    """Return a short hash of what is filed: texts, exhibits' bytes, the fee."""
    content = [sorted(packet.fields.items()), [(f.field, f.sha256) for f in packet.files], packet.fee_acknowledged]
    # Runs that sleep have keys made without it, which must stay as they are.
    content += [packet.enhanced] if packet.enhanced else []
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def tell(packet: Packet, staged: Packet) -> str:
    """Return in a line what was staged, and what became of the enhanced evidence."""
    counted = f"{len(staged.fields)} fields, {len(staged.files)} files"
    return " ".join([counted, *staged.left_out, *([staged.ce3] if packet.enhanced else [])])


def differences(held: Dispute, packet: Packet) -> tuple[str, ...]:
    """Return each field in which Stripe holds something else than the packet."""
    files = {file.field: file.file or "" for file in packet.files}
    if held.stage == "appeal":
        sent = Appeal(reason=text.clean(packet.fields.get(LETTER, "")), files=tuple(files.values()))
        return () if held.appeal == sent else ("appeal",)
    texts = {**packet.fields, **files}
    wrong = tuple(name for name, value in texts.items() if held.evidence.get(name, "") != text.clean(value))
    return wrong if prefill.is_held(packet.enhanced, held.enhanced) else (*wrong, "enhanced_evidence")


async def _enhance(deps: Deps, dispute: Dispute, packet: Packet, fence: int | None) -> Packet:
    """Fill what Stripe's record of earlier payments lacks; where it is not taken, the rest of the packet stands."""
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    merged = packet.model_copy(update={"enhanced": prefill.merge(fresh.enhanced, packet.enhanced)})
    if prefill.is_held(merged.enhanced, fresh.enhanced):
        return merged
    if not selection.is_stageable(fresh):
        return _bare(packet, "Stripe no longer takes earlier payments as evidence here.")
    if prefill.is_masked(fresh.enhanced):
        return _bare(
            packet, "Stripe's record of earlier payments holds what reads like a secret number; it was left alone."
        )
    try:
        held = await deps.stripe.enhance(dispute, merged.enhanced, key=_key(dispute, "enhance", digest(merged), fence))
    except Refused as no:
        return _bare(packet, f"Earlier payments are no part of the answer: {no}")
    if differences(held, merged):
        raise AskHuman("Stripe holds something else than was staged in enhanced_evidence.")
    said = held.eligibility.get(CE3)
    return (
        merged.model_copy(update={"ce3": f"{packet.ce3} Stripe says {said.status.replace('_', ' ')}."})
        if said
        else merged
    )


def _bare(packet: Packet, why: str) -> Packet:
    return packet.model_copy(update={"enhanced": {}, "ce3": why})


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


async def _is_sent(deps: Deps, dispute: Dispute) -> bool:
    tried = [f for f in await deps.filings.of(dispute.id) if (f.stage, f.action) == (dispute.stage, "submit")]
    if not tried:
        return False
    return _arrived(await deps.stripe.dispute(dispute.id, account=dispute.account), tried[0])


def _arrived(fresh: Dispute, filing: Filing) -> bool:
    return fresh.submissions > filing.before or fresh.status.endswith("under_review")


async def _intend(deps: Deps, dispute: Dispute, order: FilingOrder, *, action: FilingAction, content: str) -> Filing:
    filing = Filing(
        dispute_id=dispute.id,
        stage=dispute.stage,
        action=action,
        key=_key(dispute, action, content),
        before=dispute.submissions,
        automatic=order.automatic,
    )
    return await deps.filings.intend(filing, fence=order.fence, cap=deps.policy.daily_cap)


def _key(dispute: Dispute, action: str, content: str, fence: int | None = None) -> str:
    parts = ("rebut", dispute.id, dispute.stage, action, content, f"{fence}" if fence else "")
    return ":".join(filter(None, parts))


async def _stage_to_fit(
    deps: Deps, dispute: Dispute, packet: Packet, *, printed: Printed, fence: int | None
) -> tuple[Packet, Dispute]:
    """Stage, and once more with a shorter packet where Stripe counts more pages than we did.

    How Stripe estimates them is not published. Raises `TooLong` when that does not help or nothing may be left out.
    """
    try:
        return await _stage_all(deps, dispute, packet, printed=printed, fence=fence)
    except TooLong:
        if (shorter := preflight.tighten(packet, dispute)) is None:
            raise
    return await _stage_all(deps, dispute, shorter, printed=printed, fence=fence)


async def _stage_all(
    deps: Deps, dispute: Dispute, packet: Packet, *, printed: Printed, fence: int | None
) -> tuple[Packet, Dispute]:
    fields = {file.field for file in packet.files}
    kept = [(file, data) for file, data in printed if file.field in fields]
    files = tuple([await _upload(deps, dispute, file, data=data, fence=fence) for file, data in kept])
    filled = packet.model_copy(update={"files": files})
    return filled, await deps.stripe.stage(dispute, filled, key=_key(dispute, "stage", digest(filled), fence))


async def _upload(deps: Deps, dispute: Dispute, file: PacketFile, *, data: bytes, fence: int | None) -> PacketFile:
    key = _key(dispute, f"upload:{file.field}", file.sha256[:24], fence)
    return file.model_copy(update={"file": await deps.stripe.upload(dispute, file.name, data, key=key)})
