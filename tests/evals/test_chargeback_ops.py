"""The set by the rules of ChargebackOps: its grader, its cases, and what both shipped policies make of them."""

from dataclasses import replace

import pytest

from disputes.case import Claim, Packet, Rebuttal, Route, Sheet
from disputes.policy import SHIPPED
from evals.case import NOW
from evals.chargeback_ops import __main__ as command
from evals.chargeback_ops.answer_key import FAMILIES, AnswerKey, EvidenceItem
from evals.chargeback_ops.answers import drafted, find_harmful_words, read_answer
from evals.chargeback_ops.generator import PLOTS, make_cases
from evals.chargeback_ops.grader import WEIGHTS, Answer, grade
from evals.chargeback_ops.report import HEURISTIC, NAIVE, OpsScore, concede_everything, score_cases, summarize
from evals.harness import build_harness
from evals.play import play

CASES = make_cases()
ITEMS = (
    EvidenceItem(name="order", kinds=("order_id",), bearing="required"),
    EvidenceItem(name="delivery", kinds=("delivered_at",), bearing="required"),
    EvidenceItem(name="praise", kinds=("customer_message",), bearing="helpful"),
    EvidenceItem(name="trap", kinds=("merchant_message",), bearing="harmful", mark="INTERNAL"),
)
STRONG = AnswerKey(best=("contest",), items=ITEMS, topics=("order", "delivered|delivery"))
CURATED = STRONG.model_copy(update={"acceptable": ("wait",)})
HOPELESS = AnswerKey(best=("accept", "wait"), items=ITEMS[3:])
LETTER = "Your order was delivered on time."
EVERYTHING = frozenset(("order", "delivery", "praise"))
PERFECT = Answer(way="contest", filed=EVERYTHING, note=LETTER)


def answer(**changes):
    return PERFECT.model_copy(update=changes)


@pytest.mark.parametrize(
    ("key", "given", "score"),
    [
        pytest.param(STRONG, PERFECT, 0.9875, id="a perfect answer earns what the public rules give at most"),
        pytest.param(HOPELESS, Answer(way="accept", systems=2), 0.95, id="a right concession has no note to earn by"),
        pytest.param(HOPELESS, Answer(way="wait", systems=2), 0.95, id="so has a hopeless case left to a person"),
        pytest.param(HOPELESS, Answer(way="accept", systems=4), 0.92, id="two systems more than needed were asked"),
        pytest.param(STRONG, answer(filed=EVERYTHING | {"trap"}), 0.7875, id="a trap costs its quarter and the packet"),
        pytest.param(STRONG, answer(filed=EVERYTHING - {"praise"}), 0.9675, id="a helpful item is missing"),
        pytest.param(STRONG, answer(filed=EVERYTHING - {"order"}), 0.7475, id="a required item is missing"),
        pytest.param(STRONG, answer(filed=frozenset()), 0.63, id="nothing is enclosed"),
        pytest.param(STRONG, answer(in_time=False), 0.8375, id="a late answer loses the deadline alone"),
        pytest.param(STRONG, answer(wasted=2), 0.9675, id="each wasted step costs a tenth of efficiency"),
        pytest.param(STRONG, answer(note=""), 0.945, id="there is no letter"),
        pytest.param(STRONG, answer(note="Please decide for us, thank you."), 0.9625, id="the letter names no topic"),
        pytest.param(
            STRONG, answer(harmful_words=frozenset(("time",))), 0.9815, id="the letter has a word of the trap alone"
        ),
        pytest.param(HOPELESS, PERFECT, 0.27, id="a hopeless case is contested"),
        pytest.param(STRONG, Answer(way="accept"), 0.28, id="a strong case is conceded"),
        pytest.param(STRONG, Answer(way="wait"), 0.1, id="a strong case is left to a person"),
        pytest.param(STRONG, Answer(way="wait", in_time=False), 0.0, id="a strong case is left until it is overdue"),
        pytest.param(CURATED, Answer(way="wait"), 0.4075, id="waiting is acceptable and not best"),
    ],
)
def test_an_answer_earns_what_the_rules_say(key, given, score):
    assert grade(key, given).score == pytest.approx(score)


def test_the_seven_parts_weigh_one_hundred():
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(grade(STRONG, PERFECT).model_dump())


def test_no_answer_scores_outside_0_to_1():
    bad = answer(filed=frozenset(("trap",)), wasted=99, systems=99, harmful_words=frozenset(LETTER.casefold().split()))
    for key in (STRONG, CURATED, HOPELESS):
        for way in ("contest", "accept", "wait"):
            assert 0 <= grade(key, bad.model_copy(update={"way": way})).score <= 1


def test_the_cases_are_those_of_the_seed():
    assert make_cases() == CASES
    other = make_cases(8)
    assert [ops.case.id for ops in other] == [ops.case.id for ops in CASES]
    assert not {str(ops.case.dispute["id"]) for ops in other} & {str(ops.case.dispute["id"]) for ops in CASES}


def test_there_are_96_cases_of_four_families():
    assert len({ops.case.id for ops in CASES}) == len(CASES) == 96
    assert {ops.family for ops in CASES} == set(FAMILIES)
    assert len({plot.name for plot in PLOTS}) == len(PLOTS)


def test_nothing_on_record_lies_ahead_of_the_day_of_the_cases():
    times = [str(r.value) for ops in CASES for r in ops.case.records if r.kind.endswith(("_at", "_date"))]
    assert times
    assert max(times) < NOW.isoformat()


def test_every_trap_stands_in_the_records_and_every_contest_requires_something():
    for ops in CASES:
        traps = [item for item in ops.key.items if item.name == "trap" and ops.family == "trap"]
        assert len(traps) == (ops.family == "trap")
        assert all(item.is_on_record(ops.case.records) for item in traps)
        assert ops.key.names("required") or ops.key.best != ("contest",)


def find(case_id):
    return next(ops for ops in CASES if ops.case.id == case_id)


async def play_ops(ops, **changes):
    """Play a case, then put these changes into what came of it."""
    async for played in play([ops.case], build_harness()):
        return replace(played, result=played.result.model_copy(update=changes))
    raise AssertionError(ops.case.id)


NOTE = find("trap-internal-note-1")
NOTE_TEXT = next(str(r.value) for r in NOTE.case.records if r.kind == "merchant_message")


@pytest.mark.parametrize(
    ("rebuttal", "packet"),
    [
        pytest.param(Rebuttal(claims=(Claim(text=f"We wrote: {NOTE_TEXT}"),)), Packet(), id="in the letter"),
        pytest.param(Rebuttal(), Packet(fields={"service_date": NOTE_TEXT}), id="in a field"),
        pytest.param(
            Rebuttal(),
            Packet(sheets=(Sheet(field="receipt", title="", mark="A", rows=(("Our message", NOTE_TEXT),)),)),
            id="in a row of an exhibit",
        ),
    ],
)
async def test_a_trap_is_found_wherever_it_is_filed(rebuttal, packet):
    played = await play_ops(NOTE, rebuttal=rebuttal, packet=packet, route=Route(action="submit"))
    assert "trap" in read_answer(NOTE, played).filed


async def test_a_trap_that_is_only_on_record_is_not_filed():
    played = await play_ops(NOTE, rebuttal=Rebuttal(), packet=Packet(), route=Route(action="submit"))
    assert not drafted(NOTE, played.result)


async def test_a_case_that_waits_files_nothing_of_its_draft():
    played = await play_ops(find("contest-goods-arrived-1"), route=Route(action="review"))
    given = read_answer(find("contest-goods-arrived-1"), played)
    assert (given.way, given.filed, given.note) == ("wait", frozenset(), "")
    assert {"order", "delivery"} <= drafted(find("contest-goods-arrived-1"), played.result)


def test_words_are_harmful_that_no_other_record_holds():
    words = find_harmful_words(NOTE)
    assert "internal" in words
    assert "order" not in words


@pytest.fixture(scope="module", params=tuple(SHIPPED))
async def scores(request) -> tuple[OpsScore, ...]:
    return await score_cases(CASES, request.param)


def test_what_is_decided_alone_scores_above_the_public_heuristic(scores):
    total = summarize(scores)[-1]
    assert total.alone >= 12
    assert total.alone_score is not None
    assert total.alone_score > HEURISTIC


def test_no_hopeless_case_is_filed(scores):
    assert not [score.id for score in scores if score.family == "concede" and score.way == "contest"]


def test_no_trap_is_filed(scores):
    assert [score.id for score in scores if score.traps_filed] == []


def test_conceding_everything_scores_below_the_public_heuristic():
    assert concede_everything(CASES) < HEURISTIC


def test_a_family_without_a_decision_has_no_score_alone():
    waits = [OpsScore(id="a", family=name, plot="", way="wait", alone=False, score=0.5) for name in FAMILIES]
    assert [group.alone_score for group in summarize(waits)] == [None] * 5


def test_the_report_has_a_row_for_each_family_the_public_scores_and_what_went_wrong():
    bad = OpsScore(id="fell", family="trap", plot="", way="contest", alone=True, score=0.2, traps_filed=1)
    fine = [OpsScore(id=name, family=name, plot="", way="wait", alone=False, score=0.9) for name in FAMILIES]
    printed = command.write_report(CASES, {"default": (*fine, bad)})
    assert all(f"| {name}" in printed for name in (*FAMILIES, "all"))
    assert str(HEURISTIC) in printed
    assert str(NAIVE) in printed
    assert printed.count("- fell") == 2
