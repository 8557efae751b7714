"""Tests of what is done for a case that nobody decided, where its evidence speaks against filing."""

from agents import last_chance, router
from disputes import policy
from disputes.case import Hold
from disputes.policy.deadlines import Chosen
from tests.builders import NOON, a_case, an_assessment

FILE = Chosen(choice="file", by="ada")
ELSEWHERE = Hold(kind="delivered_elsewhere", why="The parcel was delivered to another place than the sale names.")


def held(*holds):
    return a_case().model_copy(update={"assessment": an_assessment(holds=holds)})


def test_what_is_sound_is_filed_at_the_last_chance_and_what_is_held_calls_people():
    assert last_chance.decide(held(), FILE, bars=(), holds=())[0] == "submit"
    action, reasons = last_chance.decide(held(ELSEWHERE), FILE, bars=(), holds=())
    assert action == "review"
    assert ELSEWHERE.why in reasons


def test_what_speaks_against_us_is_the_first_reason_for_a_person():
    way = router.route(held(ELSEWHERE), policy.load(), NOON)
    assert (way.action, way.reasons[0]) == ("review", ELSEWHERE.why)
