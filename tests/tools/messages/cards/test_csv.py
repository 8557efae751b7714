"""Rows of a CSV file, in a folder and in a bucket."""

import fcntl
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from disputes.errors import Invalid, Refused, TryAgain
from tests.fakes import NOON
from tests.tools.bucket import Bucket
from tests.tools.messages.cards.desks import FILES, a_card, a_desk
from tests.tools.sources.recording import never_answers
from tests.tools.sources.vendor_server import vendor_server
from tools.messages.cards import catalog

every_place = pytest.mark.parametrize("name", FILES)


@every_place
async def test_no_cell_is_a_formula_wherever_the_file_is_opened(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        for n, begin in enumerate(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=")):  # noqa: RUF001
            words = f'{begin}HYPERLINK("https://evil.example.com")'
            fields = ("title", "summary", "reason", "queue", "due", "countdown", "claimed_by")
            await desk.board.write(a_card(key=f"du_{n}", **dict.fromkeys(fields, words)), known=None)
        cells = [cell for row in desk.tool.rows() for cell in row if cell]
        assert len(cells) > 100
        assert not [cell for cell in cells if cell[0] in "=+-@\t\r\n＝＋－＠"]  # noqa: RUF001


@every_place
async def test_columns_and_rows_that_people_added_stay(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        heading, row = desk.tool.data.decode("utf-8-sig").splitlines()
        desk.tool.data = f"Owner,{heading}\r\nAda,{row}\r\nBob\r\n".encode()
        await desk.board.write(a_card(countdown="1 day"), known=None)
        rows = desk.tool.rows()
        assert [cells[:2] for cells in rows] == [["Owner", "Key"], ["Ada", "du_1AbC"], ["Bob", ""]]
        assert "1 day" in rows[1]


@every_place
@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"Key;State;Title\r\n", b"name,price\n1,2\n", b'Key,"State\n', b"\n", b"\x00"]
)
async def test_a_file_that_is_none_of_ours_is_left_as_it_is(name: str, data: bytes, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.data = data
        with pytest.raises(Refused, match=r"CARDS__CSV__FILE.*it was left as it is"):
            await desk.board.write(a_card(), known=None)
        assert desk.tool.data == data


@every_place
async def test_letters_of_every_script_come_back_in_a_spreadsheet(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        await desk.board.write(a_card(summary="Zoë zahlte nicht 💳 שלום"), known=None)
        assert desk.tool.data.startswith(b"\xef\xbb\xbf")
        assert desk.tool.rows()[1][3] == "Zoë zahlte nicht 💳 שלום"


async def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    async with a_desk("csv", tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        before = desk.tool.path.stat().st_ino
        await desk.board.write(a_card(countdown="1 day"), known=None)
        assert desk.tool.path.stat().st_ino != before  # another file was put in its place
        assert desk.tool.beside() == ["cards.csv"]


async def test_a_folder_that_another_process_writes_to_is_tried_again(tmp_path: Path) -> None:
    async with a_desk("csv", tmp_path) as desk:
        descriptor = os.open(tmp_path, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(TryAgain, match="Another process"):
            await desk.board.write(a_card(), known=None)
        os.close(descriptor)
        assert await desk.board.write(a_card(), known=None)


async def test_a_folder_that_is_gone_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    async with a_desk("csv", tmp_path / "shared") as desk:
        shutil.rmtree(tmp_path / "shared")
        with pytest.raises(Refused, match="CARDS__CSV__FILE"):
            await desk.board.write(a_card(), known=None)


async def test_a_folder_that_was_never_there_stops_start_up(tmp_path: Path) -> None:
    accepted = catalog.accept({"csv": {"file": str(tmp_path / "none" / "cards.csv")}})
    with pytest.raises(Invalid, match="CARDS__CSV__FILE is wrong: there is no such folder"):
        async with catalog.open_boards(accepted, now=lambda: NOON, seconds=1):
            pass


@pytest.mark.parametrize(("status", "error"), [(403, Refused), (500, TryAgain), (503, TryAgain)])
async def test_a_bucket_that_fails_is_tried_again_and_one_that_refuses_is_named(
    status: int, error: type[Exception], tmp_path: Path
) -> None:
    async with a_desk("bucket", tmp_path) as desk:
        desk.tool.bucket.status = status
        with pytest.raises(error, match="CSV file") as raised:
            await desk.board.write(a_card(), known=None)
        assert not [secret for secret in desk.secrets if secret in str(raised.value)]


@dataclass
class ConditionalBucket(Bucket):
    """A bucket that keeps versions, and refuses to overwrite one that the writer has not read."""

    versions: dict[str, int] = field(default_factory=dict)
    meanwhile: bytes = b""

    def _answer(self, scope: Any, body: bytes) -> tuple[int, bytes]:
        headers, path = dict(scope["headers"]), scope["path"]
        if scope["method"] == "PUT" and self.meanwhile:
            self.objects[path], self.meanwhile = self.meanwhile, b""
            return 412, b"<Error><Code>PreconditionFailed</Code></Error>"
        if scope["method"] == "PUT":
            assert headers.get(b"if-match") == b'"1"' if path in self.objects else headers[b"if-none-match"] == b"*"
        answer: tuple[int, bytes] = super()._answer(scope, body)
        return answer


async def test_a_row_that_another_worker_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    async with ConditionalBucket().serve() as bucket:
        given = {
            "file": "s3://papers/cards.csv",
            "endpoint": bucket.url,
            "access_key_id": "i",
            "secret_access_key": "s",
        }
        accepted = catalog.accept({"csv": {**given, "region": "eu-west-1"}})
        async with catalog.open_boards(accepted, now=lambda: NOON, seconds=5) as boards:
            board = boards["csv"].board
            await board.write(a_card(), known=None)
            bucket.meanwhile = bucket.objects["/papers/cards.csv"].replace(b"du_1AbC", b"du_2XyZ")
            with pytest.raises(TryAgain, match="changed at this very moment"):
                await board.write(a_card(key="du_3"), known=None)
            await board.write(a_card(key="du_3"), known=None)
        assert all(key in bucket.objects["/papers/cards.csv"] for key in (b"du_2XyZ", b"du_3"))


async def test_a_bucket_that_does_not_answer_is_tried_again() -> None:
    async with vendor_server(never_answers) as server:
        keys = {"access_key_id": "i", "secret_access_key": "s", "region": "eu-west-1"}
        accepted = catalog.accept({"csv": {"file": "s3://papers/cards.csv", "endpoint": server.url, **keys}})
        async with catalog.open_boards(accepted, now=lambda: NOON, seconds=0.2) as boards:
            with pytest.raises(TryAgain, match="could not be read or written"):
                await boards["csv"].board.write(a_card(), known=None)
