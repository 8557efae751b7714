"""One stage for all stories, in an hour after the last of their disputes."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Stage
from tests.stories import playing


@pytest.fixture(scope="session")
async def theatre(processes: None) -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        async with playing.opened(Path(folder)) as stage:
            yield stage
