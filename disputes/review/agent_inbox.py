"""The review request of a waiting run, a valid Agent Inbox interrupt (github.com/langchain-ai/agent-inbox)."""

import json
import re
from collections.abc import Iterator

from pydantic import JsonValue

from disputes import money, siblings
from disputes.case import Case, Claim
from disputes.evidence import Fact, Relation, render
from disputes.evidence.contradictions import Contradiction
from disputes.evidence.kinds import label
from disputes.held_evidence import TheirEvidence
from disputes.playbook.criteria import Answered

DRAFT_NOTE = "A model wrote these sentences in its own words. Nobody signed them, and none is filed by itself."
"""What a model's free draft is, in words."""


def build_request(case: Case, problems: tuple[str, ...] = ()) -> dict[str, JsonValue]:
    """Build the interrupt: the action to approve with its arguments, the answers allowed, the case in Markdown."""
    args: dict[str, JsonValue] = {**build_arguments(case)}
    return {
        "action_request": {"action": f"file_dispute_{case.dispute.id}", "args": args},
        "config": {"allow_ignore": True, "allow_respond": True, "allow_edit": True, "allow_accept": True},
        "description": describe(case, problems),
    }


def build_arguments(case: Case) -> dict[str, str]:
    """Build the arguments that a reviewer approves as they are, or edits; each is a string, as the inbox shows them."""
    claims = [claim.model_dump(mode="json") for claim in case.rebuttal.claims] if case.rebuttal else []
    return {
        "decision": "approve",
        "letter": json.dumps(claims, ensure_ascii=False),
        "fields": json.dumps({}),
        "without": json.dumps([]),
        "theirs": json.dumps({}),
        "fee_acknowledged": "false",
        "note": "",
    }


def describe(case: Case, problems: tuple[str, ...] = ()) -> str:
    """Return a case as Markdown for a person: why it waits, what is against us, letter, exhibits, gaps and facts."""
    dispute, route = case.dispute, case.route
    parts = [
        f"# {_escape(dispute.reason.replace('_', ' '))}: {money.write(dispute.money)}",
        _markdown_list("This answer could not be carried out", problems),
        _markdown_list("Why it waits", route.reasons if route else ()),
        _markdown_list("Against us", tuple(map(_fact_line, case.evidence.adverse))),
        _markdown_list("Records that disagree", tuple(contradiction.why for contradiction in _contradictions(case))),
        f"Answer due {dispute.due_by:%d %B %Y %H:%M} UTC." if dispute.due_by else "Stripe names no deadline.",
        _markdown_list("Put on the dispute outside Rebut", tuple(map(_their_line, case.held.theirs))),
        _markdown_list("Other disputes of this payment", tuple(siblings.describe(case.siblings))),
        _markdown_list("Letter", tuple(map(_claim_line, case.rebuttal.claims)) if case.rebuttal else ()),
        _markdown_list(
            "What the bank asks", tuple(map(_question_line, case.rebuttal.criteria)) if case.rebuttal else ()
        ),
        _draft(case),
        _markdown_list(
            "Exhibits", tuple(f"`{s.field}` {s.mark}: {s.title}" for s in case.packet.sheets) if case.packet else ()
        ),
        _markdown_list("Enhanced evidence", tuple(_enhanced(case))),
        _markdown_list("What follows from the records", tuple(map(_relation_line, case.evidence.relations))),
        _markdown_list("Missing", tuple(f"{gap.name}: {gap.why}" for gap in case.evidence.gaps)),
        _markdown_list("Facts", tuple(f"`{f.id}` {_fact_line(f)}" for f in case.evidence.facts)),
    ]
    return "\n\n".join(filter(None, parts))


def _claim_line(claim: Claim) -> str:
    """Return a sentence with its facts, and the topic and template it is from; one that a person wrote has none."""
    source = ", ".join(filter(None, (claim.topic, claim.template)))
    attested = f" Attested by {claim.attested_by}." if claim.attested_by else ""
    return f"{claim.text} [{', '.join(claim.facts)}]{f' ({source})' if source else ''}{attested}"


def _question_line(asked: Answered) -> str:
    """Return a question of the bank with the topics that answer it, or that it is open and why."""
    if asked.topics:
        return f"{asked.question} Answered by: {', '.join(asked.topics)}."
    why = "on record, and not told" if asked.on_record else "nothing on record answers it"
    return f"{asked.question} Open: {why}."


def _draft(case: Case) -> str:
    draft = case.rebuttal.draft if case.rebuttal else ()
    listed = _markdown_list("A model's draft, no part of the letter", tuple(map(_claim_line, draft)))
    return listed.replace("\n", f"\n{DRAFT_NOTE}\n\n", 1)


def _their_line(entry: TheirEvidence) -> str:
    return f"`{entry.field}` {entry.title or entry.value}"


def _contradictions(case: Case) -> tuple[Contradiction, ...]:
    return case.assessment.contradictions if case.assessment else ()


def _enhanced(case: Case) -> Iterator[str]:
    """Yield the result of Compelling Evidence 3.0, its findings with advice, and Stripe's eligibility answers."""
    if case.packet and case.packet.ce3:
        yield case.packet.ce3
    for finding in case.packet.findings if case.packet else ():
        yield f"{finding.why} {finding.store}".strip()
    for kind, eligibility in case.dispute.eligibility.items():
        required = f"; it asks for {', '.join(eligibility.required_actions)}" if eligibility.required_actions else ""
        yield f"Stripe on {kind}: {eligibility.status}{required}.".replace("_", " ")


def _markdown_list(title: str, rows: tuple[str, ...]) -> str:
    return f"## {title}\n" + "\n".join(f"- {_escape(row)}" for row in rows) if rows else ""


def _fact_line(fact: Fact) -> str:
    return f"{label(fact.kind)}: {render(fact)}"


def _relation_line(relation: Relation) -> str:
    parcel = relation.entity.partition(":")[2]
    return f"{relation.answer}{f' (parcel {parcel})' if parcel else ''}: {relation.why}"


def _escape(row: str) -> str:
    """Escape text from outside, so that it makes no line, link, picture or HTML of its own."""
    return re.sub(r"([\[\]<>])", r"\\\1", " ".join(row.split()))
