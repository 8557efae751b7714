"""Cases of the four families from a seed, the same for the same seed: four of each plot.

After the public generator (`scenarios/case_generator.py`): the amounts, the right ways, and pieces of evidence that are
on record by chance.
"""

from collections.abc import Iterator
from random import Random

from evals.case import EvalCase, Label
from evals.chargeback_ops.answer_key import OpsCase
from evals.chargeback_ops.plot import Plot
from evals.chargeback_ops.unwinnable import CONCEDE, TRAP
from evals.chargeback_ops.winnable import CONTEST, REFUND
from evals.generation import words
from evals.generation.sale import Sale, invent_sale
from evals.generation.stripe_object import CODES, DisputeState, build_dispute
from evals.generation.words import CaseWords

SEED = 7
PLOTS = (*CONCEDE, *CONTEST, *REFUND, *TRAP)
_CASES_A_PLOT = 4
_LEAST, _MOST = 5_000, 200_000
"""The bounds of the amounts in US cents, those of the public generator; small ones are more frequent here."""


def make_cases(seed: int = SEED) -> tuple[OpsCase, ...]:
    """Return the 96 cases of a seed, family by family."""
    word_lists = words.read()
    return tuple(_cases(seed, word_lists))


def _cases(seed: int, word_lists: CaseWords) -> Iterator[OpsCase]:
    for plot in PLOTS:
        for number in range(_CASES_A_PLOT):
            rng = Random(f"chargeback ops/{seed}/{plot.name}/{number}")  # noqa: S311 - invented cases, no secrets
            yield _build_case(plot, number, _invent(rng, word_lists, plot))


def _invent(rng: Random, word_lists: CaseWords, plot: Plot) -> Sale:
    worth = round(_LEAST * (_MOST / _LEAST) ** rng.random())
    network = rng.choice([network for network in CODES[plot.reason] if network in {"visa", "mastercard"}])
    return invent_sale(rng, word_lists, reason=plot.reason, product=plot.product, terms=(worth, "usd", network))


def _build_case(plot: Plot, number: int, sale: Sale) -> OpsCase:
    records = tuple(plot.build_records(sale))
    # What Rebut infers from records, as that one order was paid twice, is no record: a harmful item stays in the key.
    items = tuple(item for item in plot.key.items if item.bearing == "harmful" or item.is_on_record(records))
    hours = sale.rng_for("due").randint(30, 400)
    return OpsCase(
        family=plot.family,
        plot=plot.name,
        key=plot.key.model_copy(update={"items": items}),
        case=EvalCase(
            id=f"{plot.family}-{'-'.join(plot.name.replace(',', '').split())}-{number + 1}",
            reason=plot.reason,
            product=plot.product,
            sort=plot.sort,
            dispute=build_dispute(sale, DisputeState(hours=hours)),
            records=records,
            label=Label(action="submit" if plot.key.best == ("contest",) else "review", why=plot.name),
        ),
    )
