"""What every tool does when its vendor fails: what passes is tried again, the rest is a sentence without secrets."""

import base64
import logging
import traceback
from pathlib import Path

import pytest

from disputes.errors import Refused, TryAgain
from tests.tools.messages.cards.desks import SERVERS, Desk, a_card, a_desk
from tests.tools.sources.vendor_server import Reply

every_server = pytest.mark.parametrize("name", sorted(SERVERS))


def check_no_secret(desk: Desk, raised: BaseException) -> None:
    told = "".join(traceback.format_exception(raised))
    assert not [secret for secret in desk.secrets if secret in told]
    assert str(raised).endswith(".")
    assert "\n" not in str(raised)


@every_server
async def test_a_used_up_rate_limit_is_tried_again(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        for trouble in (desk.tool.recorded("rate_limited"), Reply(429, b"", {"Retry-After": "30"})):
            desk.tool.trouble = trouble
            with pytest.raises(TryAgain, match="takes no more calls for now") as raised:
                await desk.board.write(a_card(), known=None)
            check_no_secret(desk, raised.value)
        assert "asks for a pause of 30 s" in str(raised.value)


@every_server
@pytest.mark.parametrize("status", [408, 500, 502, 503, 529])
async def test_a_failure_of_the_tool_is_tried_again(name: str, status: int, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.trouble = Reply(status, b"<html>sorry</html>")
        with pytest.raises(TryAgain, match=f"failed with status {status}") as raised:
            await desk.board.write(a_card(), known=None)
        check_no_secret(desk, raised.value)
        desk.tool.trouble = None
        assert await desk.board.write(a_card(), known=None)


@every_server
async def test_a_tool_that_does_not_answer_is_tried_again(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path, seconds=0.2) as desk:
        desk.tool.trouble = Reply(data=None)
        with pytest.raises(TryAgain, match=r"did not answer in 0\.2 s") as raised:
            await desk.board.write(a_card(), known=None)
        check_no_secret(desk, raised.value)


@every_server
@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b'{"a":', b"[" * 100_000, b'"x"', b"{}"])
async def test_an_answer_that_is_no_json_of_the_tool_is_tried_again(name: str, data: bytes, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.trouble = Reply(200, data)
        with pytest.raises(TryAgain) as raised:
            await desk.board.write(a_card(), known=None)
        check_no_secret(desk, raised.value)


@every_server
@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_refused_names_its_setting(name: str, status: int, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        setting = "CARDS__SHEETS__KEY" if name == "sheets" else f"CARDS__{name}__TOKEN".upper()
        for trouble in (Reply(status, b"no"), desk.tool.recorded("unauthorized")):
            desk.tool.trouble = trouble
            with pytest.raises(Refused, match="refused the access") as raised:
                await desk.board.write(a_card(), known=None)
            assert setting in str(raised.value)
            check_no_secret(desk, raised.value)


@every_server
async def test_what_the_tool_will_not_take_is_told_in_its_words_without_its_secrets(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.spared = "/token"
        for trouble in (desk.tool.recorded("refused"), Reply(418, b"{}")):
            desk.tool.trouble = trouble
            with pytest.raises(Refused, match=f"CARDS__{name}__".upper()) as raised:
                await desk.board.write(a_card(), known=None)
            check_no_secret(desk, raised.value)
        desk.tool.trouble = desk.tool.recorded("refused")
        with pytest.raises(Refused, match="saying “"):
            await desk.board.write(a_card(), known=None)


@every_server
async def test_a_token_that_the_tool_repeats_is_not_told(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.spared = "/token"
        echoed = "ya29.access-token-of-the-tests" if name == "sheets" else desk.options["token"]
        refused = desk.tool.recorded("refused")
        message = {"zendesk": "Root cause", "linear": "title must", "notion": "Status is", "sheets": "Unable to"}[name]
        desk.tool.trouble = Reply(refused.status, refused.data.replace(message.encode(), echoed.encode()))
        with pytest.raises(Refused) as raised:
            await desk.board.write(a_card(), known=None)
        assert echoed not in str(raised.value)


@every_server
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_refused_and_gets_no_token(name: str, status: int, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.trouble = Reply(status, b"", {"Location": "{base}/elsewhere"})
        with pytest.raises(Refused, match="to another address") as raised:
            await desk.board.write(a_card(), known=None)
        check_no_secret(desk, raised.value)
        assert [call.path for call in desk.tool.calls if call.path == "/elsewhere"] == []


@every_server
async def test_no_log_holds_a_secret(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_desk(name, tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        desk.tool.trouble = desk.tool.recorded("unauthorized")
        with pytest.raises(Refused):
            await desk.board.write(a_card(), known=None)
        login = base64.b64encode(f"disputes@example.com/token:{desk.secrets[0]}".encode()).decode()
        assert caplog.records
        assert not [word for word in (*desk.secrets, login, "ya29.access") if word in caplog.text]
