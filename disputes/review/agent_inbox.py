"""The request a waiting run shows: a valid Agent Inbox interrupt (github.com/langchain-ai/agent-inbox)."""

import json
import re
from collections.abc import Iterator

from pydantic import JsonValue

from disputes import money
from disputes.case import Case
from disputes.evidence import Fact, render
from disputes.evidence.contradictions import Contradiction
from disputes.evidence.kinds import label


def build_request(case: Case, problems: tuple[str, ...] = ()) -> dict[str, JsonValue]:
    """Give the action to approve with its arguments, what may be answered, and the case in Markdown."""
    claims = [claim.model_dump(mode="json") for claim in case.rebuttal.claims] if case.rebuttal else []
    args: dict[str, JsonValue] = {
        "decision": "approve",
        "letter": json.dumps(claims, ensure_ascii=False),
        "fields": json.dumps({}),
        "without": json.dumps([]),
        "fee_acknowledged": "false",
        "note": "",
    }
    return {
        "action_request": {"action": f"file_dispute_{case.dispute.id}", "args": args},
        "config": {"allow_ignore": True, "allow_respond": True, "allow_edit": True, "allow_accept": True},
        "description": describe(case, problems),
    }


def describe(case: Case, problems: tuple[str, ...] = ()) -> str:
    """Lay a case out for a person, in Markdown: why it waits, the draft, the facts, what is missing."""
    dispute, route = case.dispute, case.route
    parts = [
        f"# {_quoted(dispute.reason.replace('_', ' '))}: {money.write(dispute.money)}",
        _list("This answer could not be carried out", problems),
        _list("Why it waits", route.reasons if route else ()),
        f"Answer due {dispute.due_by:%d %B %Y %H:%M} UTC." if dispute.due_by else "Stripe names no deadline.",
        _list(
            "Draft", tuple(f"{c.text} [{', '.join(c.facts)}]" for c in case.rebuttal.claims) if case.rebuttal else ()
        ),
        _list("Exhibits", tuple(f"`{s.field}` {s.mark}: {s.title}" for s in case.packet.sheets) if case.packet else ()),
        _list("Enhanced evidence", tuple(_enhanced(case))),
        _list("Against us", tuple(map(_told, case.evidence.adverse))),
        _list("Records that disagree", tuple(found.why for found in _contradictions(case))),
        _list("Missing", tuple(f"{gap.name}: {gap.why}" for gap in case.evidence.gaps)),
        _list("Facts", tuple(f"`{f.id}` {_told(f)}" for f in case.evidence.facts)),
    ]
    return "\n\n".join(filter(None, parts))


def _contradictions(case: Case) -> tuple[Contradiction, ...]:
    return case.assessment.contradictions if case.assessment else ()


def _enhanced(case: Case) -> Iterator[str]:
    """Tell what Compelling Evidence 3.0 came to, what it lacked and how to have it next time, and what Stripe says."""
    if case.packet and case.packet.ce3:
        yield case.packet.ce3
    for finding in case.packet.findings if case.packet else ():
        yield f"{finding.why} {finding.store}".strip()
    for kind, told in case.dispute.eligibility.items():
        asked = f"; it asks for {', '.join(told.required_actions)}" if told.required_actions else ""
        yield f"Stripe on {kind}: {told.status}{asked}.".replace("_", " ")


def _list(title: str, rows: tuple[str, ...]) -> str:
    return f"## {title}\n" + "\n".join(f"- {_quoted(row)}" for row in rows) if rows else ""


def _told(fact: Fact) -> str:
    return f"{label(fact.kind)}: {render(fact)}"


def _quoted(row: str) -> str:
    """Keep a row a row: text from outside makes no line, link, picture or HTML of its own."""
    return re.sub(r"([\[\]<>])", r"\\\1", " ".join(row.split()))
