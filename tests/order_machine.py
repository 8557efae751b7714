"""Any mix of events, verdicts, changes at Stripe, crashes and lost leases, as hypothesis makes them up."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from itertools import count
from secrets import token_hex
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from disputes.case import Decision
from graph.runtime import Runtime
from tests.order_dispute import Watched
from tests.order_world import World

STEPS = 15
CALLS = 70
SCENARIOS = (
    *("not_received_delivered", "fraud_small_3ds", "inquiry_delivered", "subscription_active", "compliance_visa"),
    *("general_unclear", "klarna_inquiry", "connect_delivered", "fraud_high", "already_answered", "no_deadline"),
)
DECISIONS: tuple[Decision, ...] = ("approve", "edit", "reject", "accept_loss", "redraft")

which = st.integers(0, 1)
picks = st.integers(0, 7)
flags = st.booleans()
seldom = st.sampled_from((False, False, False, True))


async def explore(runtime: Runtime, simulator: httpx.AsyncClient, given: settings) -> Counter[str]:
    """Play as many examples as the settings say on servers that all share, and give what was done, counted."""
    loop, told = asyncio.get_running_loop(), Counter[str]()
    run, numbers = token_hex(3), count()

    def machine() -> RuleBasedStateMachine:
        told["examples"] += 1
        return Order(World(runtime, simulator, f"o{run}{next(numbers)}", told), loop)

    await asyncio.to_thread(run_state_machine_as_test, machine, settings=given)
    return told


def chosen(examples: int, *, stable: bool) -> settings:
    """Give the settings: `stable` plays the same examples every time."""
    phases = (Phase.generate, Phase.shrink) if stable else (Phase.reuse, Phase.generate, Phase.shrink)
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        print_blob=True,
        derandomize=stable,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


class Order(RuleBasedStateMachine):
    """Hypothesis is sync and the servers belong to a loop, so each step is handed over to it."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.world, self.loop = world, loop

    def play(self, step: Coroutine[Any, Any, Any]) -> Any:
        self.world.told["steps"] += 1
        return asyncio.run_coroutine_threadsafe(step, self.loop).result()

    def pick(self, index: int) -> Watched:
        return self.world.disputes[index % len(self.world.disputes)]

    @initialize(scenario=st.sampled_from(SCENARIOS), at_once=flags)
    def begin(self, scenario: str, *, at_once: bool) -> None:
        watched = self.play(self.world.happen(scenario))
        if at_once:
            self.play(self.world.hear(watched, 0, again=False, renamed=False))
            self.after(watched, self.world.work(watched))

    @precondition(lambda self: len(self.world.disputes) < 2)
    @rule(scenario=st.sampled_from(SCENARIOS))
    def happen(self, scenario: str) -> None:
        self.play(self.world.happen(scenario))

    @rule(index=which, pick=picks, again=seldom, renamed=flags)
    def hear(self, index: int, pick: int, *, again: bool, renamed: bool) -> None:
        watched = self.pick(index)
        self.after(watched, self.world.hear(watched, pick, again=again, renamed=renamed))

    @rule(index=which, pick=picks, heard=flags)
    def move(self, index: int, pick: int, *, heard: bool) -> None:
        watched = self.pick(index)
        self.after(watched, self.world.move(watched, pick))
        if heard:
            self.play(self.world.hear(watched, 0, again=False, renamed=False))

    @rule(index=which, decision=st.sampled_from(DECISIONS), by=st.sampled_from(("ada", "bob")), late=seldom, bad=seldom)
    def decide(self, index: int, decision: Decision, **how: Any) -> None:
        watched = self.pick(index)
        self.after(watched, self.world.decide(watched, decision, **how))

    @rule(index=which, workers=st.integers(1, 3))
    def work(self, index: int, workers: int) -> None:
        watched = self.pick(index)
        self.after(watched, self.world.work(watched, workers=workers))

    @rule(index=which, left=st.integers(1, CALLS), late=flags, halts=seldom)
    def stumble(self, index: int, left: int, *, late: bool, halts: bool) -> None:
        watched = self.pick(index)
        self.after(watched, self.world.stumble(watched, left, after=late, end="halts" if halts else "dies"))

    @precondition(lambda self: self.world.halted)
    @rule()
    def release(self) -> None:
        self.play(self.world.release())

    @rule(really=seldom)
    def flush(self, *, really: bool) -> None:
        if really:
            self.play(self.world.flush())

    def after(self, watched: Watched, step: Coroutine[Any, Any, Any]) -> None:
        self.play(step)
        self.play(self.world.check(watched))

    def teardown(self) -> None:
        self.play(self.world.rest())
