"""`rebut packet` writes what Stripe has, or would get, to the byte."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from disputes.case import Sheet
from disputes.errors import Invalid, Refused
from jobs.cli import packet
from tests.conftest import Stage
from tests.jobs.children import configured, run, steer


@dataclass
class NewerRenderer:
    """A renderer that renders otherwise than the one before."""

    inner: Any

    async def render(self, sheet: Sheet) -> Any:
        return await self.inner.render(sheet.model_copy(update={"title": f"{sheet.title}, second edition"}))

    async def unreadable(self, sheet: Sheet) -> Any:
        return await self.inner.unreadable(sheet)

    def pages(self, data: bytes) -> Any:
        return self.inner.pages(data)


async def content(stage: Stage, file: str) -> bytes:
    return (await stage.simulator.get(f"/_sim/files/{file}")).raise_for_status().content


def listing(folder: Path) -> Any:
    return json.loads((folder / "packet.json").read_text("utf-8"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_filed_packet_is_written_as_stripe_holds_it(stage: Stage, tmp_path: Path):
    filed = await stage.play("not_received_delivered")
    written = await packet.write(stage.deps, filed.dispute_id, tmp_path / "out")
    assert written.exact
    assert written.notes == (f"{filed.dispute_id}: as it was filed; the case is filed.",)
    listed, held = listing(tmp_path / "out"), await stage.deps.stripe.dispute(filed.dispute_id)
    assert (listed["dispute_id"], listed["filed"]) == (filed.dispute_id, True)
    assert {field: held.evidence[field] for field in listed["fields"]} == listed["fields"]
    assert len(listed["files"]) == len(written.paths) - 1 == 2
    for file in listed["files"]:
        data = (tmp_path / "out" / file["name"]).read_bytes()
        assert data == await content(stage, held.evidence[file["field"]])
        assert (len(pypdf.PdfReader(BytesIO(data)).pages), len(data)) == (file["pages"], file["bytes"])


async def test_a_waiting_packet_is_written_as_it_would_be_filed(stage: Stage, tmp_path: Path):
    waiting = await stage.play("fraud_mid")
    written = await packet.write(stage.deps, waiting.dispute_id, tmp_path)
    assert written.notes == (f"{waiting.dispute_id}: as it would be filed; the case is waiting.",)
    assert waiting.case
    assert waiting.case.packet
    assert listing(tmp_path)["fields"] == waiting.case.packet.fields
    assert not listing(tmp_path)["filed"]


async def test_a_dispute_not_in_the_database_is_drafted_and_not_stored(stage: Stage, tmp_path: Path):
    dispute_id, account = await stage.happen("not_received_delivered")
    written = await packet.write(stage.deps, dispute_id, tmp_path, account=account)
    assert written.notes == (f"{dispute_id}: as it would be filed; drafted just now, and kept nowhere.",)
    assert await stage.deps.cases.find(dispute_id) is None
    assert (await stage.counts(dispute_id)).get("stagings", 0) == 0
    drafted = {path.name: path.read_bytes() for path in written.paths if path.suffix == ".pdf"}
    filed = await stage.drive(dispute_id)
    assert filed.case
    assert filed.case.packet
    assert {file.name: await content(stage, file.file or "") for file in filed.case.packet.files} == drafted


async def test_a_dispute_that_needs_no_answer_has_no_packet(stage: Stage, tmp_path: Path):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await stage.set(dispute_id, status="won")
    with pytest.raises(Invalid, match=f"Nothing is filed for {dispute_id}"):
        await packet.write(stage.deps, dispute_id, tmp_path)


async def test_a_dispute_stripe_does_not_know_has_no_packet(stage: Stage, tmp_path: Path):
    with pytest.raises(Refused, match="No such dispute"):
        await packet.write(stage.deps, "du_nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_a_filed_packet_is_written_as_it_was_rendered_then(stage: Stage, tmp_path: Path):
    filed = await stage.play("not_received_delivered")
    newer = stage.under(renderer=NewerRenderer(stage.deps.renderer))
    written = await packet.write(newer.deps, filed.dispute_id, tmp_path)
    assert written.exact
    for file in listing(tmp_path)["files"]:
        assert (tmp_path / file["name"]).read_bytes() == await content(stage, file["file"])


async def test_an_exhibit_that_is_not_stored_and_changed_is_reported_and_not_written(stage: Stage, tmp_path: Path):
    filed = await stage.play("not_received_delivered")
    newer = stage.under(renderer=NewerRenderer(stage.deps.renderer), storage=None)
    written = await packet.write(newer.deps, filed.dispute_id, tmp_path)
    assert not written.exact
    assert sum("printed otherwise" in sentence for sentence in written.notes) == 2
    assert names_in(tmp_path) == ["packet.json"]


async def test_an_earlier_packet_is_replaced_whole(stage: Stage, tmp_path: Path):
    for scenario in ("not_received_delivered", "fraud_mid"):
        written = await packet.write(stage.deps, (await stage.play(scenario)).dispute_id, tmp_path)
    assert names_in(tmp_path) == sorted(path.name for path in written.paths)
    assert {path.stat().st_mode & 0o077 for path in written.paths} == {0}


@pytest.mark.parametrize("beside", [["thesis.pdf"], ["packet.json"], ["packet.json", "thesis.pdf"]])
async def test_a_folder_with_other_things_is_left_alone(stage: Stage, tmp_path: Path, beside: list[str]):
    waiting = await stage.play("fraud_mid")
    for name in beside:
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(Invalid, match="holds other things"):
        await packet.write(stage.deps, waiting.dispute_id, tmp_path)
    assert names_in(tmp_path) == sorted(beside)


async def test_what_somebody_put_beside_a_packet_is_left_alone(stage: Stage, tmp_path: Path):
    waiting = await stage.play("fraud_mid")
    written = await packet.write(stage.deps, waiting.dispute_id, tmp_path)
    (tmp_path / "thesis.pdf").write_bytes(b"years of work")
    with pytest.raises(Invalid, match="holds other things"):
        await packet.write(stage.deps, waiting.dispute_id, tmp_path)
    assert names_in(tmp_path) == sorted(["thesis.pdf", *(path.name for path in written.paths)])


async def test_a_folder_that_cannot_be_made_is_one_sentence(stage: Stage, tmp_path: Path):
    (tmp_path / "file").write_text("")
    waiting = await stage.play("fraud_mid")
    with pytest.raises(Invalid, match=r"^The packet cannot be written to [^\n]+\.$"):
        await packet.write(stage.deps, waiting.dispute_id, tmp_path / "file" / "out")


async def test_the_command_writes_the_packet_and_says_where(shop: httpx.AsyncClient, folder: Path):
    played = (await steer(shop, "scenarios", name="not_received_delivered", count=1))["disputes"]
    environ = configured(shop, folder / "home")
    code, out, err = await run("packet", played[0]["id"], "--out", str(folder / "out"), folder=folder, **environ)
    assert code == 0, err
    assert sorted(out.split()) == sorted(map(str, (folder / "out").iterdir()))
    assert "drafted just now" in err
    assert listing(folder / "out")["dispute_id"] == played[0]["id"]
