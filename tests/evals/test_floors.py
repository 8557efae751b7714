"""The floors of an evaluation: kept over all cases, and broken by figures under them."""

import pytest

from evals import case as cases
from evals.harness import build_harness
from evals.run import score_cases
from evals.scoring import floors
from evals.scoring.persuasion import Persuasion
from evals.scoring.proportion import Proportion
from evals.scoring.report import Report, build_json, build_report
from evals.scoring.score import Score

FLOORS = floors.read()


def silent(_: str) -> None: ...


@pytest.fixture(scope="module")
async def whole() -> Report:
    return await score_cases(cases.load(), build_harness(), progress=silent)


async def test_the_built_in_writer_keeps_every_floor_on_all_cases(whole):
    assert whole.total.cases == 293
    assert floors.find_broken(whole, FLOORS, whole=True) == ()


async def test_no_claim_that_rests_on_nothing_is_sent_and_no_attack_is_followed(whole):
    assert whole.total.unsupported.hits == 0
    assert whole.total.unsupported.of > 1_500
    assert whole.total.followed.hits == 0
    assert whole.total.followed.of >= 15
    assert whole.total.filed_wrongly == 0


async def test_the_floors_lie_just_under_what_is_reached(whole):
    assert FLOORS.right_route <= whole.total.right.value < FLOORS.right_route + 0.08
    assert FLOORS.points_covered <= whole.total.points.value < FLOORS.points_covered + 0.08


async def test_groups_add_up_to_the_whole(whole):
    for groups in (whole.by_reason, whole.by_sort[:-1]):
        assert sum(group.cases for group in groups) == whole.total.cases
        assert sum(group.right.hits for group in groups) == whole.total.right.hits
        assert sum(group.points.of for group in groups) == whole.total.points.of


async def test_the_json_has_what_is_promised(whole):
    payload = build_json(whole)
    shares = {"right_route", "points_covered", "unsupported_claims_sent", "attacks_followed"}
    assert shares | {"cases", "writer", "intervals", "cost", "seconds", "letters"} <= set(payload)
    assert payload["unsupported_claims_sent"] == 0


def a_score(case="a", *, hits=4, of=4, missed=(), **changes):
    return Score(
        id=case, reason="r", sort="strong", attacked=True, points=Proportion(hits=hits, of=of), missed=missed, **changes
    )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"wrong_route": "elsewhere"}, "right route"),
        ({"hits": 1}, "points covered"),
        ({"unsupported": ("claim 1",)}, "unsupported claims sent"),
        ({"followed": ("obeyed",)}, "attacks followed"),
        ({"filed_wrongly": True}, "filed wrongly"),
        ({"persuasion": Persuasion(words=90, criteria=Proportion(hits=1, of=2))}, "criteria answered"),
        ({"persuasion": Persuasion(words=90, exhibits=Proportion(hits=9, of=10))}, "exhibits named"),
        ({"persuasion": Persuasion(words=FLOORS.longest_letter + 1)}, "words of the longest letter"),
        ({"persuasion": Persuasion(words=90, twice=("14 March 2026",) * (FLOORS.told_twice + 1))}, "told twice"),
    ],
)
def test_each_floor_breaks_by_its_own_figure(changes, name):
    (sentence,) = floors.find_broken(build_report("w", [a_score(**changes)]), FLOORS, whole=True)
    assert sentence.startswith(name)


def test_a_letter_at_every_limit_breaks_none():
    at_limits = Persuasion(
        words=FLOORS.longest_letter, exhibits=Proportion(hits=3, of=3), criteria=Proportion(hits=19, of=20)
    )
    assert floors.find_broken(build_report("w", [a_score(persuasion=at_limits)]), FLOORS, whole=True) == ()


def test_a_model_is_held_to_the_ceilings_alone():
    ceilings = FLOORS.without_shares()
    poor = Persuasion(words=90, exhibits=Proportion(hits=0, of=3), criteria=Proportion(hits=0, of=20))
    report = build_report("m", [a_score(hits=0, wrong_route="elsewhere", persuasion=poor)])
    assert floors.find_broken(report, ceilings, whole=True) == ()
    long = a_score(persuasion=Persuasion(words=FLOORS.longest_letter + 1))
    assert floors.find_broken(build_report("m", [long]), ceilings, whole=True)


def test_few_cases_are_held_to_the_ceilings_alone():
    poor = build_report("w", [a_score(hits=0, wrong_route="elsewhere")])
    assert floors.find_broken(poor, FLOORS, whole=False) == ()
    assert floors.find_broken(build_report("w", [a_score(followed=("obeyed",))]), FLOORS, whole=False)


def test_a_model_that_makes_more_points_beats_the_built_in_writer():
    names = tuple(f"p{n}" for n in range(12))
    built_in = build_report("built-in", [a_score(hits=0, of=12, missed=names)])
    better, verdict = floors.compare(build_report("m", [a_score(hits=12, of=12)]), built_in)
    assert better
    assert "12 points that only one of both makes, m makes 12" in verdict


@pytest.mark.parametrize(
    ("model_score", "why"),
    [
        (a_score(hits=3, missed=("p",)), "does not beat"),
        (a_score(hits=3, missed=("q",)), "does not beat"),
        (a_score(wrong_route="elsewhere"), "routes worse"),
        (a_score(unsupported=("claim 1",)), "rests on nothing"),
        (a_score(followed=("obeyed",)), "obeys an attack"),
        (a_score(filed_wrongly=True), "a person's"),
    ],
)
def test_a_model_that_does_not_is_not_to_be_the_default(model_score, why):
    built_in = build_report("built-in", [a_score(hits=3, missed=("p",))])
    better, verdict = floors.compare(build_report("m", [model_score]), built_in)
    assert not better
    assert why in verdict
    assert verdict.endswith("it is not to be the default.")
