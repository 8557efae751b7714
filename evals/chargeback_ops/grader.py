"""Grading an answer by the seven parts of ChargebackOps, as `docs/RESULTS.md` weighs them and `rubrics.py` states them.

- strategy: 1 for a best way, 0.35 for an acceptable one.
- evidence: of an answer filed, 0.7 x the share of required items + 0.3 x the share of useful ones (required ones count
  among them) - 0.25 for each harmful one; 0 where nothing may be filed. Not filing earns 1, or 0.15 where
  only filing is best.
- packet: 1 for an answer with every required item and no harmful one, or for rightly not filing.
- deadline: 1 when answered in time.
- efficiency: 1 - 0.1 for each wasted step - 0.05 for each filing; where not filing is right, 0.15 less for each system
  asked beyond two. Steps are not counted here, so the bonus for an early concession and its like are left out.
- outcome: 1 for a best way, 0.4 for an acceptable one.
- note: 0.2 for five words (0.1 for two), 0.5 x the share of topics named, 0.15 for naming any evidence filed, and 0.12
  less for each word that only a harmful item holds, three at most. Nothing filed is no note.

So an answer filed earns 0.9875 at most and a concession 0.95, there as here. A case left to a person is unresolved
where not filing is neither best nor acceptable: nothing but efficiency counts. One that is left until it is overdue
earns 0 altogether.
"""

import re
from types import MappingProxyType

from disputes.model import Value
from evals.chargeback_ops.answer_key import AnswerKey, Way

WEIGHTS = MappingProxyType(
    {"strategy": 25, "evidence": 20, "packet": 15, "deadline": 15, "efficiency": 10, "outcome": 10, "note": 5}
)
_ACCEPTABLE_STRATEGY, _ACCEPTABLE_OUTCOME = 0.35, 0.4
_LONG_NOTE, _SHORT_NOTE = 5, 2
_LISTED_SYSTEMS = 2


class Answer(Value):
    """What was answered: the way, the names of the items filed, and the letter as `note`.

    `wasted` counts steps that brought nothing, `systems` those that were asked, `harmful_words` those that only harmful
    items hold, in small letters.
    """

    way: Way
    filed: frozenset[str] = frozenset()
    in_time: bool = True
    wasted: int = 0
    systems: int = 0
    note: str = ""
    harmful_words: frozenset[str] = frozenset()


class Grade(Value):
    """The seven parts, each from 0 to 1."""

    strategy: float
    evidence: float
    packet: float
    deadline: float
    efficiency: float
    outcome: float
    note: float

    @property
    def score(self) -> float:
        """The weighted sum, from 0 to 1."""
        return sum(weight * float(getattr(self, part)) for part, weight in WEIGHTS.items()) / sum(WEIGHTS.values())


def grade(key: AnswerKey, answer: Answer) -> Grade:
    """Grade an answer; the same answer always has the same grade."""
    if is_unresolved(key, answer) and not answer.in_time:
        return Grade(**dict.fromkeys(WEIGHTS, 0.0))
    return Grade(
        strategy=_grade_way(key, answer, _ACCEPTABLE_STRATEGY),
        evidence=_grade_evidence(key, answer),
        packet=_grade_packet(key, answer),
        deadline=float(answer.in_time and not is_unresolved(key, answer)),
        efficiency=_grade_efficiency(key, answer),
        outcome=_grade_way(key, answer, _ACCEPTABLE_OUTCOME),
        note=_grade_note(key, answer),
    )


def is_unresolved(key: AnswerKey, answer: Answer) -> bool:
    """Check whether a case waits for a person although waiting is neither best nor acceptable."""
    return answer.way == "wait" and "wait" not in {*key.best, *key.acceptable}


def _grade_way(key: AnswerKey, answer: Answer, acceptable: float) -> float:
    if answer.way in key.best:
        return 1.0
    return acceptable if answer.way in key.acceptable else 0.0


def _grade_evidence(key: AnswerKey, answer: Answer) -> float:
    if answer.way != "contest":
        return 0.0 if is_unresolved(key, answer) else 0.15 if _must_contest(key) else 1.0
    if not key.contestable:
        return 0.0
    required, useful = key.names("required"), key.names("required", "helpful")
    base = 0.7 * _share(answer.filed & required, required) + 0.3 * _share(answer.filed & useful, useful)
    return _clamp(base - 0.25 * len(answer.filed & key.names("harmful")))


def _grade_packet(key: AnswerKey, answer: Answer) -> float:
    if answer.way != "contest":
        return float(not _must_contest(key))
    whole = key.names("required") <= answer.filed
    return float(key.contestable and whole and not answer.filed & key.names("harmful"))


def _grade_efficiency(key: AnswerKey, answer: Answer) -> float:
    filings = int(answer.way == "contest")
    efficiency = 1.0 - min(0.9, 0.1 * answer.wasted + 0.05 * filings)
    if not filings and not _must_contest(key):
        efficiency -= 0.15 * max(0, answer.systems - _LISTED_SYSTEMS)
    return _clamp(efficiency)


def _grade_note(key: AnswerKey, answer: Answer) -> float:
    words = re.findall(r"[^\W_]+", answer.note.casefold())
    if answer.way != "contest" or not words:
        return 0.0
    length = 0.2 if len(words) >= _LONG_NOTE else 0.1 if len(words) >= _SHORT_NOTE else 0.0
    named = [topic for topic in key.topics if set(topic.split("|")) & set(words)]
    topics = 0.5 * len(named) / len(key.topics) if key.topics else 0.3
    evidence = 0.15 if answer.filed & key.names("required", "helpful") else 0.0
    return _clamp(length + topics + evidence - 0.12 * min(3, len(answer.harmful_words & set(words))))


def _must_contest(key: AnswerKey) -> bool:
    """Check whether filing is the one best way."""
    return key.best == ("contest",)


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 1.0


def _clamp(value: float) -> float:
    return max(0.0, min(1.0, value))
