"""The steps. Each is glue: typed state in, one agent or one tool called, plain JSON out."""

from langgraph.types import interrupt
from pydantic import JsonValue

from agents import analyst, classifier, evidence, reader, rebuttal, router
from agents.rebuttal import Author
from agents.router import Circumstances
from disputes import money, siblings
from disputes.case import Case, Rebuttal
from disputes.errors import AskHuman, Invalid, Refused, TryAgain
from disputes.evidence import Evidence
from disputes.letter import verification
from disputes.lifecycle import SMART_DISPUTES, arrival, cautions, is_left_to_stripe, moves
from disputes.packet import assembly, forget_marks
from disputes.playbook import Playbook
from disputes.policy.model_budget import Meter
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.review import agent_inbox, verdict
from graph import booking, plans, rendering, second_writer, staging
from graph.filing import digest, filing_of, hold, is_handed_over
from graph.permission import answers, grants
from graph.permission.guard import StepContext
from graph.state import Changes, State
from graph.wiring.deps import Deps

NO_WORKER = "This run was started on LangGraph's server, where only a person files."

NO_SETTINGS = "This connected account has no settings: what its seller says and wants is not known."


class Nodes:
    """The steps over one set of ports, but for the calls that cannot be taken back, which are `graph.filing`'s."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def load(self, state: State, context: StepContext) -> Changes:
        """Begin a draft: the case is saved as being worked on, and the dispute is read afresh at Stripe.

        Nothing is taken over from the thread: the history and what models cost stand in the record.
        """
        deps = self._deps
        known = await deps.cases.find(state.dispute_id)
        if not context.by_worker:
            _check_rerun(known, context)
        why = [self._step("redraft", state.why)] if state.why else []
        begun, version = await booking.begin(deps, state, why, fence=context.fence)
        dispute = await deps.stripe.dispute(state.dispute_id, account=begun.account)
        # Before anything else can fail, so that people are called by its date.
        await plans.renew(deps, dispute, begun, fence=context.fence)
        await booking.settle_filings(deps, dispute)
        held = await second_writer.read_held(deps, dispute, begun.case)
        others = await second_writer.read_siblings(deps, dispute)
        await booking.tell_siblings(deps, dispute, others)
        # A run that a person starts on LangGraph's server files nothing, so it must not use the last chance up.
        last = await plans.find_last_chance(deps, dispute, begun.account) if context.by_worker else None
        caution = cautions.find(begun.history, await filing_of(deps, dispute, SMART_DISPUTES))
        fresh = State.begin(begun, version=version, caution=caution, last_chance=last)
        packet = arrival.held_packet(dispute) if arrival.is_answered(dispute) else None
        step = self._step("load", f"{dispute.reason}, {money.write(dispute.money)}, {dispute.status}")
        cleared = fresh.model_dump(mode="json", exclude={"dispute_id", "seal"})
        named = await second_writer.name_files(deps, dispute, held)
        beside: list[JsonValue] = [sibling.model_dump(mode="json") for sibling in others]
        return cleared | fresh.changes(step, dispute=dispute, held=named, siblings=beside, packet=packet)

    async def set_method(self, state: State, context: StepContext) -> Changes:
        """Have Stripe answer by itself only where the policy says so."""
        try:
            dispute = await staging.set_method(self._deps, state.case(), fence=context.fence)
        except Refused as no:
            return state.changes(self._step("set_method", f"Stripe refused it: {no}"))
        return state.changes(self._step("set_method", dispute.submission_method or "not offered"), dispute=dispute)

    async def evidence(self, state: State, _: StepContext) -> Changes:
        """Ask every source at once, and have read what people wrote."""
        case, deps, meter = state.case(), self._deps, self._meter(state)
        own = deps.account(state.account)
        known = own.policy.facts().plus(Evidence(facts=tuple(siblings.facts(case.dispute, case.siblings))))
        found = await evidence.gather(
            case.dispute,
            self._playbook(case),
            own.sources,
            initial=known,
            limits=own.policy.sources,
            now=deps.now(),
        )
        read = await reader.read(case.model_copy(update={"evidence": found}), deps.reader, meter=meter)
        step = self._step("evidence", f"{len(read.facts)} facts, {len(read.gaps)} gaps")
        return state.changes(step, used=meter.used, evidence=read)

    async def classifier(self, state: State, _: StepContext) -> Changes:
        """Assess what is claimed and how well the evidence answers it."""
        case, meter = state.case(), self._meter(state)
        assessed = classifier.assess(case.dispute, case.evidence, self._playbook(case))
        advised = await analyst.advise(assessed, case, self._deps.analyst, meter=meter)
        step = self._step("classifier", f"confidence {advised.confidence:.2f} (uncalibrated)")
        return state.changes(step, used=meter.used, assessment=advised)

    async def rebuttal(self, state: State, _: StepContext) -> Changes:
        """Write the letter and lay out the packet."""
        case, meter = state.case(), self._meter(state)
        writer = None if state.last_chance else self._deps.writer
        letter = await rebuttal.write(case, writer, await self._author(), meter=meter)
        built = assembly.build(case, letter, self._playbook(case))
        printed = await rendering.lay_out(self._deps, case.dispute, built)
        letter = letter.model_copy(update={"claims": forget_marks(letter.claims, built.sheets, printed.sheets)})
        step = self._step("rebuttal", " ".join([f"{len(letter.claims)} claims by {letter.writer}", *printed.left_out]))
        return state.changes(step, used=meter.used, rebuttal=letter, packet=printed)

    async def router(self, state: State, context: StepContext) -> Changes:
        """Route the case: file, wait for a person, accept or record."""
        deps, dispute = self._deps, state.case().dispute
        automation = await deps.automation.read(state.account)
        last = await plans.find_last_chance(deps, dispute, state.account) if state.last_chance else None
        handed_over = is_left_to_stripe(dispute) and await is_handed_over(deps, dispute)
        unsettled = state.account is not None and state.account not in deps.accounts
        author = await self._author()
        foreign = verification.find_foreign(state.rebuttal or Rebuttal(), state.case().evidence, author.templates)
        cautions = (
            state.caution,
            NO_SETTINGS if unsettled else "",
            "" if context.by_worker else NO_WORKER,
            next(foreign, ""),
        )
        route = router.route(
            state.case(),
            deps.account(state.account).policy,
            deps.now(),
            at=Circumstances(
                automation=automation,
                cautions=tuple(filter(None, cautions)),
                last_chance=last,
                handed_over=handed_over,
            ),
        )
        return state.changes(self._step("router", f"{route.action} {route.queue}".strip()), route=route)

    async def stage(self, state: State, context: StepContext) -> Changes:
        """Have the records permit the packet, stage it at Stripe without submitting it, and have them permit that."""
        deps, draft = self._deps, state.case().draft
        try:
            allowed = await grants.allowed_packet(deps, state)
            await grants.grant(deps, state, context, action="submit", digest=digest(allowed))
            staged = await staging.stage(deps, state.case(), allowed, fence=context.fence)
            await grants.grant(deps, state, context, action="submit", digest=digest(staged))
        except AskHuman as asked:
            return hold(deps, state, "stage", asked)
        return state.changes(self._step("stage", staging.describe(draft, staged)), packet=staged)

    async def announce(self, state: State, context: StepContext) -> Changes:
        """Save the case as waiting and put its messages into the outbox."""
        queue = state.route.queue if state.route else ""
        step = self._step("announce", queue)
        version = await booking.announce(self._deps, state, step, fence=context.fence)
        return state.changes(step, version=version, decided=None, verdict=None)

    async def review(self, state: State, context: StepContext) -> Changes:
        """Sleep until a person decides. It runs again on resume, so nothing else happens before the answer."""
        case = state.case()
        answer = interrupt(agent_inbox.build_request(case, tuple(state.problems)))
        try:
            decided = await answers.take(self._deps, state, answer, context)
        except (Invalid, TryAgain) as wrong:
            if context.by_worker and isinstance(wrong, TryAgain):
                raise
            return state.changes(problems=[str(wrong)], decided=None)
        if problems := verdict.check(case, decided):
            step = self._step("review", f"{moves.RETURNED}: {' '.join(problems)}")
            return state.changes(step, verdict=None, decided=decided.version, problems=list(problems))
        changed = verdict.apply(case, decided)
        return state.changes(
            booking.step_of(decided, self._deps.now()),
            verdict=decided,
            decided=decided.version,
            problems=[],
            rebuttal=changed.rebuttal,
            packet=changed.packet,
        )

    async def record_outcome(self, state: State, context: StepContext) -> Changes:
        """Save how the run ended, with its ledger entry and messages."""
        ending = await booking.end(self._deps, state)
        step = self._step("record_outcome", ending)
        version = await booking.record_outcome(self._deps, state, (step, ending), fence=context.fence)
        return state.changes(step, version=version, decided=None)

    async def _author(self) -> Author:
        """Return who writes letters, with the templates that are signed now."""
        deps = self._deps
        own = await deps.template_signatures.digests() if deps.templates.unsigned() else frozenset()
        return Author(deps.playbooks, deps.templates.with_signed(own))

    def _playbook(self, case: Case) -> Playbook:
        return self._deps.playbooks.of(case.dispute.reason)

    def _meter(self, state: State) -> Meter:
        return Meter(self._deps.account(state.account).policy.model, state.usage)

    def _step(self, step: str, note: str = "") -> HistoryStep:
        return HistoryStep(step=step, at=self._deps.now(), note=note)


def _check_rerun(known: CaseRecord | None, context: StepContext) -> None:
    """Raise `Invalid` where nobody who may is signed in, or the dispute is over: only a worker follows it then."""
    if context.user is None or not context.user.decides:
        raise Invalid("Only a signed-in reviewer starts a run here.")
    if known is not None and known.state in {"filed", "accepted", "closed"}:
        raise Invalid(f"This dispute is {known.state}; there is nothing to run again.")
