"""A test that starts a process says so, and is kept out of the quick lane."""

import asyncio
import os
import subprocess
import sys

import pytest

TRUE = (sys.executable, "-c", "")


async def test_a_test_without_the_mark_may_start_no_process():
    with pytest.raises(pytest.fail.Exception, match="is not marked `process`"):
        subprocess.run(TRUE, check=True)  # noqa: ASYNC221, S603 - never runs
    with pytest.raises(pytest.fail.Exception, match="is not marked `process`"):
        await asyncio.create_subprocess_exec(*TRUE)
    with pytest.raises(pytest.fail.Exception, match="is not marked `process`"):
        os.fork()
    with pytest.raises(pytest.fail.Exception, match="is not marked `process`"):
        os.system("true")  # noqa: ASYNC221, S605, S607 - the same


@pytest.fixture
def server(processes: None) -> None:
    """Starts nothing, and stands for one that does."""


def test_a_test_of_a_fixture_that_starts_a_process_is_marked(server: None, request: pytest.FixtureRequest):
    assert request.node.get_closest_marker("process")


@pytest.mark.process
def test_a_marked_test_may_start_one():
    subprocess.run(TRUE, check=True)  # noqa: S603 - our own Python
