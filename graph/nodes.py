"""The steps. Each is glue: typed state in, one agent or one tool called, plain JSON out."""

from langchain_core.runnables import RunnableConfig
from langgraph.types import interrupt

from agents import analyst, classifier, evidence, reader, rebuttal, router
from disputes import money
from disputes.case import Case, Verdict
from disputes.errors import AskHuman, Invalid
from disputes.packet import assembly
from disputes.playbook import Playbook
from disputes.policy.model_budget import Meter
from disputes.repositories.cases import HistoryStep
from disputes.review import agent_inbox, verdict
from graph import booking, rendering, staging
from graph.filing import fence_of, hold
from graph.state import Changes, State
from graph.wiring.deps import Deps


class Nodes:
    """The steps over one set of ports, but for the calls that cannot be taken back, which are `graph.filing`'s."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._built_in = rebuttal.BuiltInWriter(deps.playbooks)

    async def load(self, state: State) -> Changes:
        """Read the dispute afresh at Stripe: the event only says that something happened."""
        dispute = await self._deps.stripe.dispute(state.dispute_id, account=state.account)
        step = self._step("load", f"{dispute.reason}, {money.write(dispute.money)}, {dispute.status}")
        return State.changes(
            step, dispute=dispute, verdict=None, route=None, packet=None, rebuttal=None, assessment=None
        )

    async def evidence(self, state: State) -> Changes:
        """Ask every source at once, and have read what people wrote."""
        case, deps, meter = state.case(), self._deps, self._meter(state)
        found = await evidence.gather(
            case.dispute, self._playbook(case), deps.sources, initial=deps.policy.facts(), limits=deps.policy.sources
        )
        read = await reader.read(case.model_copy(update={"evidence": found}), deps.reader, meter=meter)
        step = self._step("evidence", f"{len(read.facts)} facts, {len(read.gaps)} gaps")
        return State.changes(step, used=meter.used, evidence=read)

    async def classifier(self, state: State) -> Changes:
        """Assess what is claimed and how well the evidence answers it."""
        case, meter = state.case(), self._meter(state)
        assessed = classifier.assess(case.dispute, case.evidence, self._playbook(case))
        advised = await analyst.advise(assessed, case, self._deps.analyst, meter=meter)
        step = self._step("classifier", f"confidence {advised.confidence:.2f} (uncalibrated)")
        return State.changes(step, used=meter.used, assessment=advised)

    async def rebuttal(self, state: State) -> Changes:
        """Write the letter and lay out the packet."""
        case, meter = state.case(), self._meter(state)
        letter = await rebuttal.write(case, self._deps.writer, self._built_in, meter=meter)
        built = assembly.build(case, letter, self._playbook(case))
        printed = await rendering.lay_out(self._deps, case.dispute, built)
        step = self._step("rebuttal", " ".join([f"{len(letter.claims)} claims by {letter.writer}", *printed.left_out]))
        return State.changes(step, used=meter.used, rebuttal=letter, packet=printed)

    async def router(self, state: State) -> Changes:
        """Route the case: file, wait for a person, accept or record."""
        automation = await self._deps.automation.read()
        route = router.route(state.case(), self._deps.policy, self._deps.now(), automation=automation)
        return State.changes(self._step("router", f"{route.action} {route.queue}".strip()), route=route)

    async def stage(self, state: State, config: RunnableConfig) -> Changes:
        """Stage the packet at Stripe without submitting it."""
        case = state.case()
        try:
            staged = await staging.stage(self._deps, case.dispute, case.draft, fence=fence_of(config))
        except AskHuman as asked:
            return hold(self._deps, state, "stage", asked)
        return State.changes(self._step("stage", staging.describe(case.draft, staged)), packet=staged)

    async def announce(self, state: State, config: RunnableConfig) -> Changes:
        """Save the case as waiting and put its messages into the outbox."""
        step = self._step("announce", state.route.queue if state.route else "")
        await booking.announce(self._deps, state, step, fence=fence_of(config))
        return State.changes(step)

    async def review(self, state: State) -> Changes:
        """Sleep until a person decides. It runs again on resume, so nothing else happens here."""
        case = state.case()
        problems: tuple[str, ...] = ()
        assembly = interrupt(agent_inbox.build_request(case, _problems(state)))
        try:
            decided = verdict.parse(assembly, self._deps.now())
            problems = verdict.check(case, decided)
        except Invalid as wrong:
            decided, problems = Verdict(decision="redraft"), (str(wrong),)
        if problems:
            return State.changes(self._step("review", f"not carried out: {' '.join(problems)}"), verdict=None)
        changed = verdict.apply(case, decided)
        step = self._step(
            "review", f"{decided.decision} by {decided.by}" + (f": {decided.note}" if decided.note else "")
        )
        return State.changes(step, verdict=decided, rebuttal=changed.rebuttal, packet=changed.packet)

    async def record_outcome(self, state: State, config: RunnableConfig) -> Changes:
        """Save how the run ended, with its ledger entry and messages."""
        ending = await booking.end(self._deps, state)
        step = self._step("record_outcome", ending)
        await booking.record_outcome(self._deps, state, (step, ending), fence=fence_of(config))
        return State.changes(step)

    def _playbook(self, case: Case) -> Playbook:
        return self._deps.playbooks.of(case.dispute.reason)

    def _meter(self, state: State) -> Meter:
        return Meter(self._deps.policy.model, state.usage)

    def _step(self, step: str, note: str = "") -> HistoryStep:
        return HistoryStep(step=step, at=self._deps.now(), note=note)


def _problems(state: State) -> tuple[str, ...]:
    last = next((step for step in reversed(state.history) if step.step != "announce"), None)
    return (last.note,) if last and last.step == "review" else ()
