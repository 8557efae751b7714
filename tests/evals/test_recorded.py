"""Recorded answers, served as a model's endpoint: what code must catch is caught, and what is good is kept."""

import pytest

from disputes.case import Claim, Rebuttal
from disputes.letter import grounding
from evals import harness, recorded_letters, writers
from evals.play import play
from evals.scoring.score import mark
from evals.writers import WriterChoice
from tests.evals.builders import ALL, saying

HELD = recorded_letters.load()
LIES = {(letter.case, number) for letter in HELD.values() for number, said in enumerate(letter.claims) if said.wrong}
# Sound claims that the checker objects to today. `xfail` is strict, so a mended one has to leave this list.
FALSE_ALARMS = {
    "fraudulent-physical-1-strong": "'payments that nobody disputed' is taken to deny 'earlier undisputed payments'",
    "general-digital-3-strong": "'used after the payment' is not worked out from the two days that are cited",
}


def letters():
    """Every letter by its case; one with a known false alarm is expected to fail."""
    for case_id in sorted(HELD):
        why = FALSE_ALARMS.get(case_id)
        yield pytest.param(case_id, marks=[pytest.mark.xfail(reason=why)] if why else [])


@pytest.fixture(scope="module")
async def answered():
    async with writers.opened(WriterChoice("recorded")) as ground:
        chosen = writers.fitting(WriterChoice("recorded"), tuple(ALL.values()))
        return {one.case.id: one async for one in play(chosen, ground)}


def test_the_recorded_letters_are_of_cases_there_are_and_some_of_them_lie():
    assert set(HELD) <= set(ALL)
    assert len(HELD) >= 24
    assert 12 <= len(LIES) < sum(len(letter.claims) for letter in HELD.values()) / 2


@pytest.mark.parametrize("case_id", list(letters()))
async def test_code_finds_the_claims_that_lie_and_no_other(case_id, answered):
    letter = HELD[case_id]
    said = Rebuttal(claims=tuple(Claim(text=one.text, facts=one.facts) for one in letter.claims))
    found = {violation.claim: violation.what for violation in grounding.check(said, answered[case_id].end.evidence)}
    assert set(found) == {number for number, one in enumerate(letter.claims) if one.wrong}, found


@pytest.mark.parametrize("case_id", sorted(HELD))
async def test_what_lies_is_never_sent(case_id, answered):
    end = answered[case_id].end
    sent = {claim.text for claim in end.rebuttal.claims}
    assert not sent & {one.text for one in HELD[case_id].claims if one.wrong}
    assert end.rebuttal.writer == "recorded"
    assert not mark(answered[case_id], "recorded").unsupported


async def test_the_same_letters_sent_unchecked_would_be_counted(answered):
    counted = {
        (case_id, int(told.removeprefix("claim ").partition(":")[0]) - 1)
        for case_id, one in answered.items()
        for told in mark(saying(one, *((said.text, list(said.facts)) for said in HELD[case_id].claims))).unsupported
    }
    assert counted >= LIES
    assert len(counted) <= len(LIES) + len(FALSE_ALARMS)


async def test_usage_is_counted(answered):
    told = [mark(one, "recorded") for one in answered.values()]
    assert all(one.tokens > 0 for one in told)


async def test_a_model_that_is_away_is_replaced_and_told_so():
    choice = WriterChoice("model", model="nobody", base_url="http://127.0.0.1:9/v1")
    async with writers.opened(choice) as ground:
        told = [mark(one, ground.name) async for one in play([ALL["duplicate-physical-1-strong"]], ground)]
    assert [one.replaced for one in told] == [True]
    assert told[0].claims


def test_the_built_in_writer_is_the_stand_itself():
    assert harness.build().name == "built-in"
