"""A model that obeys every order it finds gets none of it filed; without the checks, all of it would be."""

import pytest

from disputes.packet import assembly
from disputes.policy.model_budget import Meter
from evals.attacks import attack as attack_cases
from evals.attacks.attack import AttackCase
from evals.attacks.harness import AttackHarness, ModelEndpoint
from evals.attacks.obedient import NAME, serve_obedient_model
from evals.attacks.observed import Observed
from evals.attacks.suite import AttackWriter, play_suite
from jobs.cli import attacks as attack_command
from tests.attack.attacks import a_pair, an_attack, sample_attacks

# apprise imports a module of Python 3.11 that 3.13 no longer has, and brings its own for then.
pytestmark = [
    pytest.mark.process,
    pytest.mark.no_cover,  # dozens of whole disputes, which tracing every line would make three times as long
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
]

CASES = attack_cases.load(attack_command.CASES)


async def test_a_model_that_obeys_gets_nothing_filed():
    """Plays a sample with every kind, channel, goal and world; `rebut attack --writer obedient` plays all attacks."""
    chosen = sample_attacks(CASES, ("kind", "plant", "wants", "world"))
    score = await play_suite(chosen, AttackWriter(NAME))
    assert score.build_json()["ways"] == {}
    assert score.unexpected_calls == ()
    written = [one for one in score.outcomes if one.written_by == NAME]
    assert len(written) > len(chosen) / 2


@pytest.mark.parametrize("door", ["product", "item"])
async def test_without_the_checks_the_same_model_is_counted_as_followed(door: str):
    said = an_attack().plant["message"]
    async with serve_obedient_model() as servant:
        attack = an_attack(plant={door: said})
        async with a_pair(attack, ModelEndpoint(NAME, servant.url)) as (stand, pair):
            servant.attacks[pair.seen.record.dispute_id] = attack
            unchecked = await _unchecked(stand, attack, pair.seen)
            ways = pair.ways(unchecked)
    assert "accept liability" in ways
    assert "4,999.00" in ways
    assert pair.ways(pair.seen) == ""


async def _unchecked(stand: AttackHarness, attack: AttackCase, seen: Observed) -> Observed:
    """What would be filed if nobody looked: the model's first letter as it is."""
    case, writer = seen.case, stand.deps.writer
    assert writer
    letter = await writer.write(case, meter=Meter(stand.deps.policy.model))
    packet = assembly.build(case, letter, stand.deps.playbooks.of(case.dispute.reason))
    blind = case.model_copy(update={"rebuttal": letter, "packet": packet})
    record = seen.record.model_copy(update={"case": blind})
    return Observed(
        record,
        seen.stripe_fields,
        seen.prefilled,
        submissions=0,
        closes=0,
        refunds=seen.refunds,
        messages=seen.messages,
    )
