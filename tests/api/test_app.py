"""The app as a whole: readiness, failures, bugs, headers and its OpenAPI description."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
import structlog

from api.app import create, create_standalone
from api.middleware.security_headers import SecurityHeaders
from disputes.errors import AskHuman, Invalid, TryAgain
from tests.api.builders import REVIEWER, VIEWER, a_record, an_event, bearer, if_match, payload, signed
from tests.api.conftest import open_client
from tests.fakes import FakeRepositories, noon
from tools.postgres.database import open_engine
from tools.postgres.repositories import postgres_repositories

EVERY_ROUTE = [
    ("POST", "/webhooks/stripe"),
    ("GET", "/disputes"),
    ("GET", "/disputes/du_1"),
    ("GET", "/disputes/du_1/exhibits"),
    ("GET", "/disputes/du_1/exhibits/A"),
    ("GET", f"/disputes/du_1/records/{'0' * 64}"),
    ("POST", "/disputes/du_1/verdict"),
    ("POST", "/disputes/du_1/rerun"),
    ("GET", "/automation"),
    ("PUT", "/automation"),
    ("GET", "/disputes/du_1/plan"),
    ("PUT", "/disputes/du_1/plan"),
    ("PUT", "/disputes/du_1/claim"),
    ("DELETE", "/disputes/du_1/claim"),
    ("GET", "/last-chances"),
    ("PUT", "/last-chances/fraud"),
    ("GET", "/templates"),
    ("POST", "/templates/a@1/signature"),
]


def templated(path):
    names = {
        "/stripe": "/{provider}",
        "du_1": "{dispute_id}",
        "/exhibits/A": "/exhibits/{mark}",
        "/fraud": "/{lane}",
        "/a@1": "/{template_id}",
        "0" * 64: "{sha256}",
    }
    for value, name in names.items():
        path = path.replace(value, name)
    return path


@asynccontextmanager
async def failing(error):
    raise error
    yield


async def eventually(client, path, status):
    while (answer := await client.get(path)).status_code != status:  # noqa: ASYNC110  HTTP has no event to wait for
        await asyncio.sleep(0)
    return answer


async def everything(client):
    """Call every route that needs the dependencies, with all that it requires."""
    for method, path in EVERY_ROUTE:
        headers = if_match(1) | signed(payload(an_event()))
        body = b'{"filing": "on"}' if "automation" in path else b'{"decision": "approve"}'
        content = payload(an_event()) if "webhooks" in path else body
        yield await client.request(
            method, path, content=content, headers=headers | {"Content-Type": "application/json"}
        )


async def test_it_is_alive_and_ready(client):
    assert (await client.get("/healthz")).json() == {"ok": True}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})


async def test_it_starts_though_its_parts_do_not_and_says_why():
    async with open_client(lambda: failing(RuntimeError("Redis did not start: no space left."))) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"error": "Redis did not start: no space left."})
        async for answer in everything(client):
            assert (answer.status_code, answer.json()) == (503, {"error": "Rebut is not ready."})
            assert answer.headers["Retry-After"]
        assert (await client.get("/openapi.json")).status_code == 200


@pytest.mark.parametrize("error", [Invalid("STRIPE_SECRET_KEY is not set."), TryAgain("The database is away.")])
async def test_readiness_passes_on_what_was_written_for_people(error):
    async with open_client(lambda: failing(error)) as client:
        assert (await client.get("/readyz")).json() == {"error": str(error)}


async def test_readiness_and_the_log_keep_other_messages_to_themselves():
    with structlog.testing.capture_logs() as logs:
        async with open_client(lambda: failing(ValueError("input_value='sk_live_secret'"))) as client:
            ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"error": "Rebut could not open its parts (ValueError)."})
    assert [line["event"] for line in logs] == ["api.not_ready"]
    assert "sk_live" not in json.dumps(logs)


async def test_parts_that_open_later_are_taken_up(deps):
    attempts = []

    @asynccontextmanager
    async def opener():
        attempts.append("opened")
        if len(attempts) < 3:
            raise TryAgain("The database is away.")
        yield deps
        attempts.append("closed")

    async with open_client(opener, pause=0.001) as client:
        await eventually(client, "/readyz", 200)
        assert (await client.get("/disputes", headers=bearer(VIEWER))).status_code == 200
    assert attempts == ["opened"] * 3 + ["closed"]


async def test_parts_that_break_while_open_are_opened_anew(deps):
    broken, reopened = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def opener():
        if broken.is_set():
            reopened.set()
            yield deps
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(breaking(broken))
            yield deps

    async with open_client(opener, pause=0.001) as client:
        await eventually(client, "/readyz", 200)
        broken.set()
        await reopened.wait()
        await eventually(client, "/readyz", 200)


async def breaking(broken):
    await broken.wait()
    raise ConnectionResetError


async def test_after_the_end_nothing_is_open(deps):
    @asynccontextmanager
    async def opener():
        yield deps

    app = create(opener, now=noon)
    assert app.state.deps is None
    async with app.router.lifespan_context(app):
        assert app.state.deps is deps
    assert app.state.deps is None


async def test_a_database_that_fails_makes_every_route_ask_to_come_again(client, repositories):
    if not isinstance(repositories, FakeRepositories):
        pytest.skip("the next test is this one on a real database")
    repositories.database.down = TryAgain("The database at 10.1.2.3 does not answer.")
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"error": "The database at 10.1.2.3 does not answer."})
    async for answer in everything(client):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "10.1.2.3" not in answer.text
    assert (await client.get("/healthz")).status_code == 200


async def test_a_database_that_is_not_there_makes_every_route_ask_to_come_again(deps):
    async with open_engine("postgresql://nobody@127.0.0.1:1/none") as engine:
        away = postgres_repositories(engine, now=noon)

        @asynccontextmanager
        async def opener():
            yield replace(deps, **vars(away))

        async with open_client(opener) as client:
            assert (await client.get("/readyz")).status_code == 503
            async for answer in everything(client):
                assert answer.status_code == 503


@pytest.mark.parametrize("bug", [KeyError("Jane Doe"), RecursionError("Jane Doe"), AskHuman("Jane Doe")])
async def test_a_bug_is_a_500_that_quotes_nobody(client, repositories, bug):
    if not isinstance(repositories, FakeRepositories):
        pytest.skip("a bug is a bug on any database")
    repositories.database.down = bug
    with structlog.testing.capture_logs() as logs:
        answer = await client.get("/disputes", headers=bearer(VIEWER))
    assert (answer.status_code, answer.json()) == (500, {"error": "Rebut made a mistake; it is in the log."})
    (line,) = logs
    assert (line["event"], line["error"], line["route"]) == ("api.failed", type(bug).__name__, "/disputes")
    assert line["where"][-1].startswith("tests/fakes.py:")
    assert "Jane" not in json.dumps(logs)


async def test_a_bug_in_the_middle_of_an_answer_is_not_hidden():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise KeyError

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(SecurityHeaders(app)), base_url="http://rebut"
    ) as client:
        with pytest.raises(KeyError):
            await client.get("/")


async def test_every_response_has_the_safe_headers(client, repositories):
    await repositories.cases.save(a_record())
    paths = ["/healthz", "/readyz", "/disputes", "/disputes/du_1", "/nowhere", "/docs", "/openapi.json"]
    answers = [await client.get(path, headers=bearer(VIEWER)) for path in paths]
    answers.append(await client.post("/webhooks/stripe", content=b"x" * 1_000_001))
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/webhooks/stripe", 405),
        ("DELETE", "/disputes/du_1", 405),
        ("GET", "/%00", 404),
    ],
)
async def test_what_is_not_there_is_an_error_like_all_others(client, method, path, status):
    answer = await client.request(method, path, headers=bearer(REVIEWER))
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


async def test_the_standalone_app_names_a_wrong_setting_at_once():
    with pytest.raises(Invalid, match="REDIS_URL"):
        create_standalone({"REDIS_URL": "nonsense"})


async def test_the_standalone_app_starts_without_its_database_and_tells_no_password():
    away = {"REDIS_URL": "redis://127.0.0.1:1", "DATABASE_URL": "postgresql://ada:hunter2@127.0.0.1:1/none"}
    app = create_standalone(away | {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"})
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://rebut") as client,
    ):
        ready = await client.get("/readyz")
    assert (ready.status_code, list(ready.json())) == (503, ["error"])
    assert "hunter2" not in ready.text


async def test_a_caller_who_hangs_up_is_no_bug(client, deps):
    @asynccontextmanager
    async def opener():
        yield deps

    app, sent = create(opener, now=noon), []
    scope = {"type": "http", "method": "POST", "path": "/webhooks/stripe", "query_string": b"", "headers": []}

    async def hangs_up():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    with structlog.testing.capture_logs() as logs:
        async with app.router.lifespan_context(app):
            await app(scope, hangs_up, send)
    assert sent[0]["status"] == 400
    assert [line["event"] for line in logs] == ["api.ready"]


async def test_the_description_names_every_route_its_key_and_its_errors(client):
    description = (await client.get("/openapi.json")).json()
    operations = {
        (method.upper(), path): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {(m, templated(p)) for m, p in EVERY_ROUTE} | {
        ("GET", "/healthz"),
        ("GET", "/readyz"),
    }
    assert description["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for (_, path), operation in operations.items():
        assert ("security" in operation) == path.startswith(("/disputes", "/automation", "/last-chances", "/templates"))
        for status, response in operation["responses"].items():
            if "application/pdf" in response["content"]:
                assert list(response["content"]) == ["application/pdf"]
                continue
            schema = response["content"]["application/json"]["schema"]
            if path.endswith("/records/{sha256}") and status == "200":
                assert schema == {}
                continue
            model = schema["$ref"].rpartition("/")[2]
            assert (model == "ErrorBody") == (status > "299")
    verdict = operations["POST", "/disputes/{dispute_id}/verdict"]
    errors = "400 401 403 404 409 413 422 428 429 503 default".split()
    assert sorted(verdict["responses"]) == ["202", *errors]
    assert verdict["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/VerdictBody")
    assert (await client.get("/docs")).status_code == 200
