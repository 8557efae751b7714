"""The paragraphs of a letter: their sentences, and how much of the case each decides. Pure."""

from itertools import chain

from disputes.case import Claim
from disputes.letter.sentences import Rendered
from disputes.model import Value

MAX_PARAGRAPHS = 5
"""Of the body."""
MAX_WORDS = 340
"""Of a letter without its list of exhibits: what a bank's analyst reads in two minutes."""


class Line(Value):
    """One sentence of a paragraph: its topic and template, the fields that repeat it, and its exhibit's mark."""

    topic: str
    template: str
    sentence: Rendered
    fields: tuple[str, ...] = ()
    mark: str = ""


class Paragraph(Value):
    """One paragraph: its topic, its sentences, and how much it decides.

    `rank` is the place of the first question of the bank that it answers, `weight` that of its heaviest point.
    """

    topic: str
    lines: tuple[Line, ...]
    weight: float = 0.0
    rank: int = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of fact that the paragraph tells."""
        return frozenset(kind for line in self.lines for kind in line.sentence.kinds)

    @property
    def facts(self) -> frozenset[str]:
        """The ids of the facts that the paragraph cites."""
        return frozenset(fact for line in self.lines for fact in line.sentence.facts)

    def write(self, number: int) -> tuple[Claim, ...]:
        """Return the sentences as claims of a letter's paragraph, each with the mark of the exhibit that it names."""
        return tuple(
            Claim(
                text=line.sentence.naming(line.mark),
                facts=line.sentence.facts,
                paragraph=number,
                topic=line.topic,
                template=line.template,
                fields=line.fields,
            )
            for line in self.lines
        )


class Argument(Value):
    """The paragraphs of a letter in order."""

    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every sentence as a claim of the letter."""
        numbered = enumerate(self.paragraphs, 1)
        return tuple(chain.from_iterable(paragraph.write(number) for number, paragraph in numbered))

    @property
    def words(self) -> int:
        """How many words the sentences have."""
        return sum(len(claim.text.split()) for claim in self.claims)


Parts = tuple[tuple[Paragraph, ...], tuple[Paragraph, ...], tuple[Paragraph, ...]]
"""The paragraphs of the opening, the body and the closing."""
