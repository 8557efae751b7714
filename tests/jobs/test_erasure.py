"""A person's evidence is erased where nothing depends on it, and what was decided, filed and booked stays provable."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from disputes.errors import Invalid, TryAgain
from disputes.privacy import erasure
from disputes.repositories.cases import CaseRecord
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.runtime import Runtime
from jobs.cli.erasure import ErasureResult, erase, report
from tests import traces
from tests.conftest import Stage

NOTE = "Zoltan told me on the phone"


WHY = "a person has to decide: a legal claim it is needed for is not decided (GDPR, article 17(3)(e))"


@dataclass
class NoErasing:
    """Cases whose database is away just when the case is to be written."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def erase(self, record: CaseRecord, *, fence: int) -> None:
        raise TryAgain("The database is away.")


async def a_lost_case(stage: Stage) -> tuple[CaseRecord, CaseRecord]:
    """A case that a person approved, that was filed and lost; as it was filed, and as it ended."""
    waiting = await stage.play("fraud_mid")
    filed = await stage.decide(waiting, "approve", note=NOTE)
    assert filed.state == "filed"
    await stage.set(filed.dispute_id, status="lost")
    return filed, await stage.drive(filed.dispute_id)


def mail(record: CaseRecord) -> str:
    assert record.case
    fact = record.case.evidence.sole("customer_email")
    assert fact
    return str(fact.value)


def customer(record: CaseRecord) -> str:
    assert record.case
    places = {fact.source.split(":")[1] for fact in record.case.evidence.facts if fact.source.startswith("stripe:cus")}
    return places.pop().removeprefix("customer/")


async def erased(runtime: Runtime, person: str) -> dict[str, ErasureResult]:
    return {result.dispute_id: result async for result in erase(runtime, person, by="ada")}


async def everywhere(runtime: Runtime, dispute_id: str) -> AsyncIterator[tuple[str, str]]:
    """Yield all that is written of one dispute, with its place."""
    async for place, content in traces.read_postgres(runtime):
        if dispute_id in content:
            yield place, content
    async for place, content in traces.read_redis(runtime):
        if dispute_id in place:
            yield place, content
    for place, content in traces.read_files(runtime.home / "files" / dispute_id):
        yield place, content


async def test_nothing_of_the_person_is_left_anywhere(stage: Stage, runtime: Runtime):
    filed, lost = await a_lost_case(stage)
    assert lost.case
    assert filed.case
    letter = filed.case.rebuttal.claims[0].text if filed.case.rebuttal else ""
    name = str((filed.case.evidence.sole("customer_name") or filed.case.evidence.facts[0]).value)
    secrets = {mail(filed), letter, name, NOTE}
    before = [trace async for trace in everywhere(runtime, filed.dispute_id)]
    telling = {place.partition(":")[0] for place, content in before if any(secret in content for secret in secrets)}
    assert telling == {"postgres", "redis", "file"}
    assert (await erased(runtime, mail(filed)))[filed.dispute_id].erased
    async for place, content in everywhere(runtime, filed.dispute_id):
        assert not {secret for secret in secrets if secret in content}, place
        assert not place.startswith(("redis:rebut:cp", "file:")), place


async def test_ledger_filings_verdicts_and_states_stay_and_hashes_prove_a_copy(stage: Stage, runtime: Runtime):
    filed, lost = await a_lost_case(stage)
    repositories, dispute_id = stage.deps, filed.dispute_id
    filings, rows = await repositories.filings.of(dispute_id), await booked(runtime, dispute_id)
    copy = await stage.deps.storage.read(filed.case.packet.files[0].key)  # type: ignore[union-attr]
    await erased(runtime, mail(filed))
    after = await repositories.cases.find(dispute_id)
    assert after
    assert after.case
    assert after.case.packet
    assert (after.state, after.outcome, after.rested_at) == (lost.state, lost.outcome, lost.rested_at)
    assert await repositories.filings.of(dispute_id) == filings
    assert await booked(runtime, dispute_id) == rows
    assert hashlib.sha256(copy).hexdigest() in {file.sha256 for file in after.case.packet.files}
    assert [step.step for step in after.history] == [*(step.step for step in lost.history), "erased"]
    assert after.history[-1].note.startswith("by ada; ")
    assert lost.case
    assert erasure.hash_json(lost.case.model_dump(mode="json")) in after.history[-1].note
    verdicts = [content async for place, content in traces.read_postgres(runtime) if place == "postgres:verdicts"]
    assert any(
        dispute_id in content and '"by":"ada"' in content.replace(" ", "") and "approve" in content
        for content in verdicts
    )


async def booked(runtime: Runtime, dispute_id: str) -> list[str]:
    rows = [content async for place, content in traces.read_postgres(runtime) if place == "postgres:ledger"]
    return sorted(row for row in rows if dispute_id in row)


async def test_a_second_time_and_a_late_event_change_nothing(stage: Stage, runtime: Runtime):
    filed, _ = await a_lost_case(stage)
    person = mail(filed)
    await erased(runtime, person)
    after = await stage.deps.cases.find(filed.dispute_id)
    assert filed.dispute_id not in await erased(runtime, person)
    assert await stage.drive(filed.dispute_id) == after


@pytest.mark.parametrize("way", ["waiting", "filed"])
async def test_a_case_that_is_not_decided_keeps_its_evidence_and_says_why(way: str, stage: Stage, runtime: Runtime):
    record = await stage.play("fraud_mid")
    if way == "filed":
        record = await stage.decide(record, "approve")
    result = (await erased(runtime, mail(record)))[record.dispute_id]
    assert not result.erased
    assert "article 17(3)(e)" in result.sentence
    assert await stage.deps.cases.find(record.dispute_id) == record


async def test_a_case_that_another_worker_holds_is_left_alone(stage: Stage, runtime: Runtime):
    filed, lost = await a_lost_case(stage)
    async with stage.deps.leases.hold(filed.dispute_id):
        result = (await erased(runtime, mail(filed)))[filed.dispute_id]
    assert (result.erased, await stage.deps.cases.find(filed.dispute_id)) == (False, lost)


async def test_a_person_is_found_by_customer_id_and_by_mail_in_any_case_but_never_in_part(stage: Stage):
    record = await stage.play("fraud_mid")
    about = stage.deps.cases.of_person
    for person in (mail(record), mail(record).upper(), customer(record)):
        assert record.dispute_id in await about(person)
    for stranger in (
        mail(record)[1:],
        f"x{mail(record)}",
        customer(record)[:-1],
        f"{customer(record)}1",
        "cus_%",
        "%@%",
    ):
        assert record.dispute_id not in await about(stranger)


async def test_what_a_crash_left_half_erased_is_found_again_and_finished(stage: Stage, runtime: Runtime):
    filed, _ = await a_lost_case(stage)
    failing = replace(runtime, deps=replace(runtime.deps, cases=NoErasing(runtime.deps.cases)))
    with pytest.raises(TryAgain):
        await erased(failing, mail(filed))
    assert (await erased(runtime, mail(filed)))[filed.dispute_id].erased
    after = await stage.deps.cases.find(filed.dispute_id)
    assert after
    assert erasure.is_erased(after)


async def test_the_report_says_each_case_and_its_status(stage: Stage, runtime: Runtime):
    waiting = await stage.play("fraud_mid")
    sentences, status = await report(runtime, customer(waiting), by="ada")
    assert (sentences, status) == ([ErasureResult(dispute_id=waiting.dispute_id, erased=False, why=WHY).sentence], 1)
    assert await report(runtime, "nobody@example.com", by="ada") == (["No case holds evidence of this person."], 0)


async def test_a_message_not_sent_yet_is_given_up(stage: Stage, runtime: Runtime):
    filed, _ = await a_lost_case(stage)
    late = OutboxMessage(key=f"{filed.dispute_id}:late", kind="note", body={"title": mail(filed)})
    await stage.deps.outbox.put(late)
    await erased(runtime, mail(filed))
    assert late.key not in {message.key for message in await stage.deps.outbox.due(stage.deps.now(), limit=500)}


@pytest.mark.parametrize("nobody", ["", "zoe", "cus_", "cus_1 or 1", "@", "du_1"])
async def test_what_names_nobody_is_refused(nobody: str, runtime: Runtime):
    with pytest.raises(Invalid, match="Name one person"):
        await erased(runtime, nobody)


async def test_a_stage_that_begins_after_the_erasure_gathers_its_own_evidence(stage: Stage, runtime: Runtime):
    filed, _ = await a_lost_case(stage)
    await erased(runtime, mail(filed))
    assert erasure.is_erased(await stage.drive(filed.dispute_id))
    await stage.set(filed.dispute_id, status="needs_response")
    again = await stage.drive(filed.dispute_id)
    assert not erasure.is_erased(again)
