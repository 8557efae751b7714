"""Making an argument short enough to be read, without what the case needs. Pure."""

from disputes.letter.argument.paragraphs import MAX_PARAGRAPHS, MAX_WORDS, Argument, Paragraph
from disputes.letter.argument.planner import Planner


def shorten(
    planner: Planner, opening: tuple[Paragraph, ...], body: list[Paragraph], closing: tuple[Paragraph, ...]
) -> tuple[Paragraph, ...]:
    """Return the body without what makes the letter too long: the lightest paragraphs, then the last sentences."""
    kept = list(body)
    for paragraph in sorted(body[1:], key=lambda each: (-each.rank, each.weight)):
        others = [each for each in kept if each is not paragraph]
        if not _is_long(opening, kept, closing):
            break
        if not planner.is_needed(paragraph, (*opening, *others)):
            kept = others
    for place in reversed(range(len(kept))):
        for line in reversed(kept[place].lines[1:]):
            lines = tuple(each for each in kept[place].lines if each is not line)
            shorter = kept[place].model_copy(update={"lines": lines})
            rest = (*opening, *kept[:place], shorter, *kept[place + 1 :])
            is_long = Argument(paragraphs=(*opening, *kept, *closing)).words > MAX_WORDS
            if is_long and not planner.is_needed(kept[place], rest):
                kept[place] = shorter
    return tuple(kept)


def _is_long(opening: tuple[Paragraph, ...], body: list[Paragraph], closing: tuple[Paragraph, ...]) -> bool:
    argument = Argument(paragraphs=(*opening, *body, *closing))
    return len(body) > MAX_PARAGRAPHS or argument.words > MAX_WORDS
