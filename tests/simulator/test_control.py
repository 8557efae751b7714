"""The control routes under `/_sim`, and the command."""

import asyncio
import json
import signal
import sys

import httpx
import pytest

from simulator.__main__ import main
from tests.simulator.harness import SDK_WARNING, a_dispute, an_inquiry, simulated

pytestmark = SDK_WARNING


async def test_counts_tell_requests_by_route():
    async with simulated(a_dispute()) as simulator:
        for _ in range(3):
            await simulator.sdk().v1.disputes.retrieve_async("du_1")
        counts = (await simulator.control.get("/_sim/counts")).json()
        assert counts["by_route"] == {"GET /v1/disputes/{id}": 3}
        assert (counts["requests"], counts["uploads"]) == (3, 0)
        assert counts["disputes"]["du_1"] == {
            "submissions": 0,
            "stagings": 0,
            "closes": 0,
            "statuses": ["needs_response"],
        }


async def test_objects_can_enter_silently():
    async with simulated() as simulator:
        await simulator.add_objects(a_dispute(), silent="1")
        await simulator.add_objects(a_dispute(id="du_2"))
        events = (await simulator.sdk().v1.events.list_async()).data
        assert [event.data.object["id"] for event in events] == ["du_2"]


async def test_an_object_without_an_id_is_refused():
    async with simulated() as simulator:
        answer = await simulator.control.post("/_sim/objects", json={"objects": [{"object": "dispute"}]})
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("won", ["charge.dispute.funds_reinstated", "charge.dispute.closed"]),
        ("lost", ["charge.dispute.closed"]),
        ("warning_closed", ["charge.dispute.closed"]),
        ("needs_response", ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]),
        ("warning_under_review", ["charge.dispute.updated"]),
    ],
)
async def test_setting_a_status_sends_the_events_that_belong_to_it(status, events):
    async with simulated(an_inquiry()) as simulator:
        changed = await simulator.post("/disputes/du_1/set", {"status": status, "due_by": 4_102_444_799})
        assert changed["status"] == status
        assert changed["evidence_details"]["due_by"] == 4_102_444_799
        assert await simulator.event_types() == ["charge.dispute.created", *events]


async def test_a_silent_change_sends_nothing():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/disputes/du_1/set", {"status": "lost"}, silent="1")
        assert (await simulator.sdk().v1.disputes.retrieve_async("du_1")).status == "lost"
        assert await simulator.event_types() == ["charge.dispute.created"]


async def test_scenarios_take_turns_and_say_their_right_way():
    async with simulated() as simulator:
        played = (await simulator.post("/scenarios", {"count": 5}))["disputes"]
        assert len({dispute["id"] for dispute in played}) == len(played) >= 5
        assert len({dispute["scenario"] for dispute in played}) == 5
        assert all(dispute["route"] and "queue" in dispute for dispute in played)
        for dispute in played:
            assert (await simulator.sdk().v1.disputes.retrieve_async(dispute["id"])).id == dispute["id"]


async def test_an_unknown_scenario_is_a_404():
    async with simulated() as simulator:
        assert (await simulator.control.post("/_sim/scenarios", json={"name": "nothing"})).status_code == 404


@pytest.mark.process
async def test_the_program_plays_a_world_and_ends_at_sigterm(tmp_path):
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"objects": [a_dispute()]}))
    arguments = ["-m", "simulator", "--port", "0", "--world", str(world), "--secret", "whsec_x"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode().strip()
    assert line.startswith("simulator listening on http://127.0.0.1:")
    async with httpx.AsyncClient(base_url=line.split()[-1], trust_env=False) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/v1/disputes/du_1", headers={"Authorization": "Bearer sk_test_1"})
        assert answer.json()["id"] == "du_1"
    process.send_signal(signal.SIGTERM)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.parametrize("content", ["[]", "not json", '{"objects": [{"id": "du_1"}]}'])
def test_a_world_file_that_is_none_stops_the_start_with_one_sentence(tmp_path, capsys, content):
    world = tmp_path / "world.json"
    world.write_text(content)
    assert main(["--world", str(world)]) == 2
    assert capsys.readouterr().err.startswith("simulator: ")
