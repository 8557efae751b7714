"""Any mix of events, verdicts, changes at Stripe, crashes and lost leases, as hypothesis makes them up."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from itertools import count
from secrets import token_hex
from typing import Any, cast

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from disputes.case import Decision
from graph.wiring.runtime import Runtime
from tests.order.dispute import Watched
from tests.order.ports import End
from tests.order.world import World

STEPS = 15
CALLS = 45
MOST = 2
SCENARIOS = (
    *("not_received_delivered", "fraud_small_3ds", "inquiry_delivered", "subscription_active", "compliance_visa"),
    *("general_unclear", "klarna_inquiry", "connect_delivered", "fraud_high", "already_answered", "no_deadline"),
)
DECISIONS: tuple[Decision, ...] = ("approve", "edit", "reject", "accept_loss", "redraft")
Ending = int | tuple[int, bool, End]

which = st.integers(0, 1)
picks = st.integers(0, 7)
flags = st.booleans()
decisions = st.sampled_from(DECISIONS)
ends: st.SearchStrategy[Ending] = st.one_of(
    st.integers(0, 2), st.tuples(st.integers(1, CALLS), flags, st.sampled_from(("dies", "dies", "halts")))
)
seldom = st.sampled_from((False, False, False, True))


async def explore(runtime: Runtime, simulator: httpx.AsyncClient, given: settings) -> Counter[str]:
    """Play as many examples as the settings say on servers that all share, and give what was done, counted."""
    loop, told = asyncio.get_running_loop(), Counter[str]()
    run, numbers = token_hex(3), count()

    def machine() -> RuleBasedStateMachine:
        told["examples"] += 1
        return Order(World(runtime, simulator, f"o{run}{next(numbers)}", told), loop)

    # Its type asks for a class; what it does is call it.
    await asyncio.to_thread(run_state_machine_as_test, cast("type[RuleBasedStateMachine]", machine), settings=given)
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

    @initialize(scenario=st.sampled_from(SCENARIOS), end=ends)
    def begin(self, scenario: str, end: Ending) -> None:
        self.happen(scenario, end)

    @precondition(lambda self: len(self.world.disputes) < MOST)
    @rule(scenario=st.sampled_from(SCENARIOS), end=ends)
    def happen(self, scenario: str, end: Ending) -> None:
        watched = self.play(self.world.happen(scenario))
        self.play(self.world.hear(watched, 0, again=False, renamed=False))
        self.work(watched, end)

    @rule(index=which, pick=picks, again=seldom, renamed=flags, end=ends)
    def hear(self, index: int, pick: int, *, again: bool, renamed: bool, end: Ending) -> None:
        watched = self.pick(index)
        self.play(self.world.hear(watched, pick, again=again, renamed=renamed))
        self.work(watched, end)

    @rule(index=which, pick=picks, heard=flags, end=ends)
    def move(self, index: int, pick: int, *, heard: bool, end: Ending) -> None:
        watched = self.pick(index)
        self.play(self.world.move(watched, pick))
        if heard:
            self.play(self.world.hear(watched, 0, again=False, renamed=False))
        self.work(watched, end)

    @rule(index=which, said=st.tuples(decisions, st.sampled_from(("ada", "bob"))), late=seldom, bad=seldom, end=ends)
    def decide(self, index: int, said: tuple[Decision, str], *, late: bool, bad: bool, end: Ending) -> None:
        watched = self.pick(index)
        self.play(self.world.decide(watched, said[0], by=said[1], late=late, bad=bad))
        self.work(watched, end)

    @precondition(lambda self: self.world.halted)
    @rule()
    def release(self) -> None:
        self.play(self.world.release())

    @rule(really=seldom)
    def flush(self, *, really: bool) -> None:
        if really:
            self.play(self.world.flush())

    def work(self, watched: Watched, end: Ending) -> None:
        """Let whoever is there have the dispute, and look at it afterwards."""
        if isinstance(end, int):
            self.play(self.world.work(watched, workers=end))
        else:
            left, after, kind = end
            self.play(self.world.stumble(watched, left, after=after, end=kind))
        self.play(self.world.check(watched))

    def teardown(self) -> None:
        self.play(self.world.rest())
