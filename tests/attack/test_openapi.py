"""The API's own description, turned against it: what it allows and what it forbids is sent to every operation."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from api.app import create
from disputes.case import Packet, PacketFile, Sheet
from disputes.evidence import SourceAnswer
from disputes.repositories.users import User
from tests.api.builders import REVIEWER, a_case, a_dispute, a_record, bearer
from tests.api.conftest import _emptied
from tests.api.plans import plan_for
from tests.fakes import digest, noon
from tools.postgres.tables import automation, events, verdicts

PATIENCE = 10.0  # seconds, for one answer
PARTS = ("method", "url", "params", "json", "data", "files", "headers", "cookies")
STATES = ("waiting", "working", "filed", "parked", "recorded")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
FUZZ = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


def described():
    """Read the description as a client would, without the catch-all: each status must be spelled out."""
    document = create(NotImplemented, now=noon).openapi()
    for operation in (one for path in document["paths"].values() for one in path.values()):
        del operation["responses"]["default"]
    schema: Any = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(allow_extra_parameters=False)  # unknown parameters are ignored, not forbidden
    return [found.ok() for found in schema.get_all_operations()]


EVERY = described()
LOCKED = [operation for operation in EVERY if operation.definition.raw.get("security")]


PATHS = {path: {one.method.upper() for one in EVERY if one.path == path} for path in {one.path for one in EVERY}}
OTHERS = [(path, method) for path in sorted(PATHS) for method in METHODS if method not in PATHS[path]]

PRINT = b"%PDF-1.7"
SHEET = Sheet(field="receipt", title="Receipt", mark="Exhibit A", rows=())
FILE = PacketFile(field="receipt", name="receipt.pdf", sha256=hashlib.sha256(PRINT).hexdigest())
PACKET = Packet(sheets=(SHEET,), files=(FILE,))
ANSWER = b'{"order": "A-1042"}'
RECORD = SourceAnswer(
    sha256=hashlib.sha256(ANSWER).hexdigest(), source="shopify:order", at=noon(), bytes=19, key="kept"
)

words = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60).map(str.strip)
tokens = st.sampled_from(["", "Bearer", f"Basic {REVIEWER}", f"Bearer {REVIEWER}x", f"Bearer x, Bearer {REVIEWER}"])
strangers = st.none() | tokens | words | words.map("Bearer {}".format)


def each(operations):
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)


@st.composite
def cases(draw, operation):
    """Draw a request, half of the time about a case that is there, and half of these on the version it is at."""
    case = draw(operation.as_strategy(generation_mode=draw(st.sampled_from(GenerationMode))))
    case.headers.update(bearer(REVIEWER))
    if "dispute_id" in case.path_parameters and draw(st.booleans()):
        state = draw(st.just("waiting") | st.sampled_from(STATES))
        there = {"mark": "A", "sha256": RECORD.sha256}
        shown = {name: there[name] for name in there if name in case.path_parameters and draw(st.booleans())}
        case.path_parameters = {**case.path_parameters, "dispute_id": f"du_{state}", **shown}
        if case.method == "POST" and draw(st.booleans()):
            case.headers["If-Match"] = '"1"'
    if "lane" in case.path_parameters and draw(st.booleans()):
        case.path_parameters = {**case.path_parameters, "lane": "small"}
    return case


class Press:
    """Prints every exhibit alike."""

    async def render(self, sheet):
        return PRINT


class Shelf:
    """Holds one answer."""

    async def keep(self, dispute_id, data):
        raise NotImplementedError

    async def read(self, name):
        return ANSWER


@pytest.fixture
def deps(deps):
    return replace(deps, renderer=Press(), storage=Shelf())


@pytest.fixture
async def repositories(engine):
    found = await _emptied(engine)
    await found.users.add(User(name="Rui", role="reviewer"), digest=digest(REVIEWER))
    for state in STATES:
        case = a_case(a_dispute(f"du_{state}"))
        evidence = case.evidence.model_copy(update={"source_answers": (RECORD,)})
        case = case.model_copy(update={"packet": PACKET, "evidence": evidence})
        await found.cases.save(a_record(f"du_{state}", state=state, case=case))
        await plan_for(found, case.dispute)
    return found


@pytest.fixture
async def send(app, engine):
    """Send a request in time, and undo what it did, so that every example finds the same cases."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:

        async def sent(case):
            async with asyncio.timeout(PATIENCE):
                answer = await client.send(_request(case))
            async with engine.begin() as connection:
                for table in (verdicts, automation, events):
                    await connection.execute(table.delete())
            return answer

        yield sent


def _request(case):
    plain = case.as_transport_kwargs(base_url="http://rebut")
    made: Any = requests.Request(**{part: plain[part] for part in PARTS if part in plain}).prepare()
    headers = [(_bytes(name), _bytes(value)) for name, value in made.headers.items()]
    return httpx.Request(made.method, made.url, headers=headers, content=made.body)


def _bytes(word):
    return word if isinstance(word, bytes) else word.encode()


@pytest.fixture
def seen(operation):
    """The statuses of an operation; requests that never got past the door would have tried nothing."""
    statuses: set[int] = set()
    yield statuses
    # The fuzzer of the webhook signs, and a template is signed with its digest by an admin alone.
    closed = operation.path in {"/webhooks/{provider}", "/templates/{template_id}/signature"}
    assert closed or min(statuses) < 300


@each(EVERY)
@FUZZ
@given(data=st.data())
async def test_every_answer_is_one_that_was_described(send, seen, data, operation):
    case = data.draw(cases(operation))
    answer = await send(case)
    seen.add(answer.status_code)
    case.validate_response(answer, checks=CHECKS)


@each(LOCKED)
@FUZZ
@given(data=st.data(), offered=strangers)
async def test_without_a_token_nobody_gets_in(send, data, operation, *, offered):
    case = data.draw(cases(operation))
    del case.headers["Authorization"]
    if offered is not None:
        case.headers["Authorization"] = offered
    answer = await send(case)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize(("path", "method"), OTHERS)
async def test_a_method_that_was_not_described_is_refused_and_the_others_named(app, path, method):
    names = {"provider": "stripe", "dispute_id": "du_waiting", "mark": "A", "sha256": RECORD.sha256, "lane": "small"}
    names["template_id"] = "delivered@1"
    url = f"http://rebut{path.format(**names)}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        answer = await client.request(method, url, headers=bearer(REVIEWER), content=b"{}")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == PATHS[path]


def test_every_operation_but_the_webhook_and_the_health_is_locked():
    assert {one.path for one in EVERY} - {one.path for one in LOCKED} == {"/webhooks/{provider}", "/healthz", "/readyz"}
