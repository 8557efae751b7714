"""Stand-ins for the repositories of plans, choices for the last chance, and cards, kept in memory."""

from dataclasses import dataclass
from typing import Any

from disputes.errors import Invalid
from disputes.lifecycle import plan as planning
from disputes.lifecycle import plan_change
from disputes.lifecycle.plan import Plan, Timer
from disputes.repositories.cases import DECIDED
from disputes.repositories.last_chances import StoredChoice
from disputes.repositories.plans import DueTimers


@dataclass
class FakePlans:
    database: Any

    async def find(self, dispute_id):
        self.database.reach()
        plan = self.database.plans.get(dispute_id)
        if plan is None:
            return None
        ours = self.database.timers.of(dispute_id, plan.round).values()
        return plan.model_copy(update={"timers": tuple(sorted(ours, key=lambda one: (one.at, one.name)))})

    async def write(self, plan: Plan, *, fence):
        self.database.reach()
        self.database.check(plan.dispute_id, fence)
        old = self.database.plans.get(plan.dispute_id)
        kept = {"claimed_by", "claimed_at", "contacted_at"} if old else set()
        same = old and (old.stage, old.claim) == (plan.stage, plan.claim)
        kept |= {"choice", "chosen_by"} if same else set()
        self._rearm(self.database.now())
        stands = {name: getattr(old, name) for name in kept}
        self.database.plans[plan.dispute_id] = plan.model_copy(update=stands)
        self.database.end_timers(plan.dispute_id, lambda round_: round_ != "", but=plan.round)
        known = self.database.timers.of(plan.dispute_id, plan.round)
        for timer in plan.timers:
            if timer.name not in known:
                self.database.timers.put(plan.dispute_id, plan.round, timer)

    async def due(self, now, *, limit=100):
        self.database.reach()
        self._rearm(now)
        found: dict[tuple[str, str], list[str]] = {}
        for dispute_id, round_, timer in self.database.timers.unfired(now):
            if self._is_ready(dispute_id, now):
                found.setdefault((dispute_id, round_), []).append(timer.name)
        early = [one for one in self.database.past_due() if self._is_early(one, now)]
        rows = [*found.items(), *(((one, ""), ()) for one in early)]
        return [self._build(key, names, now) for key, names in rows[:limit]]

    async def fire(self, due: DueTimers, *, messages=(), event=None):
        self.database.reach()
        timers, now = self.database.timers.of(due.dispute_id, due.round), self.database.now()
        unfired = [name for name in due.names if name in timers and timers[name].fired_at is None]
        unfired = [name for name in unfired if timers[name].at <= due.until]
        as_found = self._is_ready if due.names else self._is_early
        if len(unfired) != len(due.names) or not as_found(due.dispute_id, now):
            return False
        for name in due.names:
            self.database.timers.put(due.dispute_id, due.round, timers[name].model_copy(update={"fired_at": now}))
        for message in messages:
            self.database.put(message)
        if event is not None:
            self.database.store(event)
        return True

    async def retry(self, dispute_id, at):
        self.database.reach()
        timer = Timer(name=f"{planning.RETRY}:{at:%Y%m%dT%H%M%S}", at=at)
        if timer.name not in self.database.timers.of(dispute_id, ""):
            self.database.timers.put(dispute_id, "", timer)

    async def hasten(self):
        self.database.reach()
        now = self.database.now()
        for dispute_id, round_, timer in list(self.database.timers.unfired()):
            if not round_ and timer.at > now:
                self.database.timers.put(dispute_id, round_, timer.model_copy(update={"at": now}))

    async def claim(self, dispute_id, *, by):
        self.database.reach()
        plan, now = self._plan(dispute_id), self.database.now()
        changes = {"claimed_by": by, "claimed_at": now if by else None}
        contacted = plan.contacted_at or (now if by else None)
        self.database.plans[dispute_id] = plan.model_copy(update={**changes, "contacted_at": contacted})

    async def change(self, dispute_id, change, *, by):
        self.database.reach()
        plan, now = self._plan(dispute_id), self.database.now()
        known, timers = self.database.timers.of(dispute_id, plan.round), self.database.timers
        for name in change.times:
            if name not in known or known[name].fired_at:
                raise Invalid(f"The plan has no {name.replace('_', ' ')} that is still to come.")
        for name, at in change.times.items():
            timers.put(dispute_id, plan.round, Timer(name=name, at=at, by=by))
        if last := change.times.get(planning.LAST_CHANCE):
            self._renew_calls(plan, last)
        chosen = {"choice": change.choice, "chosen_by": by} if change.choice else {}
        changes = {**chosen, "contacted_at": plan.contacted_at or now}
        self.database.plans[dispute_id] = plan.model_copy(update=changes)
        step = plan_change.describe(change.choice, change.times, by=by, now=now)
        self.database.change(dispute_id, step, version=(self.database.version(dispute_id) or 0) + 1)

    def _renew_calls(self, plan, last):
        timers, ours = self.database.timers, (plan.dispute_id, plan.round)
        for name, timer in timers.of(*ours).items():
            if planning.kind_of(name) == planning.CALL and not timer.fired_at:
                timers.end(*ours, name)
        kept = timers.of(*ours)
        for timer in planning.calls(last, plan.due_by):
            if timer.name not in kept:
                timers.put(*ours, timer)

    def _plan(self, dispute_id):
        if dispute_id not in self.database.plans:
            raise Invalid(f"There is no plan for the dispute {dispute_id}: it is not waiting.")
        return self.database.plans[dispute_id]

    def _is_early(self, dispute_id, now):
        record = self.database.cases.get(dispute_id)
        past = record is not None and (record.outcome, record.state) == ("past_due", "recorded")
        return past and record.case.dispute.due_by > now

    def _rearm(self, now):
        for dispute_id, round_, timer in self.database.timers.fired(now + planning.SKEW):
            self.database.timers.put(dispute_id, round_, timer.model_copy(update={"fired_at": None}))

    def _build(self, key, names, now):
        dispute_id, round_ = key
        account = self.database.cases[dispute_id].account
        return DueTimers(dispute_id=dispute_id, round=round_, account=account, names=tuple(names), until=now)

    def _is_ready(self, dispute_id, now):
        record = self.database.cases.get(dispute_id)
        if record is None or record.state in DECIDED:
            return False
        return record.state != "working" or record.updated_at <= now - planning.STUCK


@dataclass
class FakeLastChances:
    database: Any

    async def find(self, account, lane):
        self.database.reach()
        return self.database.last_chances.get((account or "", lane))

    async def store(self, account, lane, choice, *, by):
        self.database.reach()
        key = (account or "", lane)
        self.database.last_chances.pop(key, None)
        if choice is not None:
            stored = StoredChoice(account=key[0], lane=lane, choice=choice, by=by, at=self.database.now())
            self.database.last_chances[key] = stored

    async def all(self):
        self.database.reach()
        return [self.database.last_chances[key] for key in sorted(self.database.last_chances)]


@dataclass
class FakeCards:
    database: Any

    async def find(self, board, key):
        self.database.reach()
        return self.database.cards.get((board, key))

    async def keep(self, board, key, remote_id):
        self.database.reach()
        self.database.cards[board, key] = remote_id
