"""Cases are listed page by page and shown whole, to people with a token."""

from datetime import timedelta

import pytest

from disputes.case import Route
from disputes.repositories.cases import AT_REST
from tests.api.builders import PAID, REVIEWER, VIEWER, a_case, a_dispute, a_record, bearer
from tests.fakes import NOON

READER = bearer(VIEWER)


async def listed(client, **params):
    answer = await client.get("/disputes", params=params, headers=READER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(client, **params):
    return [row["id"] for row in (await listed(client, **params))["disputes"]]


async def test_a_case_is_shown_whole(client, repositories):
    await repositories.cases.save(a_record(account="acct_1"))
    answer = await client.get("/disputes/du_1", headers=READER)
    case = answer.json()
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    assert (case["id"], case["account"], case["state"], case["version"]) == ("du_1", "acct_1", "waiting", 1)
    assert (case["outcome"], case["error"]) == ("", "")
    assert case["received_at"] == case["updated_at"] == case["rested_at"] == "2026-11-21T12:00:00Z"
    assert case["dispute"]["amount"] == 3_800
    assert case["dispute"]["due_by"] == "2026-11-30T12:00:00Z"
    assert case["gaps"] == [
        {"name": "carrier", "why": "timed out", "source": "carrier", "fatal": False, "absent": False}
    ]
    assert case["assessment"]["confidence"] == 0.62
    (claim,) = case["letter"]["claims"]
    assert (claim["text"], claim["facts"]) == (PAID, ["amount_paid", "paid_at"])
    assert (claim["topic"], claim["template"]) == ("payment", "paid@1/0")
    assert (case["letter"]["writer"], case["letter"]["notes"]) == ("built-in", [])
    draft = case["letter"]["draft"]
    assert draft["what"].startswith("A model wrote these sentences in its own words. Nobody signed them")
    assert [(s["text"], s["facts"], s["template"]) for s in draft["sentences"]] == [
        ("It was paid.", ["amount_paid"], "")
    ]
    assert case["packet"] == {
        "fields": {"uncategorized_text": PAID},
        "files": [{"field": "receipt", "pages": 1, "bytes": 812, "name": "receipt.pdf"}],
        "enhanced": {},
        "ce3": "",
        "findings": [],
    }
    assert case["route"]["reasons"] == ["Fraud is never filed without a person."]
    assert [step["step"] for step in case["history"]] == ["load", "review"]


async def test_a_fact_is_shown_as_recorded_and_as_a_letter_writes_it(client, repositories):
    await repositories.cases.save(a_record())
    facts = (await client.get("/disputes/du_1", headers=READER)).json()["facts"]
    assert facts[0] == {
        "id": "amount_paid",
        "kind": "amount_paid",
        "label": "Amount paid",
        "value": {"amount": 3_800, "currency": "usd"},
        "text": "38.00 USD",
        "source": "stripe:charge/ch_1:amount",
        "at": None,
        "bearing": "helps",
        "retrieved_at": None,
        "record": "",
    }
    assert [(fact["value"], fact["text"]) for fact in facts[1:]] == [
        ("2026-03-14T09:12:00Z", "14 March 2026 at 09:12 UTC"),
        ("Zoë Ångström", "Zoë Ångström"),
        (3, "3"),
        (True, "yes"),
        ("fail", "fail"),
    ]
    assert facts[-1]["bearing"] == "hurts"


async def test_the_version_grows_with_every_change(client, repositories):
    for version in (1, 2, 3):
        await repositories.cases.save(a_record())
        answer = await client.get("/disputes/du_1", headers=READER)
        assert (answer.json()["version"], answer.headers["ETag"]) == (version, f'"{version}"')


async def test_a_case_that_no_run_has_read_yet_is_shown_with_nothing_in_it(client, repositories):
    await repositories.cases.save(
        a_record(state="working").model_copy(update={"case": None, "error": "Stripe is away."})
    )
    case = (await client.get("/disputes/du_1", headers=READER)).json()
    empty = ("dispute", "assessment", "letter", "packet", "route", "rested_at")
    assert [case[name] for name in empty] == [None] * len(empty)
    assert (case["facts"], case["gaps"], case["error"]) == ([], [], "Stripe is away.")
    (row,) = (await listed(client))["disputes"]
    assert (row["reason"], row["amount"], row["queue"], row["error"]) == (None, None, None, "Stripe is away.")


async def test_the_list_gives_one_line_per_case(client, repositories):
    await repositories.cases.save(a_record())
    (row,) = (await listed(client))["disputes"]
    assert row == {
        "id": "du_1",
        "account": None,
        "state": "waiting",
        "outcome": "",
        "status": "needs_response",
        "reason": "fraudulent",
        "amount": 3_800,
        "currency": "usd",
        "due_by": "2026-11-30T12:00:00Z",
        "action": "review",
        "queue": "fraud",
        "confidence": 0.62,
        "version": 1,
        "received_at": "2026-11-21T12:00:00Z",
        "updated_at": "2026-11-21T12:00:00Z",
        "error": "",
    }


async def test_the_list_is_filtered_by_state_stripe_status_queue_and_reason(client, repositories):
    await repositories.cases.save(a_record("du_1"))
    other = a_dispute("du_2", status="under_review", reason="duplicate")
    await repositories.cases.save(a_record("du_2", state="filed", case=a_case(other, queue="duplicates")))
    assert await ids(client, status="waiting") == ["du_1"]
    assert await ids(client, status="under_review") == ["du_2"]
    assert await ids(client, queue="duplicates") == ["du_2"]
    assert await ids(client, reason="fraudulent") == ["du_1"]
    assert await ids(client, reason="fraudulent", status="filed") == []
    assert await ids(client, status="lost") == []


async def test_an_empty_database_gives_an_empty_list(client):
    assert await listed(client) == {"disputes": [], "cursor": None}


async def test_pages_follow_each_other_newest_first_without_repeats(client, repositories):
    for number in range(7):
        await repositories.cases.save(a_record(f"du_{number}", at=NOON + timedelta(minutes=number // 2)))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await listed(client, limit=3, **cursor)
        seen += [row["id"] for row in page["disputes"]]
        # One that arrives meanwhile is newer than all that is still to come.
        await repositories.cases.save(a_record(f"du_new_{len(seen)}", at=NOON + timedelta(days=1)))
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert seen == [f"du_{number}" for number in range(6, -1, -1)]


async def test_a_page_holds_fifty_unless_asked_otherwise(client, repositories):
    for number in range(51):
        await repositories.cases.save(a_record(f"du_{number}"))
    assert len(await ids(client)) == 50
    assert len(await ids(client, limit=200)) == 51


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=many",
        "limit=1e3",
        "status=a%00b",
        "queue=",
        "reason=" + "x" * 101,
        "cursor=a%0Ab",
    ],
)
async def test_a_query_that_cannot_be_meant_is_refused_in_words(client, query):
    answer = await client.get(f"/disputes?{query}", headers=READER)
    assert answer.status_code == 422
    assert answer.json()["error"] == "The request cannot be used."
    assert answer.json()["problems"][0].startswith(query.partition("=")[0])


@pytest.mark.parametrize("cursor", ["nonsense", "e30=", "////", "WzEsMl0=", "MQ=="])
async def test_a_cursor_that_no_page_gave_is_refused(client, cursor):
    answer = await client.get("/disputes", params={"cursor": cursor}, headers=READER)
    assert answer.status_code == 400
    assert "cursor" in answer.json()["error"]


async def test_bytes_in_a_query_that_are_no_text_find_nothing(client):
    answer = await client.get("/disputes?status=%ff%fe", headers=READER)
    assert (answer.status_code, answer.json()["disputes"]) == (200, [])


@pytest.mark.parametrize(
    "name",
    ["du_none", "nonsense", "du_", "du_1%00", "du_1%0A", "du_%F0%9F%98%80", "du_" + "x" * 201, "%2e%2e%2fetc", "-1"],
)
async def test_what_is_not_in_the_database_is_not_found(client, repositories, name):
    await repositories.cases.save(a_record())
    answer = await client.get(f"/disputes/{name}", headers=READER)
    assert answer.status_code == 404
    assert answer.json()["error"]


async def test_reviewers_read_too(client, repositories):
    await repositories.cases.save(a_record())
    assert (await client.get("/disputes/du_1", headers=bearer(REVIEWER))).status_code == 200
    assert (await client.get("/disputes", headers={"Authorization": f"bearer {VIEWER}"})).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {VIEWER}",
        VIEWER,
        f"Bearer {VIEWER} {VIEWER}",
        f"Bearer {VIEWER.upper()}",
        "Bearer " + "x" * 513,
        "Bearer \xff\xfe",
    ],
)
async def test_nobody_reads_without_a_token(client, repositories, header):
    await repositories.cases.save(a_record())
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    for path in ("/disputes", "/disputes/du_1", "/disputes/nonsense", "/disputes?limit=0"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json() == {"error": "A valid bearer token is needed."}


async def test_every_state_and_route_can_be_shown(client, repositories):
    routes = [None, Route(action="submit"), Route(action="accept", outcome="lost"), Route(action="record")]
    for number, state in enumerate(sorted(AT_REST | {"working", "parked"})):
        case = a_case(a_dispute(f"du_{number}")).model_copy(update={"route": routes[number % 4], "assessment": None})
        await repositories.cases.save(a_record(f"du_{number}", state=state, case=case))
        shown = (await client.get(f"/disputes/du_{number}", headers=READER)).json()
        assert shown["state"] == state
    assert len(await ids(client)) == 8
