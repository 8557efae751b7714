"""The acts that cannot be taken back, a run's thread as LangGraph's own API reaches it, and what must stay true."""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command
from streaq import StreaqRetry

from disputes.case import Decision, Verdict
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from graph.wiring.runtime import Runtime
from jobs.worker.worker import handle
from tests.conftest import Stage

ADA = {"identity": "ada", "role": "reviewer"}
BOB = {"identity": "bob", "role": "reviewer"}
VIC = {"identity": "vic", "role": "viewer"}
FORGED = "The customer confessed on 31 February."


@dataclass(frozen=True)
class Act:
    """One irrevocable act: the dispute that waits for it, and the verdict that allows it."""

    name: str
    scenario: str
    decision: Decision
    call: str = "submissions"
    more: dict[str, Any] = field(default_factory=dict)


ACTS = (
    Act("chargeback", "fraud_small_3ds", "approve"),
    Act("dear chargeback", "fraud_high", "approve"),
    Act("delivered", "not_received_delivered", "approve"),
    Act("inquiry", "inquiry_delivered", "approve"),
    Act("close", "fraud_small_3ds", "accept_loss", call="closes"),
    Act("fee", "compliance_visa", "approve", more={"fee_acknowledged": True}),
    Act("appeal", "appeal_open", "approve"),
)
NAMED = {act.name: act for act in ACTS}


@dataclass
class Scene:
    """A dispute at rest, and what an attacker can do to its thread."""

    stage: Stage
    runtime: Runtime
    act: Act
    shown: CaseRecord
    events: int = 0

    @property
    def id(self) -> str:
        return self.shown.dispute_id

    def config(self, user: dict[str, str] | None = None, *, thread: str = "", **more: Any) -> RunnableConfig:
        signed_in = {"langgraph_auth_user": user} if user else {}
        return {"configurable": {"thread_id": thread or self.id, **signed_in, **more}}

    async def values(self) -> dict[str, Any]:
        return dict((await self.stage.graph.aget_state(self.config())).values)

    async def write(self, values: dict[str, Any] | None, step: str, *, thread: str = "") -> None:
        """Write a thread as the server's state route does."""
        with suppress(Exception):
            await self.stage.graph.aupdate_state(self.config(thread=thread), values, as_node=step)

    async def run(self, value: Any = None, config: RunnableConfig | None = None) -> None:
        """Run a thread as the server would; how that ends is no matter, what came of it is looked at afterwards."""
        async with asyncio.timeout(20):
            with suppress(Exception):
                await self.stage.graph.ainvoke(value, config or self.config(), durability="sync")

    async def answer(self, answer: Any, user: dict[str, str] | None, *, thread: str = "") -> None:
        await self.run(Command(resume=answer), self.config(user, thread=thread))

    async def past(self) -> list[RunnableConfig]:
        return [snapshot.config async for snapshot in self.stage.graph.aget_state_history(self.config())]

    async def record(self) -> CaseRecord:
        record = await self.stage.deps.cases.find(self.id)
        assert record is not None
        return record

    async def calls(self) -> tuple[int, int]:
        counts = await self.stage.counts(self.id)
        return counts.get("submissions", 0), counts.get("closes", 0)

    async def come_by(self, times: int = 2) -> CaseRecord:
        """Let a worker come by on its own account, and then handle ordinary events."""
        for _ in range(times):
            async with asyncio.timeout(20):
                with suppress(Exception):
                    await self.stage.runs.drive(self.id, account=self.shown.account)
        await self.handle_event()
        return await self.handle_event()

    async def handle_event(self) -> CaseRecord:
        """Handle a webhook event as a worker does, which parks what it cannot handle."""
        await self.store_event()
        staged = replace(self.runtime, deps=self.stage.deps, runner=self.stage.runs)
        for tries in (1, 12):
            async with asyncio.timeout(20):
                with suppress(StreaqRetry):
                    await handle(staged, self.id, self.shown.account, tries=tries)
        return await self.record()

    async def store_event(self) -> None:
        self.events += 1
        now, name = self.stage.deps.now(), f"evt_{uuid.uuid4().hex}"
        await self.stage.deps.events.store(
            WebhookEvent(provider="stripe", id=name, type="charge.dispute.updated", dispute_id=self.id, created=now)
        )

    async def decide(self) -> CaseRecord:
        """Let ada decide what the case is there for, and a worker carry it out, which parks what it cannot do."""
        shown, now = await self.record(), self.stage.deps.now()
        verdict = Verdict(decision=self.act.decision, by="ada", at=now, version=shown.version, **self.act.more)
        await self.stage.deps.verdicts.store(self.id, verdict)
        return await self.handle_event()

    async def assert_untouched(self) -> CaseRecord:
        """Check that nothing was sent, whoever comes by, and that a person has the honest draft before them."""
        assert await self.calls() == (0, 0), "called at once"
        record = await self.come_by()
        assert await self.calls() == (0, 0), "called when a worker came by"
        assert record.state == "waiting", (record.state, record.error, [step.note for step in record.history][-4:])
        assert [filing.state for filing in await self.stage.deps.filings.of(self.id)] in ([], ["refused"])
        assert _texts(record) == _texts(self.shown)
        assert FORGED not in record.model_dump_json()
        fresh = await self.stage.deps.stripe.dispute(self.id, account=self.shown.account)
        assert fresh.is_open
        assert FORGED not in fresh.model_dump_json()
        assert "fee_acknowledged" not in str(fresh.enhanced)
        return record

    async def assert_untouched_but_staged(self) -> None:
        """Check the same after ada's own answer was staged: it is hers, and not sent."""
        record = await self.come_by()
        assert await self.calls() == (0, 0)
        assert record.state == "waiting", (record.state, record.error)
        assert "changed from outside" in reasons(record)
        assert FORGED not in record.model_dump_json()
        assert FORGED not in (await self.stage.deps.stripe.dispute(self.id)).model_dump_json()

    async def assert_decidable(self) -> None:
        """Check that the right verdict still has its act done, exactly once."""
        await self.decide()
        done = await self.come_by()
        assert await self.calls() == ((1, 0) if self.act.call == "submissions" else (0, 1)), (
            done.state,
            done.error,
            [step.note for step in done.history][-6:],
        )
        kept = await self.record()
        assert kept.state == ("filed" if self.act.call == "submissions" else "accepted")
        assert [filing.state for filing in await self.stage.deps.filings.of(self.id)] == ["done"]


def reasons(record: CaseRecord) -> str:
    """Return all that a person is told about why a case waits."""
    told = record.case.route.reasons if record.case and record.case.route else ()
    return " ".join([*told, *(step.note for step in record.history)])


async def open_scene(stage: Stage, runtime: Runtime, name: str) -> Scene:
    """Play the scenario of an act until its case rests."""
    act = NAMED[name]
    return Scene(stage, runtime, act, await stage.play(act.scenario))


def _texts(record: CaseRecord) -> dict[str, str]:
    return record.case.packet.fields if record.case and record.case.packet else {}
