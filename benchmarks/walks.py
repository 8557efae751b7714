"""Which files a reader opens to follow the data, traced over a real run: `python -m benchmarks.walks`.

1. A webhook, from its bytes to the 200: every file of which a function runs while the app answers.
2. A dispute, from its job to the submission: the files on the way from the job into the graph, and every file of which
   a function runs in the node that submits.
3. A fact, from the source's answer to the sentence: the files whose functions take or return the fact, a list of facts
   with it, or evidence or a case with it, in the Stripe source, the evidence agent and the author of letters.

Not counted: data types and errors, and what parsing a dispute into its type runs.
"""

import asyncio
import hmac
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import httpx
from sqlalchemy import TypeDecorator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create
from benchmarks.processes import SECRET, simulated
from benchmarks.processes import settings as environment
from benchmarks.table import show
from disputes.case import Case
from disputes.evidence import Evidence, Fact
from graph.wiring import settings
from graph.wiring.deps import Deps, utc
from graph.wiring.runtime import Runtime, open_runtime
from jobs.worker import worker
from simulator.scenarios import SCENARIOS

ROOT = Path(__file__).parents[1]
PACKAGES = frozenset(("api", "jobs", "graph", "agents", "tools", "disputes"))
MOST = 8
SCENARIO, KIND = "not_received_delivered", "delivered_at"
TYPE_PARSER = str(ROOT / "disputes" / "dispute.py")
SUBMITS = "FilingNodes.submit"
CARRIES = frozenset(("StripeSource.gather", "Nodes.evidence", "Author.plan"))


@dataclass
class Walk:
    """The files of one walk in the order in which they are entered, each with the functions that ran."""

    files: dict[str, list[CodeType]] = field(default_factory=dict)

    def enter(self, code: CodeType) -> None:
        """Note a function, if it is ours."""
        path = Path(code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PACKAGES:
            seen = self.files.setdefault(str(path.relative_to(ROOT)), [])
            if code not in seen:
                seen.append(code)

    def counted(self) -> list[str]:
        """Return the files in which more than data types and errors ran."""
        return [file for file, codes in self.files.items() if not all(_is_type(file, code) for code in codes)]


@dataclass
class Inside:
    """Whether the innermost of some functions is running; a coroutine that waits is not."""

    names: frozenset[str]
    depth: int = 0

    def watch(self, frame: FrameType, event: str) -> None:
        """Follow calls and returns."""
        if frame.f_code.co_qualname in self.names and event in {"call", "return"}:
            self.depth += 1 if event == "call" else -1


def _is_type(file: str, code: CodeType) -> bool:
    module = sys.modules.get(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    owner = getattr(module, code.co_qualname.split(".")[0], None)
    errors = isinstance(owner, type) and issubclass(owner, (Exception, TypeDecorator))
    return code.co_name == "<module>" or hasattr(owner, "model_fields") or errors


@contextmanager
def traced(watch: Callable[[FrameType, str, object], None]) -> Iterator[None]:
    """Call `watch` with every call and return of this thread."""
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)


async def webhook(deps: Deps, dispute_id: str) -> Walk:
    """Post one signed event to the app and note what runs until it is answered."""
    walk = Walk()
    app = create(_opener(deps), now=utc)
    async with app.router.lifespan_context(app):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(_until_answered(app)), base_url="http://walk")
        body = json.dumps(_event(dispute_id)).encode()
        with traced(lambda frame, event, _: walk.enter(frame.f_code) if _counts(frame, event) else None):
            answer = await client.post("/webhooks/stripe", content=body, headers={"Stripe-Signature": _signed(body)})
        answer.raise_for_status()
    return walk


async def submission(runtime: Runtime, dispute_id: str) -> tuple[Walk, Walk]:
    """Work one job to its end; return the walk of the dispute to its submission and that of a fact to its sentence."""
    filed, fact = Walk(), Walk()
    submits, carries = Inside(frozenset((SUBMITS,))), Inside(CARRIES)
    into_graph: list[CodeType] = []

    def watch(frame: FrameType, event: str, value: object) -> None:
        submits.watch(frame, event)
        carries.watch(frame, event)
        if event == "call" and frame.f_code.co_name == "ainvoke" and not into_graph:
            into_graph.extend(_stack(frame))
        if submits.depth and _counts(frame, event):
            filed.enter(frame.f_code)
        if carries.depth and event in {"call", "return"} and _holds_fact(frame, event, value):
            fact.enter(frame.f_code)

    with traced(watch):
        await worker.handle(runtime, dispute_id, None, tries=1)
    way = Walk()
    for code in [*reversed(into_graph), *(code for codes in filed.files.values() for code in codes)]:
        way.enter(code)
    return way, fact


def _counts(frame: FrameType, event: str) -> bool:
    return event == "call" and not any(code.co_filename == TYPE_PARSER for code in _stack(frame))


def _stack(frame: FrameType | None) -> Iterator[CodeType]:
    while frame:
        yield frame.f_code
        frame = frame.f_back


def _holds_fact(frame: FrameType, event: str, value: object) -> bool:
    count = frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount
    names = frame.f_code.co_varnames[:count] if event == "call" else ()
    return _is_fact(value) or any(_is_fact(frame.f_locals.get(name)) for name in names)


def _is_fact(value: object) -> bool:
    value = vars(value).get("evidence") if isinstance(value, Case) else value
    if isinstance(value, Evidence):
        return any(fact.kind == KIND for fact in vars(value).get("facts", ()))
    if isinstance(value, list | tuple):
        return any(_is_fact(one) for one in value if isinstance(one, Fact))
    return isinstance(value, Fact) and vars(value).get("kind") == KIND


def _until_answered(app: ASGIApp) -> ASGIApp:
    async def traced_app(scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                sys.setprofile(None)

        await app(scope, receive, watched)

    return traced_app


def _opener(deps: Deps) -> Callable[[], Any]:
    class Open:
        async def __aenter__(self) -> Deps:
            return deps

        async def __aexit__(self, *_: object) -> None:
            return None

    return Open


def _event(dispute_id: str) -> dict[str, Any]:
    about = {"object": {"id": dispute_id, "object": "dispute"}}
    kind = {"object": "event", "type": "charge.dispute.created", "livemode": False}
    return {"id": f"evt_{dispute_id}", "created": int(time.time()), "data": about} | kind


def _signed(body: bytes) -> str:
    at = int(time.time())
    return f"t={at},v1={hmac.new(SECRET.encode(), f'{at}.'.encode() + body, sha256).hexdigest()}"


async def _happen(url: str) -> str:
    objects = SCENARIOS[SCENARIO].build(datetime.now(UTC), "walk")
    async with httpx.AsyncClient(base_url=url) as client:
        (await client.post("/_sim/objects", json={"objects": objects})).raise_for_status()
    return next(str(thing["id"]) for thing in objects if thing["object"] == "dispute")


async def walks() -> dict[str, Walk]:
    """Return the three walks by their titles."""
    with tempfile.TemporaryDirectory(prefix="rebut-walks-", ignore_cleanup_errors=True) as home:
        async with simulated() as url, open_runtime(settings.read(environment(home, url))) as runtime:
            dispute_id = await _happen(url)
            heard = await webhook(runtime.deps, dispute_id)
            filed, fact = await submission(runtime, dispute_id)
    return {
        "a webhook to its 200": heard,
        "a dispute to its submission": filed,
        "a fact to its sentence": fact,
    }


def main() -> None:
    """Trace and print."""
    for title, walk in asyncio.run(walks()).items():
        files = walk.counted()
        rows = [(str(number), file, ", ".join(_names(walk, file))) for number, file in enumerate(files, 1)]
        show(f"{title}: {len(files)} files", ("", "file", "what runs there"), rows)


def _names(walk: Walk, file: str) -> list[str]:
    return list(dict.fromkeys(code.co_qualname for code in walk.files[file] if not _is_type(file, code)))


if __name__ == "__main__":
    main()
