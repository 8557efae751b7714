"""The demo: a world of disputes, the real endpoint, the real worker, and what became of each."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import JsonValue

from disputes import policy
from disputes.errors import DisputeError, Invalid
from disputes.repositories.cases import AT_REST, CaseRecord
from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime, wipe
from graph.wiring.settings import Settings
from jobs.cli.serve import Listening, listening

SECRET = "whsec_demo_only_never_a_real_secret"  # noqa: S105 - both ends of the demo share it
TOKEN = "demo-reviewer-token"  # noqa: S105 - lets the visitor into their own demo
KEY = "sk_test_demo"
INTERVAL = 0.25
PATIENCE = 60.0
TOLD = 200
LIVE = "It is a live dispute, and the demo has a test key: its webhook is refused."


@dataclass(frozen=True)
class DemoOptions:
    """What the visitor asked for."""

    disputes: int = 30
    world: Path | None = None
    policy: str = "default"
    home: Path = Path(".rebut/demo")


@dataclass
class Demo:
    """A demo under way: where things are, what is expected, and what has come so far."""

    url: str
    simulator: httpx.AsyncClient
    runtime: Runtime
    listening: Listening
    expected: tuple[str, ...] = ()
    records: dict[str, CaseRecord] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    async def look(self) -> None:
        """Read afresh every case that does not rest yet."""
        for dispute_id in self.unsettled:
            if record := await self.runtime.deps.cases.find(dispute_id):
                self.records[dispute_id] = record

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The disputes that have not come to rest."""
        return tuple(d for d in self.expected if d not in self.records or self.records[d].state not in AT_REST)

    @property
    def pending(self) -> tuple[str, ...]:
        """The unsettled disputes that may still come to rest by themselves."""
        return tuple(
            d
            for d in self.unsettled
            if d not in self.refused and (d not in self.records or self.records[d].state != "parked")
        )

    def why(self, dispute_id: str) -> str:
        """Say why a dispute has not come to rest, as far as anybody knows."""
        record = self.records.get(dispute_id)
        return self.refused.get(dispute_id) or (record.error if record else "No webhook of it was heard.")

    async def submissions(self) -> dict[str, int]:
        """Ask the simulator how often each dispute's evidence reached the bank."""
        counts = (await self.simulator.get("/_sim/counts")).raise_for_status().json()["disputes"]
        return {dispute_id: int(counts.get(dispute_id, {}).get("submissions", 0)) for dispute_id in self.expected}


def check(wish: DemoOptions) -> None:
    """Raise `Invalid` with one sentence when the wish cannot be granted."""
    policy.load(wish.policy)
    if wish.world is not None:
        read_world(wish.world)


@asynccontextmanager
async def open_scene(wish: DemoOptions) -> AsyncIterator[Demo]:
    """Start everything on empty records: servers, simulator, API, worker. Raises one sentence on what is wrong."""
    async with _simulator() as url, httpx.AsyncClient(base_url=url, timeout=30) as simulator:
        chosen = _settings(wish, url)
        await wipe(chosen)
        async with open_runtime(chosen) as runtime, listening(runtime, host="127.0.0.1", port=0) as served:
            hook = {"webhook": f"{served.url}/webhooks/stripe", "secret": SECRET}
            (await simulator.post("/_sim/settings", json=hook)).raise_for_status()
            yield Demo(url=url, simulator=simulator, runtime=runtime, listening=served)


async def begin(scene: Demo, wish: DemoOptions) -> None:
    """Let the disputes happen one after another: the scenarios in turn, or those of a world file.

    Raises `Invalid` with one sentence when the file cannot be read or the simulator does not take what is in it.
    """
    if wish.world is None:
        ask = {"name": None, "count": wish.disputes, "interval": INTERVAL}
        answer = (await scene.simulator.post("/_sim/scenarios", json=ask)).raise_for_status().json()
        scene.expected = tuple(row["id"] for row in answer["disputes"])
        return
    objects = read_world(wish.world)
    disputes = [thing for thing in objects if thing["object"] == "dispute"]
    scene.expected = tuple(dict.fromkeys(str(dispute["id"]) for dispute in disputes))
    if wrong := await _enter(scene, [thing for thing in objects if thing["object"] != "dispute"], silent=True):
        raise Invalid(f"The simulator does not take the world file {wish.world.name}: {wrong}")
    for dispute in disputes:
        await _happen(scene, dispute)
        await asyncio.sleep(INTERVAL)


async def _happen(scene: Demo, dispute: dict[str, JsonValue]) -> None:
    wrong = await _enter(scene, [dispute], silent=False)
    if wrong or dispute.get("livemode"):
        scene.refused[str(dispute["id"])] = wrong or LIVE


async def _enter(scene: Demo, objects: list[dict[str, JsonValue]], *, silent: bool) -> str:
    """Hand objects to the simulator; gives why it does not take them, or nothing."""
    answer = await scene.simulator.post("/_sim/objects", json={"objects": objects}, params={"silent": silent})
    return f"The simulator answered {answer.status_code}: {answer.text[:TOLD]}" if answer.is_error else ""


async def summary(scene: Demo) -> dict[str, object]:
    """Give the outcome as one JSON object; seconds run from the webhook to rest."""
    rows = [_row(scene, dispute_id) for dispute_id in scene.expected]
    states, counts = [row["state"] for row in rows], await scene.submissions()
    sent = [row for row in rows if row["state"] == "filed" or (row["state"] == "closed" and counts[str(row["id"])])]
    return {
        "disputes": rows,
        "filed": len(sent),
        "waiting": states.count("waiting"),
        "accepted": states.count("accepted"),
        "submissions": counts,
    }


def _row(scene: Demo, dispute_id: str) -> dict[str, object]:
    record = scene.records.get(dispute_id)
    unheard = "refused" if dispute_id in scene.refused else "unheard"
    case = record.case if record else None
    seconds = (record.rested_at - record.received_at).total_seconds() if record and record.rested_at else None
    return {
        "id": dispute_id,
        "reason": case.dispute.reason if case else None,
        "amount": case.dispute.amount if case else None,
        "currency": case.dispute.currency if case else None,
        "state": record.state if record else unheard,
        "queue": case.route.queue if case and case.route else None,
        "route": case.route.action if case and case.route else None,
        "seconds": round(seconds, 3) if seconds is not None else None,
    }


def _settings(wish: DemoOptions, simulator: str) -> Settings:
    """Use nothing of the visitor's environment: a demo never touches a real account or database."""
    given = {
        "REBUT_HOME": str(wish.home),
        "REBUT_POLICY": wish.policy,
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": simulator,
        "REBUT_API_TOKENS": f"demo:reviewer:{TOKEN}",
    }
    return settings.read(given)


def read_world(path: Path) -> list[dict[str, JsonValue]]:
    """Read the objects of a world file. Raises `Invalid` with one sentence on what is wrong with it."""
    try:
        world = json.loads(path.read_text("utf-8"))
    except OSError as wrong:
        raise Invalid(f"The world file {path.name} cannot be read: {wrong.strerror}.") from wrong
    except (ValueError, RecursionError) as wrong:
        raise Invalid(f"The world file {path.name} is not JSON: {wrong}.") from wrong
    objects = world.get("objects") if isinstance(world, dict) else None
    if not isinstance(objects, list) or not all(_named(thing) for thing in objects):
        raise Invalid(
            f'The world file {path.name} is not {{"objects": [...]}}, each as Stripe returns it, with object and id.'
        )
    return objects


def _named(thing: object) -> bool:
    names = (thing.get("object"), thing.get("id")) if isinstance(thing, dict) else ()
    return bool(names) and all(isinstance(name, str) and name for name in names)


@asynccontextmanager
async def _simulator() -> AsyncIterator[str]:
    """Start the simulator as a process of its own on a free port, and end it."""
    args = ("-m", "simulator", "--port", "0", "--webhook", "http://127.0.0.1:9/", "--secret", SECRET)
    pipe, silence = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        sys.executable, *args, stdout=pipe, stderr=silence, start_new_session=True
    )
    try:
        yield await _address(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    first = await process.stdout.readline() if process.stdout else b""
    url = first.decode().strip().rpartition(" ")[2]
    if not url.startswith("http://"):
        raise DisputeError("The simulator did not start; run `rebut simulator --port 4242` to see why.")
    return url
