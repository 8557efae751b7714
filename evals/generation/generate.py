"""Generation of the cases in `evals/cases/` from a seed, the same for the same seed.

`python -m evals.generation.generate --seed 7` wrote the committed ones.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

from disputes.playbook import PRODUCTS, Product
from evals.case import CASES, EvalCase, Sort
from evals.generation import labels, plans, points, words
from evals.generation.plans import CasePlan
from evals.generation.points import PointRules
from evals.generation.sale import invent_sale
from evals.generation.special_cases import special_cases
from evals.generation.story_cases import story_cases
from evals.generation.stripe_object import build_dispute
from evals.generation.words import CaseWords

SEED = 7
REASONS = (
    *("credit_not_processed", "duplicate", "fraudulent", "general"),
    *("product_not_received", "product_unacceptable", "subscription_canceled", "unrecognized"),
)


def make_cases(seed: int = SEED) -> tuple[EvalCase, ...]:
    """Return the cases of a seed: seven for each reason and kind of product, 32 special cases, and the stories."""
    cells = [(reason, product) for reason in REASONS for product in PRODUCTS]
    word_lists, rules = words.read(), points.read()
    ordinary = [
        _case(
            Random(f"{seed}/{reason}/{product}/{plan.sort}/{place}"),  # noqa: S311 - invented cases, no secrets
            word_lists,
            rules,
            (reason, product, place, plan),
        )
        for number, (reason, product) in enumerate(cells)
        for place, plan in enumerate(plans.build_plans(number))
    ]
    return (*ordinary, *special_cases(seed, word_lists, rules), *story_cases())


def _case(rng: Random, word_lists: CaseWords, rules: PointRules, cell: tuple[str, Product, int, CasePlan]) -> EvalCase:
    reason, product, place, plan = cell
    sale = invent_sale(rng, word_lists, reason=reason, product=product, terms=plan.terms(reason))
    records, attack = plans.build_records(plan, sale)
    hostile = plans.find_carrier(records, attack)
    return EvalCase(
        id=f"{reason}-{product}-{place + 1}-{_slug(plan.sort)}",
        reason=reason,
        product=product,
        sort=plan.sort,
        dispute=build_dispute(sale, plan.state),
        records=records,
        label=labels.label_case(plans.find_traits(plan, sale)),
        points=points.expected_points(rules, reason, records, hostile=hostile),
        attack=attack,
    )


def _slug(sort: Sort) -> str:
    return sort.replace(" ", "-")


def write(folder: Path, cases: tuple[EvalCase, ...]) -> None:
    """Write the cases as JSON lines, one file for each reason; older case files of the folder are deleted."""
    for old in folder.glob("*.jsonl"):
        old.unlink()
    for name, lines in _group_lines(cases):
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")


def _group_lines(cases: tuple[EvalCase, ...]) -> Iterator[tuple[str, str]]:
    for reason in sorted({case.reason for case in cases}):
        yield reason, "".join(f"{case.model_dump_json()}\n" for case in cases if case.reason == reason)


def main() -> None:
    """Write the cases of a seed, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--into", type=Path, default=CASES)
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    write(options.into, make_cases(options.seed))


if __name__ == "__main__":
    main()
