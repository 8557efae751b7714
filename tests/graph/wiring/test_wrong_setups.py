"""What doctor says of each wrong set-up, with real servers, and that the documents say the same."""

import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from graph.wiring import doctor
from tests.graph.wiring.setups import Databases
from tests.graph.wiring.wrong_setups import SETUPS, World, WrongSetup
from tools.embedded.servers import open_servers

PAGE = Path(__file__).parents[3] / "docs" / "doctor.md"
GOOD = {"STRIPE_SECRET_KEY": "sk_test_a", "STRIPE_WEBHOOK_SECRET": "whsec_a"}

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
async def databases(processes: None) -> AsyncIterator[Databases]:
    # pytest's own folders are closed to the user PostgreSQL runs as under root
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as home:
        async with open_servers(Path(home), wanted=("PostgreSQL",)) as servers:
            yield Databases(servers.database_url)


@pytest.fixture(scope="module")
async def standby(processes: None) -> AsyncIterator[str]:
    """A PostgreSQL that waits for a primary, as a standby does, and lets itself be read."""
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as home:
        async with open_servers(Path(home), wanted=("PostgreSQL",)):
            pass
        (Path(home) / "postgres" / "standby.signal").touch()
        async with open_servers(Path(home), wanted=("PostgreSQL",)) as servers:
            yield servers.database_url


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name.replace(" ", "-"))
async def test_doctor_says_what_is_wrong(setup: WrongSetup, databases: Databases, standby: str, tmp_path: Path):
    async with AsyncExitStack() as stack:
        world = World(stack, tmp_path, databases, standby)
        base = await world.stripe()
        environ = {"REBUT_HOME": str(tmp_path / "home"), **GOOD, **base, **await setup.make(world)}
        findings = await doctor.examine(environ)
    said = [finding for finding in findings if setup.says in finding.text]
    assert len(said) == 1, findings
    assert said[0].mark == ("PROBLEM" if setup.code else "NOTE   ")
    assert [finding for finding in findings if not finding.fine] == (said if setup.code else [])
    assert "hunter2" not in repr(findings)


def test_the_documents_have_the_same_table():
    rows = re.findall(r"^\| ([^|\n]+) \| (.+) \| ([01]) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [(name, says.replace("\\|", "|"), int(code)) for name, says, code in rows] == [
        (setup.name, setup.says.strip(), setup.code) for setup in SETUPS
    ]


def test_no_set_up_stands_twice():
    assert len({setup.name for setup in SETUPS}) == len(SETUPS) >= 23
