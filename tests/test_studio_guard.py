"""What guards the LangGraph server, piece by piece: who is Studio, what a run takes, who is signed in, what starts."""

import json
from typing import Any

import pytest
from langgraph_sdk import Auth

from api.langgraph_server import local, routes, runs, start
from api.langgraph_server.auth import auth, authorize
from disputes.errors import Invalid
from disputes.repositories.users import User
from graph.permission.signed_in import signed_in
from graph.studio import AUTH, Ports
from graph.wiring import settings
from tests.tools.embedded.homes import ROOT

HERE = {"host": "127.0.0.1:2024"}
PAGE = HERE | {"origin": "https://smith.langchain.com", "x-auth-scheme": "langsmith", "sec-fetch-site": "cross-site"}
LIVE = {"STRIPE_SECRET_KEY": "rk_live_x"}
GUARDED = {"LANGGRAPH_AUTH": json.dumps({"path": AUTH[0], "disable_studio_auth": True})}


def a_request(headers, client=("127.0.0.1", 50_000)):
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "path": "/threads", "headers": raw, "client": client}


def a_run(**changes):
    plain: dict[str, Any] = {"command": None, "config": {"configurable": {}}, "durability": "async"}
    kwargs: dict[str, Any] = {"input": {"dispute_id": "du_1"}, **plain}
    return {"thread_id": "t", "multitask_strategy": "enqueue", "after_seconds": 0, "kwargs": kwargs | changes}


@pytest.mark.parametrize("host", ["127.0.0.1:2024", "localhost:2024", "[::1]:2024", "LOCALHOST"])
@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_studios_page_and_a_client_of_this_machine_are_studio(host, client):
    for headers in (HERE, PAGE):
        assert local.is_studio(a_request(headers | {"host": host}, (client, 1)))


@pytest.mark.parametrize("client", [("10.0.0.7", 1), ("::ffff:10.0.0.7", 1), ("", 1), ("unix", 1), None])
def test_nobody_from_another_machine_is_studio(client):
    assert not local.is_studio(a_request(HERE, client))


@pytest.mark.parametrize(
    "more",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "[::1"},
        {"origin": "http://127.0.0.1:2024"},
        {"origin": "https://smith.langchain.com.evil.example"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-host": "localhost"},
        {"cf-connecting-ip": "127.0.0.1"},
        {"authorization": "Bearer something-else"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_what_another_page_or_a_proxy_sends_is_not_studio(more):
    assert not local.is_studio(a_request(HERE | more))


def test_a_request_with_two_hosts_or_origins_is_not_studio():
    for name, value in ((b"host", b"127.0.0.1"), (b"origin", b"https://evil.example")):
        asked = a_request(PAGE)
        asked["headers"].append((name, value))
        assert not local.is_studio(asked)


def test_a_run_starts_with_a_dispute_or_answers_a_request():
    assert runs.complain(a_run()) is None
    assert runs.complain(a_run(input={"dispute_id": "du_1", "account": "acct_1"})) is None
    assert runs.complain(a_run(input=None, command={"resume": [{"type": "accept"}], "update": None})) is None


def test_a_run_without_a_thread_is_refused():
    assert runs.complain(a_run() | {"thread_id": None}) == "A run needs a thread."


@pytest.mark.parametrize("given", [{"dispute_id": 1}, {"dispute_id": "du_1", "account": []}, [], "du_1", None])
def test_a_run_is_not_started_with_what_is_no_dispute(given):
    assert runs.complain(a_run(input=given)) == "A run takes a dispute_id, or a resume and nothing beside it."


@pytest.mark.parametrize("limit", [2, 0, -1, "100", True])
def test_a_run_has_enough_steps(limit):
    assert runs.complain(a_run(config={"recursion_limit": limit})) is not None


@pytest.mark.parametrize("resource", ["assistants", "threads", "crons", "store"])
@pytest.mark.parametrize("role", ["viewer", "reviewer"])
async def test_what_no_rule_names_is_refused_to_everybody(resource, role):
    for action in ("create", "update", "delete", "put", "get", "list_namespaces", "something_new"):
        if (resource, action) != ("threads", "create") or role == "viewer":
            asked = Auth.types.AuthContext(user={"role": role}, permissions=[], resource=resource, action=action)  # type: ignore[arg-type]
            assert not await authorize(asked, {})


def test_one_handler_decides_everything():
    assert auth._global_handlers == [authorize]
    assert not auth._handlers


def test_a_thread_may_be_edited_only_where_that_is_on():
    assert routes.need_of("POST", "/threads/t/state", edits=False) is None
    assert routes.need_of("POST", "/threads/t/state", edits=True) == "reviewer"


def test_the_server_says_who_is_signed_in_and_a_worker_does_not():
    ada = {"identity": "ada", "role": "reviewer", "permissions": []}
    assert signed_in({"configurable": {"langgraph_auth_user": ada}}) == User(name="ada", role="reviewer")
    assert signed_in({"configurable": {"thread_id": "du_1"}}) is None
    assert signed_in({}) is None


@pytest.mark.parametrize("user", [None, {"identity": "eve"}, {"identity": "eve", "role": "owner"}, "eve"])
def test_somebody_the_server_let_in_whom_rebut_does_not_know_is_refused(user):
    with pytest.raises(Invalid, match="which of Rebut's users"):
        signed_in({"configurable": {"langgraph_auth_user": user}})


@pytest.mark.parametrize("name", ["langgraph.json", "langgraph.studio.json"])
def test_both_configurations_are_guarded(name, tmp_path):
    chosen = json.loads((ROOT / name).read_text())
    environ = LIVE | {"LANGGRAPH_AUTH": json.dumps(chosen["auth"])}
    Ports(environ, dotenv=tmp_path / ".env").check()
    assert chosen["http"]["app"] == "api.studio:app"
    assert chosen["http"]["cors"]["allow_origins"] == ([local.ORIGIN] if "studio" in name else [])


@pytest.mark.parametrize(
    "auth",
    [
        None,
        "no JSON",
        "[]",
        json.dumps({"path": AUTH[0]}),
        json.dumps({"path": AUTH[0], "disable_studio_auth": "true"}),
        json.dumps({"path": "other:auth", "disable_studio_auth": True}),
        json.dumps({"path": AUTH[0], "disable_studio_auth": True, "allow_langsmith_api_keys": True}),
    ],
)
def test_a_live_key_needs_the_guard(auth, tmp_path):
    environ = LIVE | ({"LANGGRAPH_AUTH": auth} if auth else {})
    with pytest.raises(Invalid, match="STRIPE_SECRET_KEY is a live key"):
        Ports(environ, dotenv=tmp_path / ".env").check()
    Ports(environ | {"STRIPE_SECRET_KEY": "rk_test_x"}, dotenv=tmp_path / ".env").check()


@pytest.mark.parametrize("name", ["REBUT_STUDIO_OPEN", "REBUT_STUDIO_EDITS"])
def test_what_opens_studio_is_impossible_beside_a_live_key(name, tmp_path):
    ports = Ports(LIVE | GUARDED | {name: "1"}, dotenv=tmp_path / ".env")
    with pytest.raises(Invalid, match=rf"{name} is wrong: it cannot be on beside a live Stripe key\."):
        ports.check()
    assert (ports.studio_open, ports.studio_edits) == (False, False)
    with pytest.raises(Invalid, match=name):
        settings.read({name: "perhaps"})


async def test_a_live_key_that_comes_later_shuts_studio_again(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("STRIPE_SECRET_KEY=sk_test_x\nREBUT_STUDIO_OPEN=1\n")
    ports = Ports(GUARDED, dotenv=dotenv)
    ports.check()
    assert ports.studio_open
    dotenv.write_text("STRIPE_SECRET_KEY=sk_live_x\nREBUT_STUDIO_OPEN=1\n")
    with pytest.raises(Invalid, match="REBUT_STUDIO_OPEN is wrong"):
        async with ports.open():
            pass
    assert not ports.studio_open


def test_a_process_that_may_not_start_ends_with_the_sentence():
    def check():
        raise Invalid("It may not.")

    with pytest.raises(SystemExit, match="It may not"):
        start.end_unless(check)
    start.end_unless(lambda: None)
