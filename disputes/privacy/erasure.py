"""What stays of a case when a person's evidence is erased: what was decided, filed and booked, and hashes of the rest.

A case that is not decided keeps its evidence, which the answer to a legal claim rests on (GDPR, article 17(3)(e)).
"""

import hashlib
import json
from datetime import datetime

from pydantic import JsonValue

from disputes.case import Assessment, Case, Packet, Rebuttal, Verdict
from disputes.dispute import Appeal, Dispute
from disputes.evidence import Evidence
from disputes.repositories.cases import CaseRecord, HistoryStep

ERASED = "erased"
_FINAL = frozenset("won lost warning_closed prevented".split())
_OURS = frozenset("load evidence classifier router accept book settle".split())
_UNDER_WAY = {
    "working": "a run is under way",
    "waiting": "a person has to decide",
    "parked": "an error stopped it and it goes on once that is mended",
    "filed": "the bank has not decided",
}


def reason_to_keep(entry: CaseRecord) -> str:
    """Say why a case's evidence is still needed, as the end of a sentence; empty when it may be erased."""
    if entry.case is None or entry.case.dispute.status in _FINAL:
        return "" if entry.state not in _UNDER_WAY or entry.state == "filed" else _UNDER_WAY[entry.state]
    return _UNDER_WAY.get(entry.state, f"the dispute is {entry.case.dispute.status} at Stripe".replace("_", " "))


def is_erased(entry: CaseRecord) -> bool:
    """Tell whether a case was erased and no run gathered evidence since."""
    steps = [turn.step for turn in entry.history if turn.step in {ERASED, "load"}]
    return steps[-1:] == [ERASED]


def erase(entry: CaseRecord, *, by: str, now: datetime) -> CaseRecord:
    """Give what stays: state, route, packet's hashes, and one more turn with the SHA-256 of the case as it was."""
    said = f"by {by}; sha256 of the case {hash_json(_plain(entry.case))}, of its history {hash_json(_history(entry))}"
    turn = HistoryStep(step=ERASED, at=now, note=said)
    case = _case(entry.case) if entry.case else None
    turns = (*(turn.model_copy(update={"note": _note(turn)}) for turn in entry.history), turn)
    return entry.model_copy(update={"case": case, "history": turns})


def redact_if_erased(entry: CaseRecord, fresh: Dispute) -> Dispute:
    """Give a fresh reading as an erased case keeps it: what stands at Stripe is not taken in again."""
    return redact_dispute(fresh) if is_erased(entry) else fresh


def redact_dispute(dispute: Dispute) -> Dispute:
    """Give a dispute without what Stripe holds of the customer."""
    return dispute.model_copy(update={"evidence": {}, "enhanced": {}, "appeal": Appeal()})


def redact_verdict(kept: Verdict) -> dict[str, JsonValue]:
    """Give who decided what and when, and the SHA-256 of the whole verdict."""
    told = kept.model_copy(update={"note": "", "letter": None, "fields": {}})
    return {**told.model_dump(mode="json"), ERASED: hash_json(kept.model_dump(mode="json"))}


def hash_json(content: JsonValue) -> str:
    """Give the SHA-256 of JSON with sorted keys and no spaces, in UTF-8, as hex."""
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(case: Case | None) -> JsonValue:
    return case.model_dump(mode="json") if case else None


def _history(entry: CaseRecord) -> list[JsonValue]:
    return [turn.model_dump(mode="json") for turn in entry.history]


def _note(turn: HistoryStep) -> str:
    """Keep what steps say of themselves, and of a review who decided what; what people wrote goes."""
    if turn.step in _OURS | {ERASED}:
        return turn.note
    return turn.note.partition(":")[0] if turn.step == "review" else ""


def _case(case: Case) -> Case:
    held = case.evidence
    attachments = (each.model_copy(update={"name": "", "key": "", "source": ""}) for each in held.attachments)
    records = (record.model_copy(update={"key": ""}) for record in held.records)
    return Case(
        dispute=redact_dispute(case.dispute),
        evidence=Evidence(attachments=tuple(attachments), records=tuple(records)),
        assessment=_assessment(case.assessment) if case.assessment else None,
        rebuttal=Rebuttal(writer=case.rebuttal.writer) if case.rebuttal else None,
        packet=_packet(case.packet) if case.packet else None,
        route=case.route.model_copy(update={"reasons": ()}) if case.route else None,
        usage=case.usage,
    )


def _assessment(held: Assessment) -> Assessment:
    kept = ("playbook", "confidence", "calibrated", "decided")
    return Assessment(claim="", answer="", **{name: getattr(held, name) for name in kept})


def _packet(held: Packet) -> Packet:
    """Keep what proves a copy held elsewhere: the size and SHA-256 of each file, and Stripe's id of it."""
    files = tuple(file.model_copy(update={"key": ""}) for file in held.files)
    return Packet(files=files, fee_acknowledged=held.fee_acknowledged)
