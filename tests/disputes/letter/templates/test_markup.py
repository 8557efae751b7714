"""The markup of templates: what it parses to, what it refuses, and that nothing of a phrasing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import Invalid
from disputes.letter.templates import markup, register
from disputes.letter.templates.loading import load_templates
from disputes.letter.templates.markup import Node, Predicate, Sentence, Slot, Words

_KINDS = st.sampled_from(["delivered_at", "paid_at", "avs_match", "exhibit"])
_TEXTS = st.text(st.characters(exclude_characters="{}[]<>|", exclude_categories=["Cs"]), min_size=1, max_size=12)
_NODES: st.SearchStrategy[Node] = st.one_of(
    _TEXTS.map(Words),
    st.builds(Slot, st.lists(_KINDS, min_size=1, max_size=2).map(tuple), st.sampled_from(["", "day", "time/times"])),
    st.builds(Predicate, _TEXTS, st.lists(_KINDS, min_size=1, max_size=3).map(tuple)),
)
_PARTS = st.one_of(
    st.tuples(st.sampled_from([False]), st.lists(st.lists(_NODES, min_size=1), min_size=1, max_size=1)),
    st.tuples(st.sampled_from([True]), st.lists(st.lists(_NODES), min_size=1, max_size=3)),
)
PHRASINGS = [text for t in register.every(load_templates()) for text in (*t.phrasings, *t.several)]


def write(sentence: Sentence) -> str:
    """Return a parsed phrasing as it is written."""
    return "".join(_write_part(optional, list(map(list, part))) for optional, part in sentence.parts)


def _write_part(optional: bool, alternatives: list[list[Node]]) -> str:  # noqa: FBT001 - as the sentence has it
    text = "|".join("".join(map(_write_node, nodes)) for nodes in alternatives)
    chosen = f"<!{text}>" if len(alternatives) > 1 else text
    return f"<{text}>" if optional else chosen


def _write_node(node: Node) -> str:
    match node:
        case Words(text):
            return text
        case Slot(kinds, wanted):
            return f"{{{'..'.join(kinds)}{f':{wanted}' if wanted else ''}}}"
        case Predicate(text, kinds):
            return f"[{text}]({'+'.join(kinds)})"


@given(st.lists(_PARTS).map(lambda parts: "".join(_write_part(*part) for part in parts)))
def test_the_parts_of_every_phrasing_join_back(text: str):
    parsed = markup.parse(text)
    assert write(parsed) == text
    assert markup.parse(write(parsed)) == parsed


@pytest.mark.parametrize("text", PHRASINGS)
def test_the_parts_of_every_shipped_phrasing_join_back(text: str):
    assert write(markup.parse(text)) == text


def test_a_phrasing_is_words_slots_predicates_and_optional_parts():
    parsed = markup.parse("It [came](delivered_at)< on {delivered_at:day}|, [signed](delivery_signature)>. {exhibit}")
    assert parsed.parts == (
        (False, ((Words("It "), Predicate("came", ("delivered_at",))),)),
        (
            True,
            (
                (Words(" on "), Slot(("delivered_at",), "day")),
                (Words(", "), Predicate("signed", ("delivery_signature",))),
            ),
        ),
        (False, ((Words(". "), Slot(("exhibit",), "")),)),
    )


def test_what_is_optional_is_not_required_and_an_exhibit_is_no_kind():
    parsed = markup.parse("[Both passed](avs_match+cvc_match)< after {paid_at..delivered_at}>. {exhibit}")
    assert parsed.required == ("avs_match", "cvc_match")
    assert parsed.kinds == ("avs_match", "cvc_match", "paid_at", "delivered_at")


@pytest.mark.parametrize(
    "text",
    [
        "It came < on {paid_at}",
        "It came > then",
        "<a <b> c>",
        "It came on {paid_at",
        "It came on paid_at}",
        "It came on {}",
        "It came on {Paid At}",
        "It came on {paid_at:}",
        "It came on {a..b..c}",
        "It [came]",
        "It [came]()",
        "It [came] (paid_at)",
        "It [came](paid at)",
        "It [](paid_at)",
        "It [ca[me](paid_at)",
        "It {paid_at<:day>}",
    ],
)
def test_what_is_no_markup_is_refused_with_the_phrasing(text: str):
    with pytest.raises(Invalid) as refused:
        markup.parse(text)
    assert str(refused.value).startswith(repr(text)[:3])
    assert str(refused.value).endswith(".")
