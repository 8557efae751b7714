"""Answers of real systems, held against what a careful person reads in them.

They were gathered from public fixtures and documentation by somebody who had not seen the sources, and only shapes and
facts are theirs: people, places and messages are replaced. Each file says where it is from, in `adapted` what was added
so that a server could give it, and in `overruled` what its author expected and is not told, with the reason.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from disputes.evidence import Evidence, Fact, build_fact, render
from disputes.money import Money
from tests.builders import a_dispute
from tests.tools.sources.recording import NOON, VENDORS, load_recording
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder, vendor_server
from tools import storage
from tools.sources.http_json.source import HttpJsonSource

FOLDER = Path(__file__).parents[2] / "recordings" / "real"
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
FEWEST = 15


def answer(case: dict[str, Any]) -> Responder:
    """Answer each route by its path, else by the address that its vendor documents; `then` from the second time on."""
    asked: dict[int, int] = {}

    def respond(call: ReceivedCall) -> Reply:
        route = _find_route(case["routes"], call.path)
        if route is None:
            return Reply(200, b'{"access_token": "token-of-a-login"}') if call.path == "/login" else Reply(404, b"{}")
        again = asked[id(route)] = asked.get(id(route), 0) + 1
        body = route["then"] if again > 1 and "then" in route else route["body"]
        return Reply(route["status"], b"" if body is None else json.dumps(body).encode(), route.get("headers", {}))

    return respond


def _find_route(routes: list[dict[str, Any]], path: str) -> dict[str, Any] | None:
    fits = [route for route in routes if route["path"] == path]
    fits += [route for route in routes if path.endswith(route["path"])]
    fits += [route for route in routes if route.get("documented_path", "").partition("?")[0].endswith(path)]
    return next(iter([*fits, *(route for route in routes if route["path"] == "*")]), None)


async def ask(case: dict[str, Any], folder: Path) -> Evidence:
    vendor = VENDORS[case["vendor"]]
    options = vendor.accept(load_recording(vendor.name)["options"]) or {}
    known = tuple(build_fact(kind, value, "stripe") for kind, value in case["known"].items())
    async with vendor_server(answer(case)) as server:
        files = storage.in_folder(folder)
        source = HttpJsonSource(vendor, options, now=lambda: NOON, seconds=5, base=server.url, storage=files)
        try:
            return await source.gather(a_dispute(), Evidence(facts=known))
        finally:
            await source.aclose()


def shown(fact: Fact) -> str:
    return f"{fact.value.amount} {fact.value.currency}" if isinstance(fact.value, Money) else str(fact.value)


def is_told(expected: Any, told: list[str]) -> bool:
    """Check a value, or a least count of them where a person may read several ways."""
    if isinstance(expected, int) and not isinstance(expected, bool):
        return len(told) >= expected
    if isinstance(expected, dict):
        return f"{expected['amount']} {expected['currency']}" in told
    return all(str(each) in told for each in (expected if isinstance(expected, list) else [expected]))


@pytest.mark.parametrize("name", sorted(CASES))
async def test_a_real_answer_is_read_as_a_person_reads_it(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = await ask(case, tmp_path)
    told = {kind: [shown(fact) for fact in found.of(kind)] for kind in case["expect"]}
    assert {kind: told[kind] for kind, value in case["expect"].items() if not is_told(value, told[kind])} == {}
    assert [fact.kind for fact in found.facts if fact.kind in case.get("forbid", [])] == []
    others = [render(fact) for fact in found.facts for value in case.get("forbid_value", []) if value in shown(fact)]
    assert others == []


def test_there_are_enough_of_them_and_a_file_that_was_held_against_one_says_so() -> None:
    assert len(CASES) >= FEWEST
    held = {case["vendor"] for case in CASES.values()}
    assert {name for name, vendor in VENDORS.items() if vendor.checked} == held


def test_nobody_real_is_in_them() -> None:
    written = "".join(json.dumps(case["routes"]) for case in CASES.values())
    assert {host.lower() for host in re.findall(r"[\w.+-]+@(?:[\w-]+\.)*([\w-]+\.\w+)", written)} <= {"example.com"}
