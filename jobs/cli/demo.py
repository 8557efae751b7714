"""The demo: plays disputes in the simulator against a real API and a real worker, and follows every case to rest."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import JsonValue

from disputes import policy
from disputes.errors import Invalid
from disputes.repositories.cases import AT_REST, CaseRecord
from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime, wipe
from graph.wiring.settings import Settings
from jobs.cli.server import RunningServer, open_server
from jobs.cli.simulator_process import open_simulator

SECRET = "whsec_demo"  # noqa: S105 - both ends of the demo share it
TOKEN = "demo-reviewer-token"  # noqa: S105 - lets the user into their own demo
KEY = "sk_test_demo"
INTERVAL = 0.25  # seconds between two disputes
PATIENCE = 60.0  # seconds without a change until the demo gives up
MAX_ERROR_TEXT = 200  # characters
LIVE = "It is a live dispute, and the demo has a test key: its webhook is refused."


@dataclass(frozen=True)
class DemoOptions:
    """The options of `rebut demo`."""

    disputes: int = 30
    world: Path | None = None
    policy: str = "default"
    home: Path = Path(".rebut/demo")


@dataclass
class Demo:
    """A running demo: its servers, the disputes that are `expected`, and their cases so far.

    `refused` says of a dispute why the simulator or the webhook does not take it.
    """

    url: str
    simulator: httpx.AsyncClient
    runtime: Runtime
    server: RunningServer
    expected: tuple[str, ...] = ()
    records: dict[str, CaseRecord] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Read every case anew that does not rest yet."""
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

    def explain(self, dispute_id: str) -> str:
        """Return why a dispute has not come to rest, as far as the demo knows."""
        record = self.records.get(dispute_id)
        return self.refused.get(dispute_id) or (record.error if record else "No webhook of it arrived.")

    async def submissions(self) -> dict[str, int]:
        """Ask the simulator how often each dispute's evidence reached the bank."""
        counts = (await self.simulator.get("/_sim/counts")).raise_for_status().json()["disputes"]
        return {dispute_id: int(counts.get(dispute_id, {}).get("submissions", 0)) for dispute_id in self.expected}


def check(options: DemoOptions) -> None:
    """Raise `Invalid` with one sentence when the demo cannot be played with these options."""
    policy.load(options.policy)
    if options.world is not None:
        read_world(options.world)


@asynccontextmanager
async def open_demo(options: DemoOptions) -> AsyncIterator[Demo]:
    """Start servers, simulator, API and worker with an empty database. Raises one sentence on what is wrong."""
    async with open_simulator(SECRET) as url, httpx.AsyncClient(base_url=url, timeout=30) as simulator:
        chosen = _build_settings(options, url)
        await wipe(chosen)
        async with open_runtime(chosen) as runtime, open_server(runtime, host="127.0.0.1", port=0) as server:
            webhook = {"webhook": f"{server.url}/webhooks/stripe", "secret": SECRET}
            (await simulator.post("/_sim/settings", json=webhook)).raise_for_status()
            yield Demo(url=url, simulator=simulator, runtime=runtime, server=server)


async def play(demo: Demo, options: DemoOptions) -> None:
    """Make the disputes happen one after another: the scenarios in turn, or those of a world file.

    Raises `Invalid` with one sentence when the file cannot be read or the simulator does not take what is in it.
    """
    if options.world is None:
        await _play_scenarios(demo, options.disputes)
    else:
        await _play_world(demo, options.world)


async def _play_scenarios(demo: Demo, count: int) -> None:
    body = {"name": None, "count": count, "interval": INTERVAL}
    answer = (await demo.simulator.post("/_sim/scenarios", json=body)).raise_for_status().json()
    demo.expected = tuple(row["id"] for row in answer["disputes"])


async def _play_world(demo: Demo, path: Path) -> None:
    objects = read_world(path)
    disputes = [item for item in objects if item["object"] == "dispute"]
    demo.expected = tuple(dict.fromkeys(str(dispute["id"]) for dispute in disputes))
    if error := await _post_objects(demo, [item for item in objects if item["object"] != "dispute"], silent=True):
        raise Invalid(f"The simulator does not take the world file {path.name}: {error}")
    for dispute in disputes:
        error = await _post_objects(demo, [dispute], silent=False)
        if error or dispute.get("livemode"):
            demo.refused[str(dispute["id"])] = error or LIVE
        await asyncio.sleep(INTERVAL)


async def _post_objects(demo: Demo, objects: list[dict[str, JsonValue]], *, silent: bool) -> str:
    """Post objects to the simulator and return why it does not take them, or an empty string."""
    answer = await demo.simulator.post("/_sim/objects", json={"objects": objects}, params={"silent": silent})
    return f"The simulator answered {answer.status_code}: {answer.text[:MAX_ERROR_TEXT]}" if answer.is_error else ""


async def summarize(demo: Demo) -> dict[str, object]:
    """Return the results as one JSON object; seconds run from the webhook to rest."""
    rows = [_build_row(demo, dispute_id) for dispute_id in demo.expected]
    states, counts = [row["state"] for row in rows], await demo.submissions()
    filed = [row for row in rows if row["state"] == "filed" or (row["state"] == "closed" and counts[str(row["id"])])]
    return {
        "disputes": rows,
        "filed": len(filed),
        "waiting": states.count("waiting"),
        "accepted": states.count("accepted"),
        "submissions": counts,
    }


def _build_row(demo: Demo, dispute_id: str) -> dict[str, object]:
    record = demo.records.get(dispute_id)
    without_record = "refused" if dispute_id in demo.refused else "unheard"
    case = record.case if record else None
    seconds = (record.rested_at - record.received_at).total_seconds() if record and record.rested_at else None
    return {
        "id": dispute_id,
        "reason": case.dispute.reason if case else None,
        "amount": case.dispute.amount if case else None,
        "currency": case.dispute.currency if case else None,
        "state": record.state if record else without_record,
        "queue": case.route.queue if case and case.route else None,
        "route": case.route.action if case and case.route else None,
        "seconds": round(seconds, 3) if seconds is not None else None,
    }


def _build_settings(options: DemoOptions, simulator: str) -> Settings:
    """Build settings that use nothing of the user's environment: a demo never touches a real account or database."""
    environ = {
        "REBUT_HOME": str(options.home),
        "REBUT_POLICY": options.policy,
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": simulator,
        "REBUT_API_TOKENS": f"demo:reviewer:{TOKEN}",
    }
    return settings.read(environ)


def read_world(path: Path) -> list[dict[str, JsonValue]]:
    """Read the objects of a world file. Raises `Invalid` with one sentence on what is wrong with it."""
    try:
        world = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Invalid(f"The world file {path.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The world file {path.name} is not JSON: {error}.") from error
    objects = world.get("objects") if isinstance(world, dict) else None
    if not isinstance(objects, list) or not all(_is_stripe_object(item) for item in objects):
        raise Invalid(
            f'The world file {path.name} is not {{"objects": [...]}}, each as Stripe returns it, with object and id.'
        )
    return objects


def _is_stripe_object(item: object) -> bool:
    values = (item.get("object"), item.get("id")) if isinstance(item, dict) else ()
    return bool(values) and all(isinstance(value, str) and value for value in values)
