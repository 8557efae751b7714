"""A reviewer's verdict: parsing it from our API or an Agent Inbox, checking it, and applying it to the case."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from pydantic import JsonValue, ValidationError

from disputes import packet, text
from disputes.case import Case, Claim, Decision, Rebuttal, Verdict
from disputes.errors import Invalid
from disputes.evidence import clean_id
from disputes.held_evidence import APPEAL
from disputes.letter import grounding, verification
from disputes.lifecycle import bars_smart_disputes
from disputes.packet import LETTER, compliance, preflight, second_writer
from disputes.playbook import TEXT_FIELDS

INBOX_DECISIONS: dict[str, Decision] = {"accept": "approve", "edit": "edit", "response": "redraft", "ignore": "reject"}
_ARGUMENTS = ("decision", "letter", "fields", "without", "theirs", "fee_acknowledged", "note")
_NOT_ASKED = ("by", "at", "version")  # who decided what and when is known, whatever an answer says of itself
_NOTHING: Mapping[str, str] = MappingProxyType({})
A_REVIEWER = "a reviewer"
_APPROVAL = Verdict(decision="approve")
_EMPTY_VALUES: dict[str, JsonValue] = {"letter": None, "fields": {}, "without": [], "theirs": {}}


def parse(answer: JsonValue, now: datetime, *, shown: Mapping[str, str] = _NOTHING) -> Verdict:
    """Parse a verdict, or an Agent Inbox answer (a one-item list whose argument values are strings); clean its texts.

    `accept` approves the arguments `shown`, `edit` edits (or rejects or accepts the loss, when its arguments say so),
    `response` asks for a new draft with a note, `ignore` rejects. Raises `Invalid` with one sentence: what is not
    understood in every part is never consent.
    """
    item = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    if not isinstance(item, dict):
        raise Invalid("A verdict is an object, or a list with one.")
    raw = _from_inbox(item, shown) if "type" in item else item
    if unknown := sorted(set(raw) - set(Verdict.model_fields)):
        raise Invalid(f"The verdict is not understood: {', '.join(map(str, unknown))} is no part of one.")
    try:
        verdict = Verdict.model_validate(raw)
    except ValidationError as error:
        raise Invalid(f"The verdict cannot be read: {error.errors()[0]['msg']}.") from error
    if raw is item and verdict.decision != "edit" and (verdict.letter is not None or verdict.fields):
        raise Invalid("The verdict is not understood: a letter or fields come only with the decision edit.")
    return _clean(verdict).model_copy(update={"at": verdict.at or now, "by": verdict.by or "agent inbox"})


def check(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Return each reason why this verdict cannot be carried out on this case, in sentences."""
    if verdict.decision in {"approve", "edit"}:
        wrong = [
            *second_writer.check(case.held, verdict.theirs),
            *second_writer.check_edit(_written_fields(case, verdict), verdict.theirs),
            *_check_letter(case, verdict),
            *_check_fields(case, verdict),
            *_check_fee(case, verdict),
        ]
        return tuple(wrong or _check_change(case, verdict))
    return tuple(_check_filing_nothing(case, verdict))


def _written_fields(case: Case, verdict: Verdict) -> set[str]:
    letter = APPEAL if case.dispute.stage == "appeal" else LETTER
    return {*verdict.fields, *([letter] if verdict.letter is not None else [])}


def _check_filing_nothing(case: Case, verdict: Verdict) -> Iterator[str]:
    if verdict.without:
        yield "Exhibits are left out of an answer that is filed; this decision files none."
    elif verdict.theirs:
        yield "What others wrote is kept or replaced in an answer that is filed; this decision files none."
    elif verdict.decision == "smart_disputes" and (why := bars_smart_disputes(case.dispute)):
        yield why
    elif verdict.decision == "accept_loss" and case.dispute.stage == "appeal":
        yield "An appeal cannot be closed; reject it to let the decision stand."


def warn(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Return a sentence for each exhibit left out that the playbook requires; a person may, and is warned."""
    sheets = case.packet.sheets if case.packet else ()
    required = (sheet for sheet in sheets if sheet.required and sheet.field in verdict.without)
    return tuple(f"{sheet.mark}, {sheet.title}, answers this claim; it is filed without it." for sheet in required)


def apply(case: Case, verdict: Verdict) -> Case:
    """Return the case with the changes of an approval or edit; other decisions change nothing in it."""
    if verdict.decision not in {"approve", "edit"} or case.packet is None:
        return case
    claims = _edited(case, verdict)
    fields = verdict.fields if verdict.decision == "edit" else {}
    amended = packet.amend(case.packet, case.dispute, claims, fields)
    amended = preflight.drop(amended, frozenset(verdict.without), why=f"Left out by {verdict.by or 'a person'}")
    amended = second_writer.decide(amended, case.held, verdict.theirs)
    amended = amended.model_copy(
        update={"fee_acknowledged": bool(compliance.build_fee_evidence(case.dispute, verdict))}
    )
    rebuttal = Rebuttal(claims=claims, writer=verdict.by) if claims is not None else case.rebuttal
    if rebuttal is not None:
        named = packet.forget_marks(rebuttal.claims, case.packet.sheets, amended.sheets)
        rebuttal = rebuttal.model_copy(update={"claims": _attest(named, verdict)})
    return case.model_copy(update={"packet": amended, "rebuttal": rebuttal})


def _check_letter(case: Case, verdict: Verdict) -> list[str]:
    claims = _edited(case, verdict)
    if claims is None and "keep" in {verdict.theirs.get(LETTER), verdict.theirs.get(APPEAL)}:
        return []  # none of our sentences is filed
    decided = apply(case, verdict)
    marks = {sheet.mark for sheet in decided.packet.sheets} if decided.packet else None
    unpacked = Rebuttal(claims=claims) if claims is not None else None  # an edit before there is a packet
    rebuttal = (decided.rebuttal if decided.packet else unpacked or decided.rebuttal) or Rebuttal()
    violations = grounding.check(rebuttal, case.evidence, exhibits=marks)
    # Which of two systems is right is what a person was asked, and some sentences only a person can judge.
    wrong = (v for v in violations if not v.undecided and not verification.answers_for(rebuttal, v))
    return [f"Claim {v.claim + 1}: {v.what}." for v in wrong]


def _attest(claims: tuple[Claim, ...], verdict: Verdict) -> tuple[Claim, ...]:
    """Return the claims of an approved draft, each that nobody signed attested by who approves it as it is."""
    if verdict.decision != "approve":
        return claims
    by = verdict.by or A_REVIEWER
    return tuple(c if c.template else c.model_copy(update={"attested_by": c.attested_by or by}) for c in claims)


def _edited(case: Case, verdict: Verdict) -> tuple[Claim, ...] | None:
    """Return the claims of an edit, or None for no edit of the letter.

    A sentence that stays as it was stays its signed template's, and one that is attested is so under the name of who is
    signed in, whatever the answer says.
    """
    if verdict.decision != "edit" or verdict.letter is None:
        return None
    drafted = {(c.text, c.facts): c for c in case.rebuttal.claims} if case.rebuttal else {}
    kept = (drafted.get((claim.text, claim.facts), claim) for claim in verdict.letter)
    attested = (bool(claim.attested_by) for claim in verdict.letter)
    by = verdict.by or A_REVIEWER
    return tuple(
        claim.model_copy(update={"attested_by": by if is_attested else ""})
        for claim, is_attested in zip(kept, attested, strict=True)
    )


def _check_fields(case: Case, verdict: Verdict) -> list[str]:
    if unknown := set(verdict.fields) - TEXT_FIELDS:
        return [f"{', '.join(sorted(unknown))}: no text field of Stripe's evidence has this name."]
    if case.packet is None:
        return ["There is no packet to file; ask for a new draft first."]
    present = [sheet.field for sheet in case.packet.sheets]
    if absent := [name for name in dict.fromkeys(verdict.without) if name not in present]:
        return [f"{', '.join(absent)}: the packet has no such exhibit; it has {', '.join(present) or 'none'}."]
    return list(preflight.check(apply(case, verdict).packet or case.packet, case.dispute))


def _check_change(case: Case, verdict: Verdict) -> list[str]:
    def content(decided: Case) -> tuple[object, ...]:
        claims = decided.rebuttal.claims if decided.rebuttal else ()
        return decided.packet, [(claim.text, claim.facts) for claim in claims]

    pays = verdict.fee_acknowledged and case.dispute.stage == "compliance"
    said = pays or verdict.decision != "edit"
    if said or content(apply(case, verdict)) != content(apply(case, _APPROVAL)):
        return []
    return ["This edit changes nothing; accept the draft as it is, or say what to change."]


def _check_fee(case: Case, verdict: Verdict) -> list[str]:
    if case.dispute.stage == "compliance" and not verdict.fee_acknowledged:
        return ["Contesting a compliance case costs 500 USD: the verdict must say fee_acknowledged."]
    return []


def _clean(verdict: Verdict) -> Verdict:
    claims = [
        Claim(
            text=text.clean(c.text),
            facts=tuple(map(clean_id, c.facts)),
            paragraph=c.paragraph,
            attested_by=text.line(c.attested_by),
        )
        for c in verdict.letter or ()
    ]
    changes = {
        "note": text.clean(verdict.note),
        "by": text.line(verdict.by),
        "letter": tuple(claims) if verdict.letter is not None else None,
        "fields": {text.line(name): text.clean(value, name=name) for name, value in verdict.fields.items()},
        "without": tuple(map(text.line, verdict.without)),
        "theirs": {text.line(name): choice for name, choice in verdict.theirs.items()},
    }
    return verdict.model_copy(update=changes)


def _from_inbox(item: dict[str, JsonValue], shown: Mapping[str, str]) -> dict[str, JsonValue]:
    kind, args = item.get("type"), item.get("args")
    if unknown := sorted(set(item) - {"type", "args"}):
        raise Invalid(f"The answer is not understood: {', '.join(map(str, unknown))} is no part of one.")
    if kind == "accept" and args is not None and _edits(args) != dict(shown):
        raise Invalid("The answer is not understood: it accepts, and its arguments are not those that were shown.")
    if not isinstance(kind, str) or kind not in INBOX_DECISIONS:
        raise Invalid("An inbox answer has the type accept, edit, response or ignore.")
    if kind == "response":
        return {"decision": "redraft", "note": args if isinstance(args, str) else ""}
    edits = _edits(args) if kind == "edit" else {}
    decoded = {key: _decode(key, edits[key]) for key in _ARGUMENTS if key in edits}
    # The request shows `approve`; a reviewer who edits the rest means the edit, never the draft as it was.
    if decoded.get("decision", "approve") == "approve":
        decoded["decision"] = INBOX_DECISIONS[kind]
    return decoded


def _edits(args: JsonValue) -> dict[str, JsonValue]:
    """Return the arguments of an edit. Raises `Invalid` for any other shape: what is not understood is no consent."""
    values = args.get("args") if isinstance(args, dict) else None
    if not isinstance(values, dict) or not values:
        raise Invalid("The edit is not understood: its arguments are those of the request, changed.")
    if unknown := sorted(set(values) - {*_ARGUMENTS, *_NOT_ASKED}):
        raise Invalid(f"The edit is not understood: {', '.join(map(str, unknown))} is no argument of the request.")
    return values


def _decode(key: str, value: JsonValue) -> JsonValue:
    """Return an argument as data: the inbox returns every value as a string."""
    if not isinstance(value, str):
        return value
    if key in _EMPTY_VALUES:
        return _parse_json(value) if value.strip() else _EMPTY_VALUES[key]
    return value.strip().lower() == "true" if key == "fee_acknowledged" else value


def _parse_json(argument: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(argument)
    except (ValueError, RecursionError) as error:
        raise Invalid("An argument of the answer is not JSON.") from error
    return value
