"""A folder, a simulator and the settings for the tests that start real processes."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.jobs.children import a_shop, clear, configured


@pytest.fixture
def folder(processes: None) -> Iterator[Path]:
    yield from open_folder()


@pytest.fixture(scope="module")
def a_folder(processes: None) -> Iterator[Path]:
    """The same, for all tests of a file."""
    yield from open_folder()


def open_folder() -> Iterator[Path]:
    """Not tmp_path: pytest shuts that folder for other users, and as root another user runs PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="rebut-jobs-"))
    folder.chmod(0o755)
    yield folder
    for home in (folder / "home", folder / "home" / "demo"):
        clear(home)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def shop(processes: None) -> AsyncIterator[httpx.AsyncClient]:
    async with a_shop() as client:
        yield client


@pytest.fixture
async def environ(shop: httpx.AsyncClient, folder: Path) -> AsyncIterator[dict[str, str]]:
    """What a Rebut needs to answer this shop; afterwards the shop's webhooks go nowhere again."""
    yield configured(shop, folder / "home")
    (await shop.post("/_sim/settings", json={"webhook": "http://127.0.0.1:9/"})).raise_for_status()
