"""Whether an answer arrived at Stripe, and whose it is, judged by stage and content. Pure.

A higher submission count alone says nothing: somebody may have answered in the dashboard, and an inquiry that escalates
keeps its count (reference, section 9).
"""

from collections.abc import Mapping
from typing import Literal

from disputes.case import Packet, PacketFile
from disputes.dispute import Appeal, Dispute
from disputes.held_evidence import APPEAL, PREFILLED, hash_value, read, write_appeal
from disputes.lifecycle import FINAL, SMART_DISPUTES
from disputes.packet import LETTER
from disputes.playbook import TEXT_FIELDS
from disputes.repositories.filings import Filing

Arrival = Literal["missing", "ours", "theirs", "overtaken"]
TAKEN_BACK = "taken back at Stripe"
"""The detail of a hand-over to Smart Disputes that Stripe shows no more."""


def contents(held: Dispute) -> dict[str, str]:
    """Return what Stripe holds for the bank, whoever put it there: each field with the hash of its value."""
    if held.stage == "appeal":
        return {APPEAL: _hash_appeal(held.appeal)}
    return {name: hash_value(value) for name, value in held.evidence.items()}


def differing(held: Dispute, expected: Mapping[str, str]) -> tuple[str, ...]:
    """Return each field in which Stripe holds something else than these `contents`, or more, or less.

    What Stripe fills in by itself may come later. Nothing differs where the contents are empty: a release that kept
    none wrote the row, and only the count tells.
    """
    if APPEAL in expected:
        return () if _hash_appeal(held.appeal) == expected[APPEAL] else (APPEAL,)
    now = {name: hash_value(value) for name, value in held.evidence.items()} if expected else {}
    names = sorted({*(set(now) - PREFILLED), *expected})
    return tuple(name for name in names if now.get(name) != expected.get(name))


def differing_from(held: Dispute, packet: Packet) -> tuple[str, ...]:
    """Return each field of a packet, its files uploaded, in which Stripe holds something else; what is kept too."""
    files = {file.field: file.file or "" for file in packet.files}
    if held.stage == "appeal" and APPEAL not in packet.kept:
        sent = Appeal(reason=packet.fields.get(LETTER, ""), files=tuple(files.values()))
        return () if held.appeal == sent else (APPEAL,)
    values, expected = read(held), {**packet.fields, **files, **packet.kept}
    return tuple(name for name, value in expected.items() if values.get(name, "") != value)


def judge(fresh: Dispute, filing: Filing | None) -> Arrival:
    """Return what became of a submission: `overtaken` when Stripe is at another stage, and nothing can arrive."""
    if filing is not None and fresh.stage != filing.stage:
        return "overtaken"
    before = fresh.submissions if filing is None else filing.before
    if fresh.submissions <= before and not fresh.status.endswith("under_review"):
        return "missing"
    return "ours" if filing is not None and not differing(fresh, filing.contents) else "theirs"


def settle(filing: Filing, fresh: Dispute) -> Filing:
    """Return a filing of unknown result as Stripe shows it now: done, refused, or still unknown.

    A hand-over can be taken back, so it follows what Stripe shows as long as the dispute is open.
    """
    if filing.action == SMART_DISPUTES:
        return _settle_handing(filing, fresh)
    if filing.state != "intended":
        return filing
    return _settle_close(filing, fresh) if filing.action == "close" else _settle_submission(filing, fresh)


def _settle_close(filing: Filing, fresh: Dispute) -> Filing:
    if fresh.status not in FINAL:
        return filing
    ours = fresh.status == "lost" and fresh.submissions <= filing.before
    return _ended(filing, "done" if ours else "refused", fresh.status)


def _settle_handing(filing: Filing, fresh: Dispute) -> Filing:
    if fresh.stage == filing.stage and fresh.submission_method == SMART_DISPUTES:
        return filing if filing.state == "done" else _ended(filing, "done", "seen at Stripe")
    if fresh.stage != filing.stage or not fresh.is_open:
        return _ended(filing, "refused", fresh.status) if filing.state == "intended" else filing
    return filing.renewed("refused", TAKEN_BACK) if filing.state == "done" else filing


def _settle_submission(filing: Filing, fresh: Dispute) -> Filing:
    arrived = judge(fresh, filing)
    if arrived == "overtaken":
        return _settle_overtaken(filing, fresh)
    if arrived == "theirs":
        return _ended(filing, "refused", "somebody else's answer is with the bank")
    if arrived == "ours":
        return _ended(filing, "done", "seen at Stripe")
    return _ended(filing, "refused", f"{fresh.status} before anything arrived") if fresh.status in FINAL else filing


def _settle_overtaken(filing: Filing, fresh: Dispute) -> Filing:
    """Settle a submission at whose stage Stripe is no more; whether an appeal counts as one more is not known."""
    counted = fresh.submissions > filing.before or (filing.stage == APPEAL and fresh.status == "won")
    ours = counted and not differing(fresh, filing.contents)
    return _ended(filing, "done" if ours else "refused", f"overtaken: {fresh.status}")


def is_answered(dispute: Dispute) -> bool:
    """Return whether the bank was sent an answer to this dispute, whoever sent it."""
    return dispute.status.endswith("under_review") or (not dispute.is_open and dispute.submissions > 0)


def held_packet(held: Dispute) -> Packet:
    """Return what the bank holds as a packet, whoever wrote it."""
    if held.appeal.reason or held.appeal.files:
        numbered = enumerate(held.appeal.files, 1)
        support = tuple(PacketFile(field=f"{APPEAL}_{number}", name=file, file=file) for number, file in numbered)
        return Packet(fields={LETTER: held.appeal.reason}, files=support)
    fields = {name: value for name, value in held.evidence.items() if name in TEXT_FIELDS}
    others = [(name, value) for name, value in held.evidence.items() if name not in TEXT_FIELDS]
    files = tuple(PacketFile(field=name, name=value, file=value) for name, value in others)
    return Packet(fields=fields, files=files, enhanced=held.enhanced)


def _ended(filing: Filing, state: Literal["done", "refused"], detail: str) -> Filing:
    return filing.model_copy(update={"state": state, "detail": detail})


def _hash_appeal(appeal: Appeal) -> str:
    return hash_value(write_appeal(appeal.reason, appeal.files))
