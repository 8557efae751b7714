"""Which questions of the bank a letter answers, and with which paragraphs. Pure."""

from collections.abc import Iterable, Iterator

from disputes.case import Claim
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.playbook import Playbook
from disputes.playbook.criteria import Answered, kinds_on_record


def find_answers(
    dispute: Dispute, evidence: Evidence, claims: Iterable[Claim], playbook: Playbook
) -> tuple[Answered, ...]:
    """Return each criterion of the dispute's code, in the order a bank weighs them, with the paragraphs that answer it.

    A paragraph answers one where the letter as a whole tells an answer of it, and it a part of that.
    """
    return tuple(_find_answers(dispute, evidence, tuple(claims), playbook))


def _find_answers(
    dispute: Dispute, evidence: Evidence, claims: tuple[Claim, ...], playbook: Playbook
) -> Iterator[Answered]:
    known, told = kinds_on_record(evidence), {topic: _kinds(group, evidence) for topic, group in _topics(claims)}
    every = frozenset(kind for kinds in told.values() for kind in kinds)
    for criterion in playbook.find_criteria(dispute.network_code, evidence.product):
        whole = [set(answer) for answer in criterion.answers if set(answer) <= every]
        answering = frozenset(kind for answer in whole for kind in answer)
        yield Answered(
            name=criterion.name,
            question=criterion.question,
            source=criterion.source,
            on_record=criterion.is_answered(known),
            topics=tuple(topic for topic, kinds in told.items() if kinds & answering),
        )


def _topics(claims: tuple[Claim, ...]) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    for topic in dict.fromkeys(claim.topic for claim in claims):
        yield topic, tuple(claim for claim in claims if claim.topic == topic)


def _kinds(claims: tuple[Claim, ...], evidence: Evidence) -> frozenset[str]:
    return frozenset(fact.kind for claim in claims for name in claim.facts if (fact := evidence.find(name)))
