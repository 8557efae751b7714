"""The packet at Stripe, uploaded and staged with `submit=false`, before anything is sent to the bank."""

from disputes import text
from disputes.case import Packet, PacketFile
from disputes.ce3 import prefill, selection
from disputes.ce3.prefill import CE3
from disputes.dispute import Dispute
from disputes.errors import AskHuman, Refused, TooLong
from disputes.lifecycle import arrival, terms
from disputes.packet import preflight
from graph import rendering
from graph.filing import differences, digest, filing_of, key_of
from graph.rendering import Printed
from graph.wiring.deps import Deps


async def stage(deps: Deps, dispute: Dispute, packet: Packet, *, fence: int | None) -> Packet:
    """Upload the exhibits and stage the packet with `submit=false`, then compare what Stripe holds with what was sent.

    Enhanced evidence follows in a call of its own, and the rest stands without it where Stripe does not take it. All
    may be done again, so their keys hold for one drive only: a failure that Stripe keeps does not outlive it.
    Gives the packet with its file ids, or as it is when the answer was sent by a run that was forgotten; a shorter one
    where Stripe counted too many pages. Raises `AskHuman` when it breaks a limit, or Stripe refuses or changes it.
    """
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if arrival.judge(fresh, await filing_of(deps, dispute, "submit")) == "ours":
        return packet
    if changed := terms.change(dispute, fresh):
        raise AskHuman(f"{changed} before the answer was staged; nothing was sent.")
    clean = packet.model_copy(update={"fields": {name: text.clean(value) for name, value in packet.fields.items()}})
    printed = await rendering.keep(deps, dispute, await rendering.print_all(deps, clean))
    measured = rendering.measure(clean, printed)
    if problems := preflight.check(measured, dispute):
        raise AskHuman(f"The packet cannot be filed as it is: {' '.join(problems)}")
    try:
        filled, held = await _stage_to_fit(deps, dispute, measured, printed=printed, fence=fence)
    except Refused as no:
        raise AskHuman(f"Stripe refused the packet: {no}") from no
    if wrong := differences(held, filled.model_copy(update={"enhanced": {}})):
        raise AskHuman(f"Stripe holds something else than was staged in {', '.join(wrong)}.")
    return await _enhance(deps, held, filled, fence) if filled.enhanced else filled


def describe(packet: Packet, staged: Packet) -> str:
    """Return in a line what was staged, and what became of the enhanced evidence."""
    counted = f"{len(staged.fields)} fields, {len(staged.files)} files"
    return " ".join([counted, *staged.left_out, *([staged.ce3] if packet.enhanced else [])])


async def _enhance(deps: Deps, dispute: Dispute, packet: Packet, fence: int | None) -> Packet:
    """Fill what Stripe's record of earlier payments lacks; where it is not taken, the rest of the packet stands."""
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    merged = packet.model_copy(update={"enhanced": prefill.merge(fresh.enhanced, packet.enhanced)})
    if prefill.is_stored(merged.enhanced, fresh.enhanced):
        return merged
    if not selection.is_stageable(fresh):
        return _bare(packet, "Stripe no longer takes earlier payments as evidence here.")
    if prefill.is_masked(fresh.enhanced):
        return _bare(
            packet, "Stripe's record of earlier payments holds what reads like a secret number; it was left alone."
        )
    try:
        held = await deps.stripe.enhance(
            dispute, merged.enhanced, key=key_of(dispute, "enhance", digest(merged), fence)
        )
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
    return filled, await deps.stripe.stage(dispute, filled, key=key_of(dispute, "stage", digest(filled), fence))


async def _upload(deps: Deps, dispute: Dispute, file: PacketFile, *, data: bytes, fence: int | None) -> PacketFile:
    key = key_of(dispute, f"upload:{file.field}", file.sha256[:24], fence)
    return file.model_copy(update={"file": await deps.stripe.upload(dispute, file.name, data, key=key)})
