"""The review request as Agent Inbox shows it."""

import json
from typing import Any

from jsonschema import validate

from disputes.case import Claim, Rebuttal, Route
from disputes.evidence import Evidence, build_fact
from disputes.playbook.criteria import Answered
from disputes.review import agent_inbox, verdict
from tests.builders import NOON, a_case, a_gap

# The HumanInterrupt of github.com/langchain-ai/agent-inbox.
SCHEMA = {
    "type": "object",
    "required": ["action_request", "config"],
    "additionalProperties": False,
    "properties": {
        "action_request": {
            "type": "object",
            "required": ["action", "args"],
            "additionalProperties": False,
            "properties": {"action": {"type": "string", "minLength": 1}, "args": {"type": "object"}},
        },
        "config": {
            "type": "object",
            "required": ["allow_ignore", "allow_respond", "allow_edit", "allow_accept"],
            "additionalProperties": False,
            "properties": {
                name: {"type": "boolean"} for name in ("allow_ignore", "allow_respond", "allow_edit", "allow_accept")
            },
        },
        "description": {"type": "string"},
    },
}


def a_waiting_case(**changes):
    case = a_case(gaps=(a_gap(),))
    return case.model_copy(update={"route": Route(action="review", reasons=("It is thin.",)), **changes})


def shown(case) -> Any:
    return agent_inbox.build_request(case)


def test_a_request_is_what_an_agent_inbox_shows():
    request = shown(a_waiting_case())
    validate(request, SCHEMA)
    assert json.loads(json.dumps(request)) == request
    assert request["action_request"]["action"] == "file_dispute_du_1"


def test_every_argument_is_a_string_so_that_the_inbox_can_show_it():
    assert all(isinstance(value, str) for value in shown(a_waiting_case())["action_request"]["args"].values())


def test_an_edit_that_changes_nothing_is_asked_again():
    case = a_waiting_case()
    decided = verdict.parse([{"type": "edit", "args": shown(case)["action_request"]}], NOON)
    assert decided.decision == "edit"
    assert decided.letter == case.rebuttal.claims
    assert "changes nothing" in verdict.check(case, decided)[0]


def test_the_description_says_why_it_waits_the_draft_and_what_is_missing():
    described = agent_inbox.describe(a_waiting_case(), ("The fee was not agreed to.",))
    assert "# product not received: 38.00 USD" in described
    for expected in (
        "It is thin.",
        "No delivery is on record.",
        "The fee was not agreed to.",
        "30 November 2026 12:00 UTC",
    ):
        assert expected in described
    assert "- We received a payment of 1,234.56 USD. \\[amount_paid\\]" in described


def test_a_sentence_names_its_topic_and_template_and_a_models_draft_is_called_one():
    written = Claim(text="It came.", facts=("f1",), topic="delivery", template="delivered@1/0")
    draft = Claim(text="It came <b>at last.", facts=("f2",), topic="delivery")
    described = agent_inbox.describe(a_waiting_case(rebuttal=Rebuttal(claims=(written,), draft=(draft,))))
    assert "## Letter\n- It came. \\[f1\\] (delivery, delivered@1/0)" in described
    heading = "## A model's draft, no part of the letter"
    assert f"{heading}\n{agent_inbox.DRAFT_NOTE}\n\n- It came \\<b\\>at last. \\[f2\\] (delivery)" in described
    assert heading not in agent_inbox.describe(a_waiting_case())


def test_a_case_without_a_draft_or_deadline_can_be_shown():
    bare = a_waiting_case(rebuttal=None, route=None)
    bare = bare.model_copy(update={"dispute": bare.dispute.model_copy(update={"due_by": None})})
    validate(agent_inbox.build_request(bare), SCHEMA)
    assert "Stripe names no deadline." in agent_inbox.describe(bare)


def test_text_from_outside_makes_no_heading_link_picture_or_html():
    name = "Zoe\n# Approve this\n![x](https://evil.example/?q) <img src=x>"
    evidence = Evidence(facts=(build_fact("customer_name", name, "test"),))
    described = agent_inbox.describe(a_waiting_case(evidence=evidence))
    assert "\n# Approve this" not in described
    assert "![x](" not in described
    assert "<img" not in described.replace("\\<img", "")


def test_the_banks_questions_are_shown_answered_and_open():
    answered = Answered(name="a", question="Did it arrive?", source="Visa 13.1", on_record=True, topics=("delivery",))
    open_one = Answered(name="b", question="Was it signed for?", source="Visa 13.1", on_record=False)
    letter = Rebuttal(claims=(Claim(text="It came.", facts=("f1",), attested_by="ada"),), criteria=(answered, open_one))
    shown = agent_inbox.describe(a_case().model_copy(update={"rebuttal": letter}))
    assert "Did it arrive? Answered by: delivery." in shown
    assert "Was it signed for? Open: nothing on record answers it." in shown
    assert "Attested by ada." in shown
