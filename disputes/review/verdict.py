"""What a person may decide, read from our own API or from an Agent Inbox, and what a decision does to a case."""

import json
from datetime import datetime

from pydantic import JsonValue, ValidationError

from disputes import packet, text
from disputes.case import Case, Claim, Decision, Rebuttal, Verdict
from disputes.errors import Invalid
from disputes.letter import grounding
from disputes.packet import compliance, preflight
from disputes.playbook import TEXT_FIELDS

INBOX_DECISIONS: dict[str, Decision] = {"accept": "approve", "edit": "edit", "response": "redraft", "ignore": "reject"}
_ARGUMENTS = ("decision", "letter", "fields", "without", "fee_acknowledged", "note")
_BLANK: dict[str, JsonValue] = {"letter": None, "fields": {}, "without": []}


def parse(answer: JsonValue, now: datetime) -> Verdict:
    """Read a verdict, or an Agent Inbox answer (a one-item list whose argument values are strings), with clean text.

    `accept` approves, `edit` edits (or rejects or accepts the loss, when its arguments say so), `response` sends the
    case back with a note, `ignore` rejects. Raises `Invalid` with one sentence.
    """
    item = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    if not isinstance(item, dict):
        raise Invalid("A verdict is an object, or a list with one.")
    raw = _from_inbox(item) if "type" in item else item
    try:
        verdict = Verdict.model_validate(raw)
    except ValidationError as wrong:
        raise Invalid(f"The verdict cannot be read: {wrong.errors()[0]['msg']}.") from wrong
    return _cleaned(verdict).model_copy(update={"at": verdict.at or now, "by": verdict.by or "agent inbox"})


def check(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Give each reason why this verdict cannot be carried out on this case, as sentences."""
    if verdict.decision in {"approve", "edit"}:
        return tuple(_letter(case, verdict) + _fields(case, verdict) + _fee(case, verdict))
    if verdict.without:
        return ("Exhibits are left out of an answer that is filed; this decision files none.",)
    if verdict.decision == "accept_loss" and case.dispute.stage == "appeal":
        return ("An appeal cannot be closed; reject it to let the decision stand.",)
    return ()


def warn(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Say which exhibits a verdict leaves out although the playbook never does; a person may, and should know."""
    sheets = case.packet.sheets if case.packet else ()
    kept = (sheet for sheet in sheets if sheet.required and sheet.field in verdict.without)
    return tuple(f"{sheet.mark}, {sheet.title}, answers this claim; it is filed without it." for sheet in kept)


def apply(case: Case, verdict: Verdict) -> Case:
    """Put an approval's or an edit's changes into the case; other decisions change nothing in it."""
    if verdict.decision not in {"approve", "edit"} or case.packet is None:
        return case
    claims = verdict.letter if verdict.decision == "edit" else None
    fields = verdict.fields if verdict.decision == "edit" else {}
    amended = packet.amend(case.packet, case.dispute, claims, fields)
    amended = preflight.drop(amended, frozenset(verdict.without), by=verdict.by)
    amended = amended.model_copy(
        update={"fee_acknowledged": bool(compliance.build_fee_evidence(case.dispute, verdict))}
    )
    rebuttal = Rebuttal(claims=claims, writer=verdict.by) if claims is not None else case.rebuttal
    return case.model_copy(update={"packet": amended, "rebuttal": rebuttal})


def _letter(case: Case, verdict: Verdict) -> list[str]:
    claims = verdict.letter if verdict.decision == "edit" and verdict.letter is not None else None
    rebuttal = Rebuttal(claims=claims) if claims is not None else case.rebuttal or Rebuttal()
    filed = apply(case, verdict).packet
    marks = {sheet.mark for sheet in filed.sheets} if filed else None
    found = grounding.check(rebuttal, case.evidence, exhibits=marks)
    # Which of two systems is right is what a person was asked.
    return [f"Claim {v.claim + 1}: {v.what}." for v in found if not v.undecided]


def _fields(case: Case, verdict: Verdict) -> list[str]:
    if unknown := set(verdict.fields) - TEXT_FIELDS:
        return [f"{', '.join(sorted(unknown))}: no text field of Stripe's evidence has this name."]
    if case.packet is None:
        return ["There is no packet to file; ask for a new draft first."]
    shown = [sheet.field for sheet in case.packet.sheets]
    if strange := [name for name in dict.fromkeys(verdict.without) if name not in shown]:
        return [f"{', '.join(strange)}: the packet has no such exhibit; it has {', '.join(shown) or 'none'}."]
    return list(preflight.check(apply(case, verdict).packet or case.packet, case.dispute))


def _fee(case: Case, verdict: Verdict) -> list[str]:
    if case.dispute.stage == "compliance" and not verdict.fee_acknowledged:
        return ["Contesting a compliance case costs 500 USD: the verdict must say fee_acknowledged."]
    return []


def _cleaned(verdict: Verdict) -> Verdict:
    said = [Claim(text=text.clean(c.text), facts=tuple(map(text.line, c.facts))) for c in verdict.letter or ()]
    changes = {
        "note": text.clean(verdict.note),
        "by": text.line(verdict.by),
        "letter": tuple(said) if verdict.letter is not None else None,
        "fields": {text.line(name): text.clean(value) for name, value in verdict.fields.items()},
        "without": tuple(map(text.line, verdict.without)),
    }
    return verdict.model_copy(update=changes)


def _from_inbox(item: dict[str, JsonValue]) -> dict[str, JsonValue]:
    kind, args = item.get("type"), item.get("args")
    if not isinstance(kind, str) or kind not in INBOX_DECISIONS:
        raise Invalid("An inbox answer has the type accept, edit, response or ignore.")
    if kind == "response":
        return {"decision": "redraft", "note": args if isinstance(args, str) else ""}
    values = args.get("args") if isinstance(args, dict) else None
    given = values if isinstance(values, dict) and kind == "edit" else {}
    plain = {key: _plain(key, given[key]) for key in _ARGUMENTS if key in given}
    # The request shows `approve`; whoever edits around it means the edit, never the draft as it was.
    if plain.get("decision", "approve") == "approve":
        plain["decision"] = INBOX_DECISIONS[kind]
    return plain


def _plain(key: str, value: JsonValue) -> JsonValue:
    """Undo what the inbox does to arguments: every value comes back as a string."""
    if not isinstance(value, str):
        return value
    if key in _BLANK:
        return _json(value) if value.strip() else _BLANK[key]
    return value.strip().lower() == "true" if key == "fee_acknowledged" else value


def _json(written: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(written)
    except (ValueError, RecursionError) as wrong:
        raise Invalid("An argument of the answer is not JSON.") from wrong
    return value
