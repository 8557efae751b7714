"""The steps. Each is glue: typed state in, one agent or one tool called, plain JSON out."""

from langchain_core.runnables import RunnableConfig
from langgraph.types import interrupt
from pydantic import JsonValue

from agents import analyst, classifier, evidence, reader, rebuttal, router
from disputes import money
from disputes.case import Case, Packet, Route, Verdict
from disputes.errors import AskHuman, Invalid
from disputes.packet import assembly
from disputes.playbook import Playbook
from disputes.policy.model_budget import Meter
from disputes.repositories.cases import HistoryStep
from disputes.review import agent_inbox, verdict
from graph import booking, filing, rendering
from graph.state import State, saved
from graph.wiring.deps import Deps

Changes = dict[str, JsonValue]


class Nodes:
    """Every step of the graph over one set of ports."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._built_in = rebuttal.BuiltInWriter(deps.playbooks)

    async def load(self, state: State) -> Changes:
        """Read the dispute afresh at Stripe: the event only says that something happened."""
        dispute = await self._deps.stripe.dispute(state.dispute_id, account=state.account)
        step = self._step("load", f"{dispute.reason}, {money.write(dispute.money)}, {dispute.status}")
        return saved(step, dispute=dispute, verdict=None, route=None, packet=None, rebuttal=None, assessment=None)

    async def evidence(self, state: State) -> Changes:
        """Ask every source at once, and have read what people wrote."""
        case, deps, meter = state.case(), self._deps, self._meter(state)
        found = await evidence.gather(
            case.dispute, self._playbook(case), deps.sources, known=deps.policy.facts(), limits=deps.policy.sources
        )
        read = await reader.read(case.model_copy(update={"evidence": found}), deps.reader, meter=meter)
        step = self._step("evidence", f"{len(read.facts)} facts, {len(read.gaps)} gaps")
        return saved(step, used=meter.used, evidence=read)

    async def classifier(self, state: State) -> Changes:
        """Assess what is claimed and how well the evidence answers it."""
        case, meter = state.case(), self._meter(state)
        assessed = classifier.assess(case.dispute, case.evidence, self._playbook(case))
        advised = await analyst.advise(assessed, case, self._deps.analyst, meter=meter)
        step = self._step("classifier", f"confidence {advised.confidence:.2f} (uncalibrated)")
        return saved(step, used=meter.used, assessment=advised)

    async def rebuttal(self, state: State) -> Changes:
        """Write the letter and lay out the packet."""
        case, meter = state.case(), self._meter(state)
        letter = await rebuttal.write(case, self._deps.writer, self._built_in, meter=meter)
        built = assembly.build(case, letter, self._playbook(case))
        printed = await rendering.lay_out(self._deps, case.dispute, built)
        step = self._step("rebuttal", " ".join([f"{len(letter.claims)} claims by {letter.writer}", *printed.left_out]))
        return saved(step, used=meter.used, rebuttal=letter, packet=printed)

    async def router(self, state: State) -> Changes:
        """Route the case: file, wait for a person, accept or record."""
        automation = await self._deps.automation.read()
        route = router.route(state.case(), self._deps.policy, self._deps.now(), automation=automation)
        return saved(self._step("router", f"{route.action} {route.queue}".strip()), route=route)

    async def stage(self, state: State, config: RunnableConfig) -> Changes:
        """Stage the packet at Stripe without submitting it."""
        case = state.case()
        try:
            staged = await filing.stage(self._deps, case.dispute, _packet(case), fence=_fence(config))
        except AskHuman as asked:
            return self._held(state, "stage", asked)
        return saved(self._step("stage", filing.tell(_packet(case), staged)), packet=staged)

    async def submit(self, state: State, config: RunnableConfig) -> Changes:
        """Submit the staged packet, once."""
        case = state.case()
        try:
            order = filing.FilingOrder(fence=_fence(config), automatic=state.verdict is None)
            sent = await filing.submit(self._deps, case.dispute, _packet(case), order)
        except AskHuman as asked:
            return self._held(state, "submit", asked)
        return saved(self._step("submit", sent.status), dispute=sent)

    async def accept(self, state: State, config: RunnableConfig) -> Changes:
        """Accept the loss at Stripe."""
        case = state.case()
        try:
            order = filing.FilingOrder(fence=_fence(config), automatic=state.verdict is None)
            closed = await filing.close(self._deps, case.dispute, order)
        except AskHuman as asked:
            return self._held(state, "accept", asked)
        note = "refund it in full: an inquiry cannot be closed" if closed.stage == "inquiry" else closed.status
        return saved(self._step("accept", note), dispute=closed)

    async def announce(self, state: State, config: RunnableConfig) -> Changes:
        """Save the case as waiting and put its messages into the outbox."""
        step = self._step("announce", state.route.queue if state.route else "")
        await booking.announce(self._deps, state, step, fence=_fence(config))
        return saved(step)

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
            return saved(self._step("review", f"not carried out: {' '.join(problems)}"), verdict=None)
        changed = verdict.apply(case, decided)
        step = self._step(
            "review", f"{decided.decision} by {decided.by}" + (f": {decided.note}" if decided.note else "")
        )
        return saved(step, verdict=decided, rebuttal=changed.rebuttal, packet=changed.packet)

    async def record_outcome(self, state: State, config: RunnableConfig) -> Changes:
        """Save how the run ended, with its ledger entry and messages."""
        ending = await booking.end(self._deps, state)
        step = self._step("record_outcome", ending)
        await booking.record_outcome(self._deps, state, (step, ending), fence=_fence(config))
        return saved(step)

    def _playbook(self, case: Case) -> Playbook:
        return self._deps.playbooks.of(case.dispute.reason)

    def _meter(self, state: State) -> Meter:
        return Meter(self._deps.policy.model, state.usage)

    def _step(self, step: str, note: str = "") -> HistoryStep:
        return HistoryStep(step=step, at=self._deps.now(), note=note)

    def _held(self, state: State, step: str, asked: AskHuman) -> Changes:
        """Route a filing that could not go on into a case for a person."""
        before = state.route or Route(action="review")
        queue = self._deps.policy.person_queue
        route = before.model_copy(update={"action": "review", "queue": queue, "reasons": (str(asked), *before.reasons)})
        return saved(self._step(step, str(asked)), route=route, verdict=None)


def _packet(case: Case) -> Packet:
    if case.packet is None:
        raise Invalid(f"The case {case.dispute.id} has no packet.")
    return case.packet


def _fence(config: RunnableConfig) -> int | None:
    fence = config.get("configurable", {}).get("fence")
    return fence if isinstance(fence, int) else None


def _problems(state: State) -> tuple[str, ...]:
    last = next((step for step in reversed(state.history) if step.step != "announce"), None)
    return (last.note,) if last and last.step == "review" else ()
