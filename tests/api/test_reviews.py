"""A verdict is checked against the case version the reviewer saw, stored once, and handed to a worker."""

import asyncio
import json

import pytest
import structlog

from api.routes.reviews import MAX_BODY_BYTES
from disputes.case import Claim
from disputes.errors import TryAgain
from tests.api.builders import PAID, REVIEWER, VIEWER, a_case, a_dispute, a_record, bearer, if_match
from tests.fakes import NOON

APPROVE = {"decision": "approve", "note": "Looks right."}
OURS = {"text": "We were paid 38.00 USD.", "facts": ["amount_paid"]}


@pytest.fixture
async def case(repositories):
    await repositories.cases.save(a_record(account="acct_1"))
    return "/disputes/du_1"


async def decide(client, case, body, headers=None):
    return await client.post(f"{case}/verdict", json=body, headers=headers or if_match(1))


async def test_an_approval_is_stored_under_the_reviewers_name_and_enqueued(client, repositories, queue, case):
    answer = await decide(client, case, APPROVE)
    assert (answer.status_code, answer.json()) == (202, {"taken": True, "version": 1, "warnings": []})
    verdict = await repositories.verdicts.pending("du_1")
    assert (verdict.decision, verdict.note, verdict.by) == ("approve", "Looks right.", "Rui")
    assert (verdict.at, verdict.version, verdict.fee_acknowledged) == (NOON, 1, False)
    assert queue.jobs == [("du_1", "acct_1")]


async def test_an_edit_carries_the_reviewers_letter_and_fields(client, repositories, case):
    body = {"decision": "edit", "letter": {"claims": [OURS]}, "fields": {"customer_name": "Zoë Ångström"}}
    assert (await decide(client, case, body)).status_code == 202
    verdict = await repositories.verdicts.pending("du_1")
    assert verdict.letter == (Claim(**OURS),)
    assert verdict.fields == {"customer_name": "Zoë Ångström"}


@pytest.mark.parametrize("decision", ["reject", "accept_loss"])
async def test_rejecting_and_accepting_the_loss_need_no_letter(client, repositories, case, decision):
    assert (await decide(client, case, {"decision": decision})).status_code == 202
    assert (await repositories.verdicts.pending("du_1")).decision == decision


@pytest.mark.parametrize("tag", ["1", '"1"', 'W/"1"', ' "1" '])
async def test_the_version_may_be_quoted_or_weak(client, case, tag):
    assert (await decide(client, case, APPROVE, bearer(REVIEWER) | {"If-Match": tag})).status_code == 202


async def test_a_verdict_must_name_a_version(client, repositories, case):
    answer = await decide(client, case, APPROVE, bearer(REVIEWER))
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["error"]
    assert await repositories.verdicts.pending("du_1") is None


@pytest.mark.parametrize("tag", ["", "*", "one", '"1', '1"', '"1", "2"', "-1", "1.0", "9" * 19, "\xb2", "W/"])
async def test_a_version_that_is_none_is_refused(client, repositories, case, tag):
    answer = await decide(client, case, APPROVE, bearer(REVIEWER) | {"If-Match": tag.encode("latin-1")})
    assert answer.status_code == 400
    assert await repositories.verdicts.pending("du_1") is None


@pytest.mark.parametrize("version", [0, 1, 3, 10**17])
async def test_a_verdict_on_another_version_is_stale(client, repositories, queue, case, version):
    await repositories.cases.save(a_record())
    answer = await decide(client, case, APPROVE, if_match(version))
    assert answer.status_code == 409
    assert "version 2" in answer.json()["error"]
    assert await repositories.verdicts.pending("du_1") is None
    assert not queue.jobs


async def test_of_two_reviewers_at_once_one_is_taken(client, repositories, queue, case):
    answers = await asyncio.gather(*(decide(client, case, APPROVE | {"note": str(n)}) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    assert len(queue.jobs) == 1


@pytest.mark.parametrize("state", ["working", "filed", "accepted", "closed"])
async def test_a_case_that_does_not_wait_takes_no_verdict(client, repositories, state):
    await repositories.cases.save(a_record(state=state))
    answer = await decide(client, "/disputes/du_1", APPROVE)
    assert answer.status_code == 409
    assert answer.json()["error"]


async def test_a_case_that_no_run_has_read_takes_no_verdict(client, repositories):
    await repositories.cases.save(a_record(state="parked").model_copy(update={"case": None}))
    assert (await decide(client, "/disputes/du_1", APPROVE)).status_code == 409


@pytest.mark.parametrize("what", ["verdict", "rerun"])
async def test_a_viewer_decides_nothing_and_a_stranger_less(client, repositories, queue, case, what):
    viewer = await client.post(f"{case}/{what}", json=APPROVE, headers=if_match(1, VIEWER))
    stranger = await client.post(f"{case}/{what}", json=APPROVE, headers={"If-Match": "1"})
    assert (viewer.status_code, stranger.status_code) == (403, 401)
    assert await repositories.verdicts.pending("du_1") is None
    assert not queue.jobs


@pytest.mark.parametrize("what", ["verdict", "rerun"])
@pytest.mark.parametrize("name", ["du_none", "nonsense", "du_1%00"])
async def test_there_is_no_deciding_on_what_is_not_there(client, case, what, name):
    answer = await client.post(f"/disputes/{name}/{what}", json=APPROVE, headers=if_match(1))
    assert answer.status_code == 404


async def test_a_letter_that_rests_on_nothing_is_sent_back_with_each_reason(client, repositories, queue, case):
    claims = [
        {"text": "The customer paid 99.00 USD.", "facts": ["amount_paid"]},
        {"text": "We shipped it.", "facts": ["shipped_at"]},
        {"text": "The check of the code failed.", "facts": ["cvc_mismatch"]},
        {"text": "We are right.", "facts": []},
    ]
    answer = await decide(client, case, {"decision": "edit", "letter": {"claims": claims}})
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    for part in ("Claim 1: 99.00 USD", "no fact shipped_at", "Claim 3", "Claim 4"):
        assert any(part in problem for problem in problems)
    assert await repositories.verdicts.pending("du_1") is None
    assert not queue.jobs


async def test_of_endless_problems_the_first_hundred_are_returned(client, case):
    claims = [{"text": "1, " * 400, "facts": ["amount_paid"]}]
    answer = await decide(client, case, {"decision": "edit", "letter": {"claims": claims}})
    assert (answer.status_code, len(answer.json()["problems"])) == (422, 100)


async def test_the_fee_of_a_compliance_case_must_be_agreed_to_in_so_many_words(client, repositories):
    dispute = a_dispute("du_1", reason="noncompliant", eligible=("visa_compliance",))
    await repositories.cases.save(a_record(case=a_case(dispute)))
    assert (await decide(client, "/disputes/du_1", APPROVE)).status_code == 422
    for nearly in ("true", "yes", 1, None):
        assert (await decide(client, "/disputes/du_1", APPROVE | {"fee_acknowledged": nearly})).status_code == 422
    assert await repositories.verdicts.pending("du_1") is None
    assert (await decide(client, "/disputes/du_1", APPROVE | {"fee_acknowledged": True})).status_code == 202
    assert (await repositories.verdicts.pending("du_1")).fee_acknowledged


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param({}, "decision", id="empty"),
        pytest.param({"decision": "redraft"}, "decision", id="not a person's decision"),
        pytest.param({"decision": "approve", "by": "Somebody else"}, "by", id="another name"),
        pytest.param({"decision": "approve", "version": 2}, "version", id="a version"),
        pytest.param({"decision": "approve", "letter": {"claims": [OURS]}}, "decision edit", id="letter unheeded"),
        pytest.param({"decision": "reject", "fields": {"customer_name": "x"}}, "decision edit", id="fields unheeded"),
        pytest.param({"decision": "edit", "letter": {"claims": []}}, "letter.claims", id="no claims"),
        pytest.param({"decision": "edit", "letter": [OURS]}, "letter", id="a bare list"),
        pytest.param({"decision": "edit", "letter": {"claims": [{"text": ""}]}}, "text", id="empty claim"),
        pytest.param({"decision": "edit", "letter": {"claims": [OURS] * 201}}, "letter.claims", id="many claims"),
        pytest.param({"decision": "edit", "fields": {"customer_name": 7}}, "customer_name", id="number"),
        pytest.param({"decision": "edit", "fields": {"Customer": ""}}, "fields", id="odd field"),
        pytest.param({"decision": "edit", "fields": {"receipt": "file_9"}}, "receipt", id="a file's field"),
        pytest.param({"decision": "edit", "fields": {"customer_name": "see www.x.example"}}, "link", id="a link"),
        pytest.param({"decision": "approve", "note": "x" * 5_001}, "note", id="long note"),
        pytest.param([], "", id="list"),
        pytest.param("approve", "", id="text"),
    ],
)
async def test_a_body_that_is_no_verdict_is_refused_in_words(client, repositories, case, body, place):
    answer = await decide(client, case, body)
    assert answer.status_code == 422
    assert place in json.dumps(answer.json()["problems"])
    assert await repositories.verdicts.pending("du_1") is None


def _raw():
    yield "not json", b"approve", 400
    yield "cut off", b'{"decision": "appro', 400
    yield "deep", b'{"note":' + b"[" * 40_000 + b"]" * 40_000 + b"}", 400
    yield "huge number", b'{"note":' + b"9" * 10_000 + b"}", 400
    yield "no text", b"\xff\xfe\x00", 400
    yield "empty", b"", 422
    yield "half a surrogate", b'{"decision": "approve", "note": "\\ud800"}', 422
    yield "half a surrogate as a key", b'{"decision": "edit", "fields": {"\\ud800": ""}}', 422
    yield "half a surrogate unknown", b'{"decision": "approve", "\\ud800": ""}', 422
    yield "not a number", b'{"decision": NaN}', 422
    yield "NUL as decision", b'{"decision": "\\u0000"}', 422


@pytest.mark.parametrize(("body", "status"), [pytest.param(*rest, id=name) for name, *rest in _raw()])
async def test_a_hostile_body_is_refused_and_never_breaks_anything(client, repositories, case, body, status):
    headers = if_match(1) | {"Content-Type": "application/json"}
    answer = await client.post(f"{case}/verdict", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert await repositories.verdicts.pending("du_1") is None


async def test_text_is_cleaned_before_it_is_stored(client, repositories, case):
    note = "Card 4242 4242 4242 4242\u0000\u202e seen \U0001f600"
    claim = OURS | {"text": f"{OURS['text']}\u0000"}
    answer = await decide(client, case, {"decision": "edit", "note": note, "letter": {"claims": [claim]}})
    assert answer.status_code == 202
    verdict = await repositories.verdicts.pending("du_1")
    assert verdict.note == "Card [card ending 4242] seen \U0001f600"
    assert verdict.letter == (Claim(**OURS),)


async def test_a_verdict_of_any_length_up_to_the_limit_is_read(client, case):
    room = MAX_BODY_BYTES - len(json.dumps(APPROVE))
    headers = if_match(1) | {"Content-Type": "application/json"}
    body = json.dumps(APPROVE).encode() + b" " * room
    over = await client.post(f"{case}/verdict", content=body + b" ", headers=headers)
    assert (over.status_code, list(over.json())) == (413, ["error"])
    assert (await client.post(f"{case}/verdict", content=body, headers=headers)).status_code == 202


async def test_a_body_that_does_not_tell_its_length_is_cut_off_too(client, case):
    async def parts():
        for _ in range(40):
            yield b" " * 10_000

    headers = if_match(1) | {"Content-Type": "application/json"}
    assert (await client.post(f"{case}/verdict", content=parts(), headers=headers)).status_code == 413


async def test_a_verdict_is_taken_though_the_queue_is_silent(client, repositories, queue, case):
    queue.down = TryAgain("Redis is away.")
    assert (await decide(client, case, APPROVE)).status_code == 202
    assert await repositories.verdicts.pending("du_1") is not None


async def test_a_rerun_is_a_verdict_of_its_own(client, repositories, queue, case):
    answer = await client.post(f"{case}/rerun", headers=bearer(REVIEWER))
    assert (answer.status_code, answer.json()) == (202, {"taken": True, "version": 1, "warnings": []})
    verdict = await repositories.verdicts.pending("du_1")
    assert (verdict.decision, verdict.by, verdict.at, verdict.version) == ("redraft", "Rui", NOON, 1)
    assert queue.jobs == [("du_1", "acct_1")]


async def test_a_case_that_failed_before_it_was_read_can_run_again(client, repositories):
    await repositories.cases.save(a_record(state="parked").model_copy(update={"case": None}))
    assert (await client.post("/disputes/du_1/rerun", headers=bearer(REVIEWER))).status_code == 202


async def test_a_rerun_of_a_version_heeds_that_it_moved_on(client, repositories, case):
    await repositories.cases.save(a_record())
    assert (await client.post(f"{case}/rerun", headers=if_match(1))).status_code == 409
    assert (await client.post(f"{case}/rerun", headers=if_match(2))).status_code == 202


@pytest.mark.parametrize(
    ("state", "why"),
    [("filed", "was filed"), ("accepted", "was accepted"), ("closed", "is closed"), ("working", "")],
)
async def test_what_is_over_or_under_way_is_not_run_again(client, repositories, state, why):
    await repositories.cases.save(a_record(state=state))
    answer = await client.post("/disputes/du_1/rerun", headers=bearer(REVIEWER))
    assert answer.status_code == 409
    assert why in answer.json()["error"]
    assert await repositories.verdicts.pending("du_1") is None


async def test_a_second_rerun_waits_for_the_first(client, case):
    first = await client.post(f"{case}/rerun", headers=bearer(REVIEWER))
    second = await client.post(f"{case}/rerun", headers=bearer(REVIEWER))
    assert (first.status_code, second.status_code) == (202, 409)


async def test_logs_say_what_was_decided_and_quote_nothing(client, case):
    with structlog.testing.capture_logs() as logs:
        await decide(client, case, APPROVE | {"note": "Jane Doe called."})
        await decide(client, case, {"decision": "Jane Doe"})
    assert [line["event"] for line in logs] == ["verdict.stored"]
    assert (logs[0]["dispute_id"], logs[0]["decision"]) == ("du_1", "approve")
    assert "Jane" not in json.dumps(logs)


async def test_a_refused_body_is_not_echoed(client, case):
    answer = await decide(client, case, {"decision": "4242 4242 4242 4242", "note": PAID, "letter": "Jane Doe"})
    assert answer.status_code == 422
    assert "4242" not in answer.text
    assert "Jane" not in answer.text
