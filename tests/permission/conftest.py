"""A stage on which every case waits for a person, and how much of the whole table a run of the tests plays."""

import os
import zlib

import pytest

from tests.conftest import Stage

WHOLE = "WHOLE_TABLE"
"""Set, every way in is played against every act: `WHOLE_TABLE=1 pytest tests/permission -n 2`, about 20 minutes."""
SAMPLED = {"test_waiting.py": 16, "test_midway.py": 6, "test_ended.py": 8}
"""One in so many is played otherwise: always the same, chosen by their names."""


@pytest.fixture
def manual(stage: Stage) -> Stage:
    return stage.under(policy=stage.deps.policy.model_copy(update={"automatic": False}))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get(WHOLE):
        return
    left = [item for item in items if not _is_played(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if _is_played(item)]


def _is_played(item: pytest.Item) -> bool:
    """Controls are always played: without them the table could not fail."""
    share = SAMPLED.get(item.path.name, 1) if item.path.parent.name == "permission" else 1
    is_control = not any(
        word in item.name for word in ("way", "going", "pretending", "forg", "skipped", "again", "close")
    )
    return is_control or zlib.crc32(item.nodeid.encode()) % share == 0
