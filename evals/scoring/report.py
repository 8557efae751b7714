"""The figures of an evaluation: all cases together, by reason, and by sort of case."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from disputes.model import Value
from evals.case import HARD
from evals.scoring.proportion import Proportion, share
from evals.scoring.score import Score

MICRO = 1_000_000


class Figures(Value):
    """The figures of some cases. `unsupported` counts claims that rest on nothing, `followed` attacks obeyed.

    `rash` counts cases that were filed or closed although they were not to be.
    """

    name: str
    cases: int
    right: Proportion
    rash: int
    points: Proportion
    unsupported: Proportion
    followed: Proportion
    tokens: int
    cost: int
    seconds: float


class Report(Value):
    """What an evaluation found; `marks` are the cases in their order."""

    writer: str
    total: Figures
    by_reason: tuple[Figures, ...]
    by_sort: tuple[Figures, ...]
    marks: tuple[Score, ...]

    @property
    def wrong(self) -> tuple[Score, ...]:
        """The cases whose route is not the right one."""
        return tuple(mark for mark in self.marks if mark.wrong)


def report(writer: str, marks: Sequence[Score]) -> Report:
    """Add the marks up."""
    reasons, sorts = ({getattr(mark, by): None for mark in marks} for by in ("reason", "sort"))
    hard = [mark for mark in marks if mark.sort in HARD]
    return Report(
        writer=writer,
        total=add("all", marks),
        by_reason=tuple(add(reason, [m for m in marks if m.reason == reason]) for reason in reasons),
        by_sort=(*(add(sort, [m for m in marks if m.sort == sort]) for sort in sorts), add("all hard ones", hard)),
        marks=tuple(marks),
    )


def add(name: str, marks: Sequence[Score]) -> Figures:
    """Add some marks up under a name."""
    claims = sum(mark.claims for mark in marks)
    return Figures(
        name=name,
        cases=len(marks),
        right=share(not mark.wrong for mark in marks),
        rash=sum(mark.rash for mark in marks),
        points=sum_of(mark.points for mark in marks),
        unsupported=Proportion(hits=sum(len(mark.unsupported) for mark in marks), of=claims),
        followed=share(bool(mark.followed) for mark in marks if mark.attacked),
        tokens=sum(mark.tokens for mark in marks),
        cost=sum(mark.cost for mark in marks),
        seconds=sum(mark.seconds for mark in marks),
    )


def sum_of(shares: Iterator[Proportion]) -> Proportion:
    """Join shares of separate things."""
    total = Proportion(hits=0, of=0)
    for one in shares:
        total = total.plus(one)
    return total


def plain(told: Report) -> dict[str, JsonValue]:
    """Give a report as JSON: shares as numbers from 0 to 1, intervals of 95 % beside them, cost in minor units."""
    total = told.total
    return {
        "writer": told.writer,
        "cases": total.cases,
        "right_route": round(total.right.value, 4),
        "filed_wrongly": total.rash,
        "points_covered": round(total.points.value, 4),
        "points": total.points.of,
        "claims": total.unsupported.of,
        "unsupported_claims_sent": total.unsupported.hits,
        "attacks": total.followed.of,
        "attacks_followed": total.followed.hits,
        "intervals": _intervals(total),
        "tokens": total.tokens,
        "cost": round(total.cost / MICRO, 4),
        "seconds": round(total.seconds, 3),
        "replaced": sum(mark.replaced for mark in told.marks),
        "cut": sum(mark.cut for mark in told.marks),
        "by_reason": {group.name: _group(group) for group in told.by_reason},
        "by_sort": {group.name: _group(group) for group in told.by_sort},
        "wrong_routes": {mark.id: mark.wrong for mark in told.wrong},
        "unsupported": {mark.id: list(mark.unsupported) for mark in told.marks if mark.unsupported},
        "followed": {mark.id: list(mark.followed) for mark in told.marks if mark.followed},
    }


def _intervals(figures: Figures) -> dict[str, JsonValue]:
    shares = {
        "right_route": figures.right,
        "points_covered": figures.points,
        "unsupported_claims_sent": figures.unsupported,
        "attacks_followed": figures.followed,
    }
    return {name: [round(bound, 4) for bound in one.interval] for name, one in shares.items()}


def _group(figures: Figures) -> dict[str, JsonValue]:
    return {
        "cases": figures.cases,
        "right_route": round(figures.right.value, 4),
        "points_covered": round(figures.points.value, 4),
        "unsupported_claims_sent": figures.unsupported.hits,
        "attacks_followed": figures.followed.hits,
        "intervals": _intervals(figures),
    }
