"""Secret numbers planted at every door are nowhere afterwards: not kept, logged, prompted, traced or filed."""

import asyncio
import json
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from api.app import create
from disputes.repositories.cases import CaseRecord
from graph.build import build
from graph.run import Runner
from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime
from jobs.worker.sweep import sweep
from jobs.worker.worker import handle
from simulator.scenarios import SCENARIOS
from tests import traces
from tests.api.builders import an_event, if_match, payload, signed
from tests.attack.planted import Plants
from tests.conftest import SECRET, TOKEN
from tests.context import held
from tests.model_server import Answer, ModelServer, answers, chooses, model_server
from tests.tools.attachments.merchant_files import a_pdf, a_picture, changed
from tests.tools.sources.shops import ORDER, Shop, a_shop, a_vendor, json_reply

LISTENED = ("not_received_delivered", "fraud_mid", "general_unclear")
FREE = "4242424242424243"  # of no card: the last digit is wrong
TEXTS = ("description", "name", "customer_message", "carrier", "product_description", "uncategorized_text", "title")


@dataclass
class Scene:
    """A whole Rebut with planted surroundings, and all that came of it."""

    runtime: Runtime
    simulator: httpx.AsyncClient
    api: httpx.AsyncClient
    plants: Plants
    server: ModelServer
    mine: Path
    spans: InMemorySpanExporter
    logs: list[Any] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
async def scene(simulator: httpx.AsyncClient) -> AsyncIterator[Scene]:
    """Play the disputes to rest once; every test greps what is left."""
    plants = Plants()
    # pytest's own folders are closed to the user PostgreSQL runs as under root.
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        home, mine = opened(Path(folder))
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(model_server(lambda body: told(plants, body)))
            given = settings.read(configured(simulator, home, mine, server))
            runtime = await stack.enter_async_context(held(open_runtime(given)))
            shop = await stack.enter_async_context(a_vendor_shop(runtime, plants))
            ours = over(runtime, shop.source)
            app = create(NotImplemented, now=ours.deps.now)
            app.state.deps = ours.deps
            web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rebut")
            api = await stack.enter_async_context(web)
            whole = Scene(ours, simulator, api, plants, server, mine, watched())
            await played(whole)
            yield whole


def opened(folder: Path) -> tuple[Path, Path]:
    folder.chmod(0o755)
    (folder / "mine").mkdir()
    return folder / "home", folder / "mine"


def a_vendor_shop(runtime: Runtime, plants: Plants) -> AbstractAsyncContextManager[Shop]:
    vendor = a_vendor({**ORDER, "facts": {"carrier": "carrier", "customer_message": "note"}})
    shipped = {"carrier": plants.text("vendor answer"), "note": plants.text("vendor note")}
    body = {**shipped, "cvv": "9100", "accountNumber": "00123454321", "unused": plants.text("vendor unused")}
    plants.places |= {"cvv9100": "vendor code", "00123454321": "vendor account"}
    return a_shop(vendor, lambda _: json_reply(body), storage=runtime.deps.storage)


def configured(simulator: httpx.AsyncClient, home: Path, mine: Path, server: ModelServer) -> dict[str, str]:
    return {
        "REBUT_HOME": str(home),
        "STRIPE_SECRET_KEY": "sk_test_tests",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": str(simulator.base_url).rstrip("/"),
        "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN}",
        "OPENAI_BASE_URL": server.url,
        "REBUT_MODEL": "small",
        "SOURCES__FILES__FOLDER": str(mine),
    }


def over(runtime: Runtime, source: Any) -> Runtime:
    saver: Any = runtime.runner.graph.checkpointer
    deps = replace(runtime.deps, sources=(*runtime.deps.sources, source))
    return replace(runtime, deps=deps, runner=Runner(build(deps, saver), deps))


def watched() -> InMemorySpanExporter:
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


def told(plants: Plants, body: dict[str, Any]) -> Answer | None:
    """Answer with secrets of the model's own, beside a letter that may be filed."""
    asked = body["messages"][0]["content"].split(",")[0]
    said = plants.text(f"model answer {len(plants.markers)}") if len(plants.markers) < 60 else "no more"
    if asked != "# rebuttal":
        quote = {"kind": "customer_message", "text": said, "fact": "customer_message"}
        return answers({"quotes": [quote], "claim": said, "sub_reason": said, "admits": [quote], "answer": said})(body)
    return chooses(said, phrasings={said: 1}, draft=[("delivery", f"[It is so: {said}](paid_at).")])(body)


async def played(scene: Scene) -> None:
    library = logging.Handler()
    library.emit = lambda record: scene.logs.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(library)
    with capture_logs() as events:
        for scenario in LISTENED:
            await _play(scene, scenario)
        await sweep(scene.runtime.deps)
    logging.getLogger().removeHandler(library)
    scene.logs += events


async def _play(scene: Scene, scenario: str) -> None:
    objects = SCENARIOS[scenario].build(datetime.now(UTC), f"priv{scenario[:4]}")
    planted = [_strewn(thing, scene.plants, f"stripe {scenario} {thing['object']}") for thing in objects]
    (await scene.simulator.post("/_sim/objects", json={"objects": planted})).raise_for_status()
    dispute = next(thing for thing in planted if thing["object"] == "dispute")
    _file_away(scene, dispute["id"])
    await _ring(scene, dispute)
    await handle(scene.runtime, dispute["id"], None, tries=1)
    await _review(scene, dispute["id"])


def _strewn(thing: Any, plants: Plants, where: str) -> Any:
    """Plant in each text that people may fill in."""
    if isinstance(thing, list):
        return [_strewn(one, plants, where) for one in thing]
    if not isinstance(thing, dict):
        return thing
    grown = {name: _strewn(value, plants, f"{where}.{name}") for name, value in thing.items()}
    for name, value in thing.items():
        free = name in TEXTS and (isinstance(value, str) or (value is None and where.endswith("evidence")))
        if free and f"{where}.{name}" not in plants.markers and len(plants.markers) < 90:
            grown[name] = f"{value or 'Goods'} {plants.text(f'{where}.{name}')}"
    if where.endswith("charge.metadata"):
        grown |= {"customer_message": plants.text(f"{where}.message"), "note": f"free {FREE}"}
    if where.endswith("charge"):
        grown["description"] = f"{grown['description']} {FREE}"
    return grown


def _file_away(scene: Scene, dispute_id: str) -> None:
    place = scene.mine / dispute_id / "service_documentation"
    place.mkdir(parents=True)
    said = scene.plants.text
    (place / f"{said(f'{dispute_id} file name')}.jpg").write_bytes(a_picture("JPEG"))
    # Groups of digits in lines of their own are cells of a table, and no card.
    (place / "chat.txt").write_text(said(f"{dispute_id} text file").replace("; ", "\n"))
    (place / "page.pdf").write_bytes(a_pdf(said(f"{dispute_id} page")))
    subject = said(f"{dispute_id} metadata")
    (place / "meta.pdf").write_bytes(changed(a_pdf(), lambda writer: writer.add_metadata({"/Subject": subject})))
    (place / "clean.pdf").write_bytes(a_pdf(f"Nothing but {FREE}"))


async def _ring(scene: Scene, dispute: dict[str, Any]) -> None:
    whole = {**dispute, "note": scene.plants.text(f"webhook {dispute['id']}")}
    event = an_event(f"evt_{dispute['id']}", data={"object": whole}, created=int(datetime.now(UTC).timestamp()))
    body = payload(event)
    headers = signed(body, secret=SECRET, at=datetime.now(UTC))
    answer = await scene.api.post("/webhooks/stripe", content=body, headers=headers)
    assert answer.status_code == 200
    scene.answers.append(answer.text)


async def _review(scene: Scene, dispute_id: str) -> None:
    """Send the reviewer's secrets: in a letter that is refused, in a note that is kept, in a field that is filed."""
    entry = await look(scene, dispute_id)
    if entry.state != "waiting":
        return
    said = scene.plants.text
    letter = {"claims": [{"text": said(f"{dispute_id} verdict letter"), "facts": [said(f"{dispute_id} verdict fact")]}]}
    fields = {"uncategorized_text": said(f"{dispute_id} verdict field")}
    theirs = {one.field: "replace" for one in entry.case.held.theirs} if entry.case else {}
    for ruling in (
        {"decision": "edit", "letter": letter},
        {"decision": said(f"{dispute_id} decision")},
        {"decision": "edit", "fields": fields, "theirs": theirs, "note": said(f"{dispute_id} verdict note")},
        {"decision": "approve", "theirs": theirs, "note": said(f"{dispute_id} second note")},
        {"decision": "reject", "note": said(f"{dispute_id} third note")},
    ):
        url = f"/disputes/{dispute_id}/verdict"
        answer = await scene.api.post(url, json=ruling, headers=if_match(entry.version, TOKEN))
        scene.answers.append(answer.text)
    await handle(scene.runtime, dispute_id, None, tries=1)
    shown = await scene.api.get(f"/disputes/{dispute_id}", headers=if_match(1, TOKEN))
    scene.answers.append(shown.text)


async def look(scene: Scene, dispute_id: str) -> CaseRecord:
    entry = await scene.runtime.deps.cases.find(dispute_id)
    assert entry
    return entry


async def records(scene: Scene) -> list[CaseRecord]:
    page = await scene.runtime.deps.cases.page(limit=50)
    return [await look(scene, entry.dispute_id) for entry in page.records]


async def filed(scene: Scene) -> AsyncIterator[str]:
    """Return what the simulator was sent: each text that we wrote, each file."""
    for entry in await records(scene):
        assert entry.case
        assert entry.case.packet
        for file in entry.case.packet.files:
            if file.file:
                content = await scene.simulator.get(f"/_sim/files/{file.file}")
                yield traces.pdf_text(content.raise_for_status().content)
        if entry.state == "filed":
            key = {"Authorization": "Bearer sk_test_tests"}
            there = (await scene.simulator.get(f"/v1/disputes/{entry.dispute_id}", headers=key)).json()["evidence"]
            yield json.dumps({name: there[name] for name in entry.case.packet.fields})


async def everything(scene: Scene) -> list[tuple[str, str]]:
    spans = [("span", span.to_json()) for span in scene.spans.get_finished_spans()]
    left = [one async for one in traces.read_postgres(scene.runtime)]
    left += [one async for one in traces.read_redis(scene.runtime)]
    left += await asyncio.to_thread(lambda: list(traces.read_files(scene.runtime.home / "files")))
    left += [("prompt", json.dumps(asked, ensure_ascii=False)) for asked in scene.server.asked]
    left += [("log", repr(line)) for line in scene.logs] + [("answer", said) for said in scene.answers]
    return left + spans + [("filed", said) async for said in filed(scene)]


async def test_no_secret_is_left_anywhere(scene: Scene):
    hits = {(place, where) for place, said in await everything(scene) for where in scene.plants.found(said)}
    assert hits == set()


async def test_no_file_of_the_home_holds_a_secret_not_even_the_servers_own(scene: Scene):
    needles = [needle.encode() for needle in scene.plants.places]
    for path in scene.runtime.home.rglob("*"):
        data = await asyncio.to_thread(path.read_bytes) if path.is_file() else b""
        assert [needle for needle in needles if needle in data] == [], path.name


async def test_the_grep_finds_what_may_be_kept_so_it_would_find_the_rest(scene: Scene):
    places = {place.partition(":")[0] for place, said in await everything(scene) if FREE in said}
    assert places >= {"postgres", "redis", "prompt", "file", "filed", "answer"}
    reached = {where for _, said in await everything(scene) for where in scene.plants.reached(said)}
    doors = ("stripe", "vendor", "model answer", "verdict note", "file name", "text file")
    assert [door for door in doors if not any(door in where for where in reached)] == []


async def test_every_dispute_came_to_rest_and_one_was_filed(scene: Scene):
    states = [entry.state for entry in await records(scene)]
    assert len(states) == len(LISTENED)
    assert set(states) <= {"filed", "waiting", "rejected"}
    assert "filed" in states
    assert [span.name for span in scene.spans.get_finished_spans()].count("chat small") >= len(LISTENED)


async def test_files_with_secrets_are_told_by_kind_alone(scene: Scene):
    gaps = [gap.why for entry in await records(scene) if entry.case for gap in entry.case.evidence.gaps]
    assert any(why.startswith("page.pdf shows a") for why in gaps)
    assert any(why.startswith("meta.pdf shows a") for why in gaps)


def test_a_plant_is_found_however_it_is_written():
    plants = Plants()
    said = plants.text("here")
    assert plants.found(said) == plants.found(said.upper().replace(" ", "\n")) == {"here"}
    assert plants.found("nothing") == set()
    assert plants.reached(said) == {"here"}
