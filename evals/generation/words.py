"""The word lists of `words.toml`, from which cases are generated."""

from pathlib import Path

from disputes import toml_file
from disputes.model import Strict
from disputes.playbook import Product
from evals.case import HiddenGoal

ByProduct = dict[Product, tuple[str, ...]]


class HostileText(Strict):
    """A hostile text that gives orders to whoever reads it."""

    wants: HiddenGoal
    text: str
    marks: tuple[str, ...]


class CaseWords(Strict):
    """The names, goods, messages and hostile texts of invented sales."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    street: tuple[str, ...]
    town: tuple[str, ...]
    descriptor: str
    carrier: tuple[str, ...]
    wallet: tuple[str, ...]
    device: tuple[str, ...]
    refund_policy: str
    cancellation_policy: str
    goods: ByProduct
    plan: ByProduct
    pleased: ByProduct
    upset: dict[str, str]
    attack: tuple[HostileText, ...]


def read() -> CaseWords:
    """Read `words.toml`."""
    return toml_file.load(Path(__file__).parent / "words.toml", CaseWords, "The word list words.toml")
