"""Makes the cases from a seed, the same for the same seed, into `evals/cases/`.

`python -m evals.generation.generate --seed 7` wrote those that are committed.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

from disputes.playbook import PRODUCTS, Product
from evals.case import CASES, EvalCase, Sort
from evals.generation import labels, plans, points, words
from evals.generation.oddities import oddities
from evals.generation.plans import CasePlan
from evals.generation.points import Rows
from evals.generation.sale import sell
from evals.generation.stripe_object import tell
from evals.generation.words import CaseWords

SEED = 7
REASONS = (
    *("credit_not_processed", "duplicate", "fraudulent", "general"),
    *("product_not_received", "product_unacceptable", "subscription_canceled", "unrecognized"),
)


def make(seed: int = SEED) -> tuple[EvalCase, ...]:
    """Give the 200 cases of a seed: seven for each reason and kind of product, and 32 that are unlike the rest."""
    cells = [(reason, product) for reason in REASONS for product in PRODUCTS]
    said, rows = words.read(), points.read()
    ordinary = [
        _case(Random(f"{seed}/{reason}/{product}/{plan.sort}/{place}"), said, rows, (reason, product, place, plan))  # noqa: S311 - invented cases, no secrets
        for number, (reason, product) in enumerate(cells)
        for place, plan in enumerate(plans.of(number))
    ]
    return (*ordinary, *oddities(seed, said, rows))


def _case(dice: Random, said: CaseWords, rows: Rows, cell: tuple[str, Product, int, CasePlan]) -> EvalCase:
    reason, product, place, plan = cell
    sale = sell(dice, said, reason=reason, product=product, terms=plan.terms(reason))
    records, attack = plans.records(plan, sale)
    hostile = plans.carrier(records, attack)
    return EvalCase(
        id=f"{reason}-{product}-{place + 1}-{_slug(plan.sort)}",
        reason=reason,
        product=product,
        sort=plan.sort,
        dispute=tell(sale, plan.stand),
        records=records,
        label=labels.label(plans.told(plan, sale)),
        points=points.wanted(rows, reason, records, hostile=hostile),
        attack=attack,
    )


def _slug(sort: Sort) -> str:
    return sort.replace(" ", "-")


def write(folder: Path, cases: tuple[EvalCase, ...]) -> None:
    """Write the cases, one a line, one file a reason."""
    for old in folder.glob("*.jsonl"):
        old.unlink()
    for name, lines in _files(cases):
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")


def _files(cases: tuple[EvalCase, ...]) -> Iterator[tuple[str, str]]:
    for reason in sorted({case.reason for case in cases}):
        yield reason, "".join(f"{case.model_dump_json()}\n" for case in cases if case.reason == reason)


def main() -> None:
    """Write the cases of a seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--into", type=Path, default=CASES)
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    write(asked.into, make(asked.seed))


if __name__ == "__main__":
    main()
