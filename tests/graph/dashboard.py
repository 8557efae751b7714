"""Somebody at the dashboard, who writes on a dispute outside Rebut, and the front door through which people decide."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from api.app import create
from disputes.repositories.cases import CaseRecord
from graph.wiring.deps import Deps
from tests.conftest import TOKEN, Stage
from tests.context import held
from tests.tools.attachments.merchant_files import a_pdf

KEY = {"Authorization": "Bearer sk_test_tests"}


async def write(stage: Stage, dispute_id: str, **fields: str) -> None:
    """Write fields of the evidence; a name such as `appeal[card][reason_for_filing]` leads into a part."""
    await _send(stage, dispute_id, fields, submit=False)


async def answer(stage: Stage, dispute_id: str, **fields: str) -> None:
    """Write fields of the evidence and send all of it to the bank."""
    await _send(stage, dispute_id, fields, submit=True)


async def _send(stage: Stage, dispute_id: str, fields: dict[str, str], *, submit: bool) -> None:
    named = {"".join(f"[{part}]" for part in name.replace("]", "").split("[")): value for name, value in fields.items()}
    data = {f"evidence{name}": value for name, value in named.items()} | {"submit": str(submit).lower()}
    (await stage.simulator.post(f"/v1/disputes/{dispute_id}", data=data, headers=KEY)).raise_for_status()


async def put(stage: Stage, dispute_id: str, **fields: Any) -> None:
    """Put values into the evidence that Stripe's API would not take, and no webhook tells of."""
    evidence = (await read(stage, dispute_id))["evidence"] | fields
    await silently(stage, dispute_id, evidence=evidence)


async def silently(stage: Stage, dispute_id: str, **changes: Any) -> None:
    answer = await stage.simulator.post(f"/_sim/disputes/{dispute_id}/set?silent=true", json=changes)
    answer.raise_for_status()


async def choose(stage: Stage, dispute_id: str, method: str) -> None:
    data = {"intended_submission_method": method}
    (await stage.simulator.post(f"/v1/disputes/{dispute_id}", data=data, headers=KEY)).raise_for_status()


async def upload(stage: Stage, said: str = "A photo of the porch.") -> str:
    """Upload a file as a person would; gives its id."""
    parts = {"file": ("porch.pdf", a_pdf(said), "application/pdf")}
    answer = await stage.simulator.post("/v1/files", data={"purpose": "dispute_evidence"}, files=parts, headers=KEY)
    found: str = answer.raise_for_status().json()["id"]
    return found


async def read(stage: Stage, dispute_id: str) -> dict[str, Any]:
    """Return a dispute as Stripe shows it."""
    answer = await stage.simulator.get(f"/v1/disputes/{dispute_id}", headers=KEY)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def evidence(stage: Stage, dispute_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await read(stage, dispute_id))["evidence"]
    return found


async def calls(stage: Stage, record: CaseRecord) -> tuple[int, int]:
    """Return how often this dispute was submitted and closed."""
    counts = await stage.counts(record.dispute_id)
    return counts.get("submissions", 0), counts.get("closes", 0)


def theirs(record: CaseRecord) -> dict[str, str]:
    """Return what the case knows of other writers."""
    assert record.case
    return record.case.held.their_values


def told(record: CaseRecord) -> str:
    """Return all that a case says in words: why it waits, and its steps."""
    reasons = record.case.route.reasons if record.case and record.case.route else ()
    return " ".join([*reasons, *(step.note for step in record.history)])


async def question(stage: Stage, record: CaseRecord) -> dict[str, Any]:
    """Return the request as Agent Inbox shows it."""
    snapshot = await stage.graph.aget_state({"configurable": {"thread_id": record.dispute_id}})
    value: dict[str, Any] = snapshot.interrupts[0].value
    return value


@asynccontextmanager
async def front_door(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API over the stage's records, signed in as a reviewer."""

    @asynccontextmanager
    async def opener() -> AsyncIterator[Deps]:
        yield stage.deps

    app = create(opener, now=stage.deps.now)
    signed_in = {"Authorization": f"Bearer {TOKEN}"}
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://rebut", headers=signed_in)
    async with held(app.router.lifespan_context(app)), client:
        yield client


async def post_verdict(stage: Stage, record: CaseRecord, **body: Any) -> httpx.Response:
    """Post a verdict on the version of a record."""
    async with front_door(stage) as client:
        return await client.post(
            f"/disputes/{record.dispute_id}/verdict", json=body, headers={"If-Match": f'"{record.version}"'}
        )


@dataclass
class Between:
    """Stripe, where something happens right before or after one kind of call, once."""

    inner: Any
    call: str
    then: Callable[[], Awaitable[None]]
    after: bool = True
    happened: bool = False

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.inner, name)
        if name != self.call or self.happened:
            return real
        self.happened = True

        async def call(*args: Any, **kwargs: Any) -> Any:
            if not self.after:
                await self.then()
            result = await real(*args, **kwargs)
            if self.after:
                await self.then()
            return result

        return call
