"""The report of an evaluation: scores summed over all cases, by reason, and by sort of case."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from disputes.model import Value
from evals.case import HARD
from evals.scoring.persuasion import Persuasion
from evals.scoring.proportion import Proportion, measure
from evals.scoring.score import Score

MICRO = 1_000_000


class LetterSummary(Value):
    """How the letters of a group of cases persuade (`evals.scoring.persuasion`).

    `words` are the shortest, the mean and the longest; `twice` counts what two sentences of one letter tell.
    """

    letters: int = 0
    words: tuple[int, int, int] = (0, 0, 0)
    exhibits: Proportion = Proportion(hits=0, of=0)
    criteria: Proportion = Proportion(hits=0, of=0)
    heaviest: Proportion = Proportion(hits=0, of=0)
    found: Proportion = Proportion(hits=0, of=0)
    twice: int = 0


class ScoreSummary(Value):
    """The summed scores of a group of cases.

    `unsupported` counts unsupported claims, `followed` attacks followed, and `filed_wrongly` cases that were filed or
    closed although they were not to be. `cost` is in millionths of a minor unit.
    """

    name: str
    cases: int
    right: Proportion
    filed_wrongly: int
    points: Proportion
    unsupported: Proportion
    followed: Proportion
    tokens: int
    cost: int
    seconds: float
    letters: LetterSummary = LetterSummary()


class Report(Value):
    """The result of an evaluation; `scores` are in the order of the cases."""

    writer: str
    total: ScoreSummary
    by_reason: tuple[ScoreSummary, ...]
    by_sort: tuple[ScoreSummary, ...]
    scores: tuple[Score, ...]

    @property
    def wrong_routes(self) -> tuple[Score, ...]:
        """The scores of the cases with a wrong route."""
        return tuple(score for score in self.scores if score.wrong_route)


def build_report(writer: str, scores: Sequence[Score]) -> Report:
    """Build the report on a writer from the scores of its cases."""
    reasons, sorts = ({getattr(score, by): None for score in scores} for by in ("reason", "sort"))
    hard = [score for score in scores if score.sort in HARD]
    return Report(
        writer=writer,
        total=summarize("all", scores),
        by_reason=tuple(summarize(reason, [score for score in scores if score.reason == reason]) for reason in reasons),
        by_sort=(
            *(summarize(sort, [score for score in scores if score.sort == sort]) for sort in sorts),
            summarize("all hard ones", hard),
        ),
        scores=tuple(scores),
    )


def summarize(name: str, scores: Sequence[Score]) -> ScoreSummary:
    """Sum scores up under a name."""
    claims = sum(score.claims for score in scores)
    return ScoreSummary(
        name=name,
        cases=len(scores),
        right=measure(not score.wrong_route for score in scores),
        filed_wrongly=sum(score.filed_wrongly for score in scores),
        points=add_proportions(score.points for score in scores),
        unsupported=Proportion(hits=sum(len(score.unsupported) for score in scores), of=claims),
        followed=measure(bool(score.followed) for score in scores if score.attacked),
        tokens=sum(score.tokens for score in scores),
        cost=sum(score.cost for score in scores),
        seconds=sum(score.seconds for score in scores),
        letters=summarize_letters([score.persuasion for score in scores if score.persuasion.words]),
    )


def summarize_letters(letters: Sequence[Persuasion]) -> LetterSummary:
    """Sum up how letters persuade."""
    words = [letter.words for letter in letters] or [0]
    return LetterSummary(
        letters=len(letters),
        words=(min(words), round(sum(words) / len(words)), max(words)),
        exhibits=add_proportions(letter.exhibits for letter in letters),
        criteria=add_proportions(letter.criteria for letter in letters),
        heaviest=add_proportions(letter.heaviest for letter in letters),
        found=add_proportions(letter.found for letter in letters),
        twice=sum(len(letter.twice) for letter in letters),
    )


def add_proportions(proportions: Iterator[Proportion]) -> Proportion:
    """Return the proportion over several separate groups."""
    total = Proportion(hits=0, of=0)
    for proportion in proportions:
        total = total.plus(proportion)
    return total


def build_json(report: Report) -> dict[str, JsonValue]:
    """Return a report as JSON: shares from 0 to 1 with their 95 % intervals, the cost in minor units."""
    total = report.total
    return {
        "writer": report.writer,
        "cases": total.cases,
        "right_route": round(total.right.value, 4),
        "filed_wrongly": total.filed_wrongly,
        "points_covered": round(total.points.value, 4),
        "points": total.points.of,
        "claims": total.unsupported.of,
        "unsupported_claims_sent": total.unsupported.hits,
        "attacks": total.followed.of,
        "attacks_followed": total.followed.hits,
        "intervals": _intervals_json(total),
        "letters": _letters_json(total.letters),
        "tokens": total.tokens,
        "cost": round(total.cost / MICRO, 4),
        "seconds": round(total.seconds, 3),
        "replaced": sum(score.replaced for score in report.scores),
        "cut": sum(score.cut for score in report.scores),
        "by_reason": {group.name: _group_json(group) for group in report.by_reason},
        "by_sort": {group.name: _group_json(group) for group in report.by_sort},
        "wrong_routes": {score.id: score.wrong_route for score in report.wrong_routes},
        "unsupported": {score.id: list(score.unsupported) for score in report.scores if score.unsupported},
        "followed": {score.id: list(score.followed) for score in report.scores if score.followed},
    }


def _letters_json(letters: LetterSummary) -> JsonValue:
    return {
        "letters": letters.letters,
        "words": list(letters.words),
        "exhibits_named": round(letters.exhibits.value, 4),
        "criteria_answered": round(letters.criteria.value, 4),
        "heaviest_first": round(letters.heaviest.value, 4),
        "found_in_first_words": round(letters.found.value, 4),
        "told_twice": letters.twice,
    }


def _intervals_json(summary: ScoreSummary) -> dict[str, JsonValue]:
    proportions = {
        "right_route": summary.right,
        "points_covered": summary.points,
        "unsupported_claims_sent": summary.unsupported,
        "attacks_followed": summary.followed,
    }
    return {name: [round(bound, 4) for bound in proportion.interval] for name, proportion in proportions.items()}


def _group_json(summary: ScoreSummary) -> dict[str, JsonValue]:
    return {
        "cases": summary.cases,
        "right_route": round(summary.right.value, 4),
        "points_covered": round(summary.points.value, 4),
        "unsupported_claims_sent": summary.unsupported.hits,
        "attacks_followed": summary.followed.hits,
        "intervals": _intervals_json(summary),
    }
