"""Erasure of a person's evidence: decisions, filings and ledger entries stay, and hashes of the rest.

A case that is not decided keeps its evidence, which the answer to a legal claim needs (GDPR, article 17(3)(e)).
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
_OWN_STEPS = frozenset("load evidence classifier router accept record_outcome settle".split())
_UNDER_WAY = {
    "working": "a run is under way",
    "waiting": "a person has to decide",
    "parked": "an error stopped it and it goes on once that is mended",
    "filed": "the bank has not decided",
}


def reason_to_keep(record: CaseRecord) -> str:
    """Return why a case's evidence is still needed, as the end of a sentence; empty when it may be erased."""
    if record.case is None or record.case.dispute.status in _FINAL:
        return "" if record.state not in _UNDER_WAY or record.state == "filed" else _UNDER_WAY[record.state]
    return _UNDER_WAY.get(record.state, f"the dispute is {record.case.dispute.status} at Stripe".replace("_", " "))


def is_erased(record: CaseRecord) -> bool:
    """Return whether a case was erased and no run has gathered evidence since."""
    steps = [step.step for step in record.history if step.step in {ERASED, "load"}]
    return steps[-1:] == [ERASED]


def erase(record: CaseRecord, *, by: str, now: datetime) -> CaseRecord:
    """Return the record with state, route and packet hashes only, and a step with the SHA-256 of the case before."""
    case_hash, history_hash = hash_json(_dump_case(record.case)), hash_json(_dump_history(record))
    note = f"by {by}; sha256 of the case {case_hash}, of its history {history_hash}"
    step = HistoryStep(step=ERASED, at=now, note=note)
    case = _redact_case(record.case) if record.case else None
    earlier = (past.model_copy(update={"note": _redact_note(past)}) for past in record.history)
    return record.model_copy(update={"case": case, "history": (*earlier, step)})


def redact_if_erased(record: CaseRecord, fresh: Dispute) -> Dispute:
    """Return a freshly read dispute, redacted if the case is erased, so that Stripe's data is not stored again."""
    return redact_dispute(fresh) if is_erased(record) else fresh


def redact_dispute(dispute: Dispute) -> Dispute:
    """Return a dispute without the customer's data that Stripe holds."""
    return dispute.model_copy(update={"evidence": {}, "enhanced": {}, "appeal": Appeal()})


def redact_verdict(verdict: Verdict) -> dict[str, JsonValue]:
    """Return who decided what and when, and the SHA-256 of the whole verdict."""
    redacted = verdict.model_copy(update={"note": "", "letter": None, "fields": {}})
    return {**redacted.model_dump(mode="json"), ERASED: hash_json(verdict.model_dump(mode="json"))}


def hash_json(content: JsonValue) -> str:
    """Return the SHA-256 of JSON with sorted keys and no spaces, in UTF-8, as hex."""
    serialized = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(serialized.encode("utf-8", "surrogatepass")).hexdigest()


def _dump_case(case: Case | None) -> JsonValue:
    return case.model_dump(mode="json") if case else None


def _dump_history(record: CaseRecord) -> list[JsonValue]:
    return [step.model_dump(mode="json") for step in record.history]


def _redact_note(step: HistoryStep) -> str:
    """Return a step's note: ours whole, a review's without what a person wrote, any other empty."""
    if step.step in _OWN_STEPS | {ERASED}:
        return step.note
    return step.note.partition(":")[0] if step.step == "review" else ""


def _redact_case(case: Case) -> Case:
    evidence = case.evidence
    attachments = (each.model_copy(update={"name": "", "key": "", "source": ""}) for each in evidence.attachments)
    records = (answer.model_copy(update={"key": ""}) for answer in evidence.source_answers)
    return Case(
        dispute=redact_dispute(case.dispute),
        evidence=Evidence(attachments=tuple(attachments), source_answers=tuple(records)),
        assessment=_redact_assessment(case.assessment) if case.assessment else None,
        rebuttal=Rebuttal(writer=case.rebuttal.writer) if case.rebuttal else None,
        packet=_redact_packet(case.packet) if case.packet else None,
        route=case.route.model_copy(update={"reasons": ()}) if case.route else None,
        usage=case.usage,
    )


def _redact_assessment(assessment: Assessment) -> Assessment:
    names = ("playbook", "confidence", "calibrated", "decided")
    return Assessment(claim="", answer="", **{name: getattr(assessment, name) for name in names})


def _redact_packet(packet: Packet) -> Packet:
    """Return a packet with the size, SHA-256 and Stripe id of each file, which prove a copy held elsewhere."""
    files = tuple(file.model_copy(update={"key": ""}) for file in packet.files)
    return Packet(files=files, fee_acknowledged=packet.fee_acknowledged)
