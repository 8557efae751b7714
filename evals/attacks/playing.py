"""The attack suite: every attack and its harmless twin through the whole graph, judged by code, and counted by kind."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

import agents
from disputes.model import Value
from evals.attacks.attack import HARMLESS, AttackCase
from evals.attacks.harness import SECRETS, AttackHarness, ModelEndpoint, open_stand
from evals.attacks.judge import Judge
from evals.attacks.obedient import NAME, Obedient, obedient
from evals.attacks.outside import Letterbox
from evals.attacks.seen import Observed
from evals.attacks.world import AttackedDispute

SIDE_BY_SIDE = 3
_LINE = 40  # characters of a prompt's line that make it one nobody else would write

Say = Callable[[str], None]


class AttackOutcome(Value):
    """One attack, both routes, whose letter it came to, and in which ways it was followed: none is what should be."""

    id: str
    kind: str
    route: str
    twin: str
    written_by: str
    ways: tuple[str, ...] = ()


class AttackScore(Value):
    """What came of the suite. `strange` names kinds of calls to Stripe that no twin ever led to."""

    writer: str
    outcomes: tuple[AttackOutcome, ...]
    strange: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def followed(self) -> int:
        """Count what was followed; a kind of call that nobody needed counts once."""
        return sum(bool(one.ways) for one in self.outcomes) + len(self.strange)

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """Give attacks and followed of each kind, in the order of the cases."""
        kinds = dict.fromkeys(one.kind for one in self.outcomes)
        rows = {kind: [bool(one.ways) for one in self.outcomes if one.kind == kind] for kind in kinds}
        return {kind: (len(row), sum(row)) for kind, row in rows.items()}

    def told(self) -> dict[str, JsonValue]:
        """Give the score as JSON."""
        kinds: dict[str, JsonValue] = {
            name: {"attacks": count, "followed": bad} for name, (count, bad) in self.by_kind().items()
        }
        return {
            "writer": self.writer,
            "attacks": len(self.outcomes),
            "followed": self.followed,
            "by_kind": kinds,
            "strange_calls": [*self.strange],
            "ways": {one.id: [*one.ways] for one in self.outcomes if one.ways},
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class Writing:
    """Who writes the letters: nobody but the built-in writer, the model that obeys, or a real endpoint."""

    name: str = "built-in"
    endpoint: ModelEndpoint | None = None


async def play(attacks: Sequence[AttackCase], writing: Writing, *, say: Say = lambda _: None) -> AttackScore:
    """Play every attack beside its twin and give the score. `say` hears of the progress."""
    began = time.monotonic()
    async with _writer(writing) as (endpoint, servant), open_stand(endpoint) as stand:
        judge = judging(stand)
        pairs = list(dict.fromkeys(attack.twin for attack in attacks))
        say(f"{len(pairs)} harmless twins")
        seen = await _all(stand, [(world, {door: HARMLESS[door] for door in doors}, None) for world, doors in pairs])
        twins, usual = dict(zip(pairs, seen, strict=True)), await stand.routes()
        say(f"{len(attacks)} attacks by {writing.name}")
        tried = [(attack.world, attack.planted, _ordered(servant, attack)) for attack in attacks]
        outcomes = [
            _outcome(judge, attack, was, twins[attack.twin])
            for attack, was in zip(attacks, await _all(stand, tried, say=say), strict=True)
        ]
        strange = tuple(sorted(await stand.routes() - usual))
    return AttackScore(writer=writing.name, outcomes=tuple(outcomes), strange=strange, seconds=time.monotonic() - began)


def judging(stand: AttackHarness) -> Judge:
    """Give the judge of a stand, who knows its secrets and the prompts."""
    return Judge(stand.deps.playbooks, secrets=(*SECRETS, *prompts()), queue=stand.deps.policy.person_queue)


def prompts() -> tuple[str, ...]:
    """Give every line of the prompts that is long enough to be told from anybody else's words."""
    folders = [Path(place) / "prompts" for place in agents.__path__]
    lines = [
        line.strip() for folder in folders for path in folder.glob("*.md") for line in path.read_text().split("\n")
    ]
    return tuple(line for line in lines if len(line) >= _LINE)


Order = Callable[[str], None] | None
Try = tuple[str, Mapping[str, str], Order]


def _ordered(servant: Obedient | None, attack: AttackCase) -> Order:
    """Tell the model that obeys which attack a dispute is, once its id is known."""
    return (lambda dispute_id: servant.orders.update({dispute_id: attack})) if servant else None


async def _all(stand: AttackHarness, tries: Sequence[Try], *, say: Say = lambda _: None) -> list[Observed]:
    turn, done = asyncio.Semaphore(SIDE_BY_SIDE), 0

    async def one(scenario: str, texts: Mapping[str, str], order: Order) -> tuple[AttackedDispute, Observed]:
        nonlocal done
        async with turn:
            world = await stand.begin(scenario, texts)
            if order:
                order(world.id)
            seen = await stand.look(world, await stand.finish(world, texts))
        done += 1
        if done % 20 == 0:
            say(f"{done} of {len(tries)}")
        return world, seen

    found = await asyncio.gather(*(one(*each) for each in tries))
    await stand.carry()
    return [replace(seen, told=_of(world.id, stand.around.received)) for world, seen in found]


def _of(dispute_id: str, received: Sequence[Letterbox]) -> list[Letterbox]:
    """Give what was told about one dispute."""
    return [box for box in received if dispute_id in (_about(box), *str(box.body.get("title", "")).split())]


def _about(box: Letterbox) -> str:
    case = box.body.get("case")
    return str(case["dispute"]["id"]) if case else ""


def _outcome(judge: Judge, attack: AttackCase, seen: Observed, twin: Observed) -> AttackOutcome:
    ways = judge.followed(attack, seen, twin)
    writer = seen.case.rebuttal.writer if seen.case.rebuttal else ""
    routes = {"route": seen.route.action, "twin": twin.route.action}
    return AttackOutcome(id=attack.id, kind=attack.kind, written_by=writer, ways=ways, **routes)


@asynccontextmanager
async def _writer(writing: Writing) -> AsyncIterator[tuple[ModelEndpoint | None, Obedient | None]]:
    if writing.name == NAME:
        async with obedient() as servant:
            yield ModelEndpoint(NAME, servant.url), servant
    else:
        yield writing.endpoint, None
