"""The command line itself: its help, its usage errors, and the simulator it starts."""

import signal
from pathlib import Path

import httpx
import pytest

from tests.jobs.children import Child, a_child, run, until

COMMANDS = [
    *"demo serve worker sweep drive packet reconcile messages plan last-chance report sources token".split(),
    *"erase doctor eval attack simulator".split(),
]


async def test_help_names_every_command(folder: Path):
    code, out, _ = await run("--help", folder=folder)
    assert code == 0
    assert all(f" {command} " in out for command in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("serve", "--port", "70000"),
        ("demo", "--disputes", "0"),
        ("drive",),
        ("drive", ""),
        ("packet",),
        ("erase",),
        ("eval", "--cases", "0"),
        ("drive", "du_1", "--parked"),
        ("drive", "--parked", "--account", "acct_1"),
    ],
)
async def test_what_no_command_takes_is_reported_with_status_2(arguments: tuple[str, ...], folder: Path):
    code, out, err = await run(*arguments, folder=folder)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert "Usage: rebut" in err


async def test_the_simulator_takes_a_free_port_answers_and_ends_with_its_command(folder: Path):
    async with a_child("simulator", "--port", "0", folder=folder) as child:
        url = await read_url(child)
        async with httpx.AsyncClient(base_url=url) as client:
            answer = await client.get("/_sim/counts")
            assert (answer.status_code, answer.json()["requests"]) == (200, 0)
        assert await child.end(signal.SIGTERM) == 0, child.err
        async with httpx.AsyncClient(base_url=url) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get("/_sim/counts")


async def test_the_simulator_says_what_is_wrong_with_its_arguments(folder: Path):
    code, out, err = await run("simulator", "--world", "nowhere.json", folder=folder)
    assert (code, out) == (2, "")
    assert err.startswith("simulator: ")
    assert "nowhere.json" in err


async def read_url(child: Child) -> str:
    await until(lambda: child.out or not child.process.is_alive(), child)
    assert child.out.startswith("simulator listening on "), child.err
    return child.out.split()[-1]
