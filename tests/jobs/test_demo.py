"""The demo as a visitor runs it."""

import asyncio
import json
import os
import re
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from disputes.repositories.cases import AT_REST
from simulator.scenarios import world_file
from tests.jobs.children import a_child, run, until
from tests.tools.embedded.homes import alive

FIELDS = {"id", "reason", "amount", "currency", "state", "queue", "route", "seconds"}
BROKEN = {
    "not JSON": "{",
    "a list": "[]",
    "no objects": '{"things": []}',
    "objects of another kind": '{"objects": ["du_1"]}',
    "an object without its id": '{"objects": [{"object": "dispute"}]}',
    "an object without its kind": '{"objects": [{"id": "du_1"}]}',
    "an id that is a number": '{"objects": [{"object": "dispute", "id": 1}]}',
    "bytes": "\ufffe\x00",
}


async def test_with_an_empty_environment_every_dispute_comes_to_rest(folder: Path):
    code, out = await newcomer("demo", "--json", "--disputes", "8", home=folder / "home")
    summary = json.loads(out)
    assert code == 0
    assert set(summary) == {"disputes", "filed", "waiting", "accepted", "submissions"}
    assert len(summary["disputes"]) == len(summary["submissions"]) == 8
    for row in summary["disputes"]:
        assert set(row) == FIELDS
        assert row["state"] in AT_REST
        assert row["seconds"] >= 0
    assert summary["filed"] > 0
    assert summary["waiting"] > 0
    assert set(summary["submissions"].values()) == {0, 1}
    assert sum(summary["submissions"].values()) == summary["filed"]
    assert alive(folder / "home" / "demo") == set()


async def test_a_world_with_oddities_ends_and_says_what_did_not_come_to_rest(folder: Path):
    objects = world_file(("not_received_delivered", "not_received_unshipped"), datetime.now(UTC))["objects"]
    dispute = next(item for item in objects if item["object"] == "dispute")
    live = {**dispute, "id": "du_live", "livemode": True}
    bare: dict[str, Any] = {"object": "dispute", "id": "du_bare"}
    odd = {**dispute, "id": "du_odd", "amount": "a lot", "charge": None}
    (folder / "world.json").write_text(json.dumps({"objects": [*objects, live, bare, odd]}))
    code, out, err = await run("demo", "--json", "--world", str(folder / "world.json"), folder=folder)
    assert out, err
    states = {row["id"]: row["state"] for row in json.loads(out)["disputes"]}
    assert len(states) == 5
    assert sorted(states.values())[:1] == ["filed"]
    assert states["du_bare"] == "waiting", "what Stripe always sends is completed; the rest is for a person"
    assert (states["du_live"], states["du_odd"]) == ("refused", "parked")
    assert code == 1
    assert all(f"{name} has not come to rest. " in err for name in ("du_live", "du_odd"))
    assert "du_bare has not come to rest" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
async def test_a_broken_world_is_one_sentence_before_anything_starts(content: str, folder: Path):
    (folder / "world.json").write_text(content)
    code, out, err = await run("demo", "--world", str(folder / "world.json"), folder=folder)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("The world file world.json ")
    assert len(err.splitlines()) <= 2
    assert not (folder / "home").exists()


async def test_a_missing_world_and_an_unknown_policy_are_one_sentence(folder: Path):
    code, _, err = await run("demo", "--world", "nowhere.json", folder=folder)
    assert (code, "nowhere.json cannot be read: No such file" in err) == (1, True)
    code, _, err = await run("demo", "--policy", "reckless", folder=folder)
    assert (code, "reckless" in err, "Traceback" in err) == (1, True, False)


async def test_prints_what_was_filed_what_waits_and_one_letter(folder: Path):
    code, out, err = await run("demo", "--disputes", "5", "--policy", "autopilot", folder=folder)
    assert (code, "Traceback" in err) == (0, False)
    for words in (
        "Filed",
        "Waiting for a person: ",
        "Nothing to answer: 1",
        "The letter filed for ",
        "no dispute twice",
    ):
        assert words in out
    assert re.search(r"Webhook to rest: p50 \d+\.\d\d s, p95 \d+\.\d\d s, 5 disputes", out)


async def test_the_user_may_end_it_and_all_that_it_started(folder: Path):
    async with a_child("demo", "--disputes", "500", folder=folder) as child:  # it must not end by itself first
        await until(lambda: len(alive(folder / "home" / "demo")) == 2, child)
        assert await child.end(signal.SIGINT) == 130, (child.out, child.err)
        assert alive(folder / "home" / "demo") == set()
        assert "Traceback" not in child.err


async def test_kept_up_it_serves_its_user_until_it_is_stopped(folder: Path):
    async with a_child("demo", "--disputes", "1", "--keep", folder=folder) as child:
        await child.wait_for_line("Ctrl+C ends it.")
        assert "token demo-reviewer-token" in child.err
        assert await child.end(signal.SIGTERM) == 0, child.err
    assert alive(folder / "home" / "demo") == set()


async def newcomer(*arguments: str, home: Path) -> tuple[int | None, str]:
    """Run the installed command as a newcomer does, with nothing in the environment."""
    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("rebut")), *arguments),
        env={"PATH": os.environ["PATH"], "REBUT_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()
