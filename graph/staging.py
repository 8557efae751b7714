"""The packet at Stripe, uploaded and staged with `submit=false`, before anything is sent to the bank."""

from disputes import text
from disputes.case import Case, Packet, PacketFile
from disputes.ce3 import prefill, selection
from disputes.ce3.prefill import CE3
from disputes.dispute import Dispute
from disputes.errors import AskHuman, Refused, TooLong
from disputes.held_evidence import (
    APPEAL,
    BESIDE,
    ENHANCED,
    METHOD,
    HeldEvidence,
    hash_value,
    read,
    write_appeal,
    write_enhanced,
)
from disputes.lifecycle import arrival, terms
from disputes.packet import LETTER, compliance, preflight
from graph import rendering, second_writer
from graph.filing import differences, digest, filing_of, is_handed_over, key_of
from graph.rendering import Printed
from graph.wiring.deps import Deps


async def stage(deps: Deps, case: Case, packet: Packet, *, fence: int) -> Packet:
    """Upload the exhibits and stage the packet with `submit=false`, then compare what Stripe holds with what was sent.

    Enhanced evidence follows in a call of its own, and the rest stands without it where Stripe does not take it. All
    may be done again, so their keys hold for one drive only: a failure that Stripe keeps does not outlive it.
    Gives the packet with its file ids, or as it is when the answer was sent by a run that was forgotten; a shorter one
    where Stripe counted too many pages. Raises `AskHuman` when it breaks a limit, Stripe refuses or changes it, or
    somebody else wrote on the dispute since the case was shown. What we staged before and leave out now is emptied.
    """
    dispute = case.dispute
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if arrival.judge(fresh, await filing_of(deps, dispute, "submit")) == "ours":
        return packet
    if changed := terms.change(dispute, fresh):
        raise AskHuman(f"{changed} before the answer was staged; nothing was sent.")
    standing = await second_writer.read_held(deps, fresh, case)
    ours = {name: text.clean(value, name=name) for name, value in packet.fields.items()}
    clean = packet.model_copy(update={"fields": {**_stale(packet, standing), **ours}})
    printed = await rendering.keep(deps, dispute, await rendering.print_all(deps, clean))
    measured = rendering.measure(clean, printed)
    if problems := preflight.check(measured, dispute):
        raise AskHuman(f"The packet cannot be filed as it is: {' '.join(problems)}")
    try:
        filled, held = await _stage_to_fit(deps, case, measured, printed=printed, fence=fence)
    except Refused as no:
        raise AskHuman(f"Stripe refused the packet: {no}") from no
    await deps.stagings.add(dispute.id, _beside(held, packet), fence=fence)
    if wrong := differences(held, filled.model_copy(update={"enhanced": {}})):
        raise AskHuman(f"Stripe holds something else than was staged in {', '.join(wrong)}.")
    return await _enhance(deps, held, filled, fence) if filled.enhanced else filled


async def set_method(deps: Deps, case: Case, *, fence: int) -> Dispute:
    """Have Stripe answer this dispute by itself only where the policy says so, and return it as Stripe holds it then.

    What somebody set there is left alone, and so is what Rebut left to Stripe, and an account to which Stripe offers no
    choice. Raises `Refused`.
    """
    dispute, wanted = case.dispute, deps.account(case.dispute.account).policy.submission_method
    offered = dispute.submission_method is not None and dispute.stage in {"inquiry", "chargeback"}
    if not offered or dispute.submission_method == wanted or await is_handed_over(deps, dispute):
        return dispute
    # A run that goes on after an outage read the dispute long before.
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    if METHOD in (await second_writer.read_held(deps, fresh, case)).their_values:
        return dispute
    return await deps.stripe.set_method(fresh, wanted, key=key_of(dispute, f"method:{wanted}", "", fence))


def _stale(packet: Packet, held: HeldEvidence) -> dict[str, str]:
    """Return an empty text for each field that we staged before and this packet leaves out."""
    filled = {*packet.fields, *(sheet.field for sheet in packet.sheets)}
    return {name: "" for name in held.ours if name not in filled and name not in BESIDE}


def _beside(held: Dispute, packet: Packet) -> dict[str, str]:
    """Return the hashes of what our own calls left beside the fields of the evidence; what is kept is not ours."""
    return {name: hash_value(value) for name, value in read(held).items() if name in BESIDE - set(packet.kept)}


def describe(packet: Packet, staged: Packet) -> str:
    """Return in a line what was staged, and what became of the enhanced evidence."""
    counted = f"{len(staged.fields)} fields, {len(staged.files)} files"
    return " ".join([counted, *staged.left_out, *([staged.ce3] if packet.enhanced else [])])


async def _enhance(deps: Deps, dispute: Dispute, packet: Packet, fence: int) -> Packet:
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
    await deps.stagings.add(dispute.id, {ENHANCED: hash_value(write_enhanced(merged.enhanced))}, fence=fence)
    try:
        held = await deps.stripe.enhance(
            dispute, merged.enhanced, key=key_of(dispute, "enhance", digest(merged), fence)
        )
        await deps.stagings.add(dispute.id, _beside(held, packet), fence=fence)
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
    deps: Deps, case: Case, packet: Packet, *, printed: Printed, fence: int
) -> tuple[Packet, Dispute]:
    """Stage, and once more with a shorter packet where Stripe counts more pages than we did.

    How Stripe estimates them is not published. Raises `TooLong` when that does not help or nothing may be left out.
    """
    try:
        return await _stage_all(deps, case, packet, printed=printed, fence=fence)
    except TooLong:
        if (shorter := preflight.tighten(packet, case.dispute)) is None:
            raise
    return await _stage_all(deps, case, shorter, printed=printed, fence=fence)


async def _stage_all(deps: Deps, case: Case, packet: Packet, *, printed: Printed, fence: int) -> tuple[Packet, Dispute]:
    """Upload and stage; who else writes is looked at right before the call, since uploads take a while."""
    dispute = case.dispute
    fields = {file.field for file in packet.files}
    kept = [(file, data) for file, data in printed if file.field in fields]
    files = tuple([await _upload(deps, dispute, file, data=data, fence=fence) for file, data in kept])
    filled = packet.model_copy(update={"files": files})
    fresh = await deps.stripe.dispute(dispute.id, account=dispute.account)
    await second_writer.check(deps, case, fresh, theirs=case.held.their_values, before="the answer was staged")
    if APPEAL in packet.kept:
        return filled, fresh
    await deps.stagings.add(dispute.id, _hashes(dispute, filled), fence=fence)
    return filled, await deps.stripe.stage(dispute, filled, key=key_of(dispute, "stage", digest(filled), fence))


def _hashes(dispute: Dispute, packet: Packet) -> dict[str, str]:
    """Return the hash of each value about to be staged: texts, files, or the whole of an appeal."""
    files = {file.field: file.file or "" for file in packet.files}
    if dispute.stage == "appeal":
        return {APPEAL: hash_value(write_appeal(packet.fields.get(LETTER, ""), files.values()))}
    pays = packet.fee_acknowledged and ENHANCED not in packet.kept
    scheme = compliance.find_scheme(dispute) if pays else None
    fee = write_enhanced({**dispute.enhanced, scheme: {"fee_acknowledged": True}}) if scheme else ""
    return {name: hash_value(value) for name, value in {**packet.fields, **files, ENHANCED: fee}.items() if value}


async def _upload(deps: Deps, dispute: Dispute, file: PacketFile, *, data: bytes, fence: int) -> PacketFile:
    key = key_of(dispute, f"upload:{file.field}", file.sha256[:24], fence)
    return file.model_copy(update={"file": await deps.stripe.upload(dispute, file.name, data, key=key)})
