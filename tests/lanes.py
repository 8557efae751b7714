"""Two lanes of tests: those that start a process are marked `process`, and no other test may start one.

A fixture that starts a process requests the fixture `processes`, and every test that uses it is marked. A test that
starts one by itself is marked where it stands. The guard holds in every run, so that no mark can be forgotten.
"""

import platform
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "tests.fork"})
"""Audit events of a process that starts; tests/jobs/children.py raises `tests.fork` since a fork server raises none."""


class Guard:
    """Fails the test under way as soon as it starts a process without being marked for it."""

    def __init__(self) -> None:
        self.test: str | None = None

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.test and event in STARTS:
            pytest.fail(f"{self.test} starts a process {arguments[:2]} and is not marked `process`: see tests/lanes.py")

    @contextmanager
    def over(self, item: pytest.Item) -> Generator[None]:
        self.test = None if item.get_closest_marker("process") else item.nodeid
        try:
            yield
        finally:
            self.test = None


# Clients of OpenAI and Stripe name the processor, for which Python runs `uname -p` once and keeps the answer.
platform.processor()

guard = Guard()
sys.addaudithook(guard)


@pytest.fixture(scope="session")
def processes() -> None:
    """Requested by every fixture that starts a process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "processes" in getattr(item, "fixturenames", ()):
            item.add_marker("process")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    with guard.over(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    with guard.over(item):
        yield
