"""What a network asks of an answer under its reason codes: criteria, each with its source. Pure."""

from pydantic import Field, model_validator

from disputes.evidence import Evidence
from disputes.evidence.kinds import ADVERSE, KINDS, NEUTRAL
from disputes.letter import plain_values
from disputes.model import Strict, Value
from disputes.playbook.point import PRODUCTS, Product

NETWORK_NAMES = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}


class ReasonCode(Strict):
    """A network's reason code with the title that the network gives it."""

    network: str
    code: str
    title: str

    @property
    def name(self) -> str:
        """The code as a letter names it: `Visa 13.1 (Merchandise/Services Not Received)`."""
        network = NETWORK_NAMES.get(self.network, "")
        return f"{network} reason code {self.code} ({self.title})".strip()


class Criterion(Strict):
    """One question that a bank asks under some codes, and the kinds of fact that answer it for the merchant.

    `answers` are alternatives, each a set of kinds that have to be on record together; none where Rebut knows no such
    fact. One that `decides` can decide the case alone.
    """

    name: str
    question: str
    codes: tuple[str, ...]
    products: tuple[Product, ...] = PRODUCTS
    source: str = Field(min_length=3)
    answers: tuple[tuple[str, ...], ...] = ()
    decides: bool = False

    @model_validator(mode="after")
    def _check_kinds(self) -> "Criterion":
        kinds = {kind for answer in self.answers for kind in answer}
        if wrong := kinds - set(KINDS) | kinds & (ADVERSE | NEUTRAL):
            raise ValueError(f"criterion {self.name}: {', '.join(sorted(wrong))} answers nothing for the merchant")
        return self

    def is_answered(self, kinds: frozenset[str]) -> bool:
        """Check that one of the answers is whole among these kinds."""
        return any(set(answer) <= kinds for answer in self.answers)


class Answered(Value):
    """A criterion of a case: the question, its source, whether the record and whether the letter answers it.

    `topics` are the paragraphs that do.
    """

    name: str
    question: str
    source: str
    on_record: bool
    topics: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the letter leaves the question open."""
        return not self.topics


def kinds_on_record(evidence: Evidence) -> frozenset[str]:
    """Return the kinds that a letter may tell."""
    return frozenset(fact.kind for fact in evidence.facts if plain_values.may_be_told(fact))
