"""Stories played through the real parts: a simulator, PostgreSQL, Redis, the graph and its runner."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import httpx

from disputes import policy
from disputes.policy import Merchant, Policy
from disputes.repositories.cases import CaseRecord
from evals.stories.shop import Shop
from evals.stories.story import Story
from graph.wiring import settings
from graph.wiring.runtime import open_runtime
from simulator.app import SimulatorSettings, create
from tests.conftest import SECRET, Stage
from tests.context import held
from tests.simulator.harness import served
from tests.stories import world


@dataclass(frozen=True)
class Ending:
    """How a story ended: its case, and how often its evidence was submitted."""

    story: Story
    record: CaseRecord
    submissions: int

    @property
    def got(self) -> Literal["file", "wait", "else"]:
        """What became of the case; `else` is an end that no story has."""
        if self.record.state == "filed" and self.submissions == 1:
            return "file"
        return "wait" if self.record.state == "waiting" and self.reasons and not self.submissions else "else"

    @property
    def is_right(self) -> bool:
        return self.got == self.story.expect

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of the route, in sentences."""
        route = self.record.case.route if self.record.case else None
        return route.reasons if route else ()

    @property
    def confidence(self) -> float:
        found = self.record.case.assessment if self.record.case else None
        return found.confidence if found else 0.0

    def describe(self) -> str:
        """Write the story's end in lines, for people."""
        story, got = self.story, self.got if self.got != "else" else self.record.state
        mark = "right" if self.is_right else "WRONG"
        head = f"{mark}  {story.name}  [{story.relation}]  expect={story.expect} got={got} ({self.confidence:.2f})"
        why = () if self.is_right else (f"    story: {story.why}",)
        return "\n".join([head, *why, *(f"    - {reason}" for reason in self.reasons)])


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Stage]:
    """Open a stage of its own, whose parts all live in `world.NOW`."""
    told = SimulatorSettings("http://127.0.0.1:9/", SECRET, now=_now)
    async with served(create(told)) as url, httpx.AsyncClient(base_url=url, timeout=30) as simulator:
        given = {
            "REBUT_HOME": str(home),
            "STRIPE_SECRET_KEY": "sk_test_tests",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": url.rstrip("/"),
        }
        async with held(open_runtime(settings.read(given), now=_now)) as runtime:
            yield Stage(runtime, simulator)


async def play(stage: Stage, story: Story) -> Ending:
    """Let a story happen at Stripe, and drive its dispute to rest."""
    shop = stage.under(policy=_rules(story), sources=(*stage.deps.sources, Shop(story)))
    objects = await shop.tell(lambda _, tag: world.build(story, tag))
    dispute = next(thing["id"] for thing in objects if thing["object"] == "dispute")
    record = await shop.drive(dispute)
    return Ending(story, record, (await shop.counts(dispute)).get("submissions", 0))


def _rules(story: Story) -> Policy:
    words = Merchant(
        name="Hollow Oak Goods",
        refund_policy=story.refund_policy,
        cancellation_policy=story.cancellation_policy,
    )
    return policy.load(story.policy).model_copy(update={"merchant": words})


def _now() -> datetime:
    return world.NOW
