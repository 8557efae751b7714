"""What a model sees of the templates, and the template that code makes of a phrasing it wrote."""

import json
from typing import Any

import pytest

from disputes.errors import Invalid
from disputes.evidence.kinds import ADVERSE, NEUTRAL
from disputes.letter.templates import Template, Topic, proposals
from disputes.letter.templates.loading import load_templates
from disputes.letter.templates.proposals import Backing, Subject
from tests.templates import AGAIN, ARRIVED

SHIPPED = load_templates()
SUBJECT = Subject(reason="product_not_received", topic="delivery", product="physical")
NEW = "The parcel [was delivered](delivered_at) on {delivered_at:day}< by {carrier}>."


def built(name: str = "delivered", phrasing: str = NEW, *, topic: str = "delivery", **about: Any) -> Template:
    return proposals.build(name, topic, phrasing, SUBJECT.model_copy(update=about), SHIPPED)


def test_a_model_sees_reason_products_kinds_and_the_topics_phrasings():
    seen: Any = proposals.describe(SUBJECT, SHIPPED)
    assert set(seen) == {"reason", "products", "kinds", "topics"}
    assert (seen["reason"], seen["products"]) == ("product_not_received", ["physical"])
    assert [topic["topic"] for topic in seen["topics"]] == ["delivery"]
    assert "delivered_claim" in {template["name"] for template in seen["topics"][0]["templates"]}
    assert {"kind": "delivered_at", "what": "Delivered", "form": "time"} in seen["kinds"]
    assert not {kind["kind"] for kind in seen["kinds"]} & (ADVERSE | NEUTRAL)
    assert json.loads(json.dumps(seen)) == seen


def test_a_model_does_not_see_templates_of_other_reasons_or_products():
    seen: Any = proposals.describe(Subject(reason="duplicate", product="digital"), SHIPPED)
    names = {template["name"] for topic in seen["topics"] for template in topic["templates"]}
    assert "says_twice" in names
    assert not {"says_fraud", "delivered"} & names


def test_a_topic_that_is_not_there_is_refused():
    with pytest.raises(Invalid, match=r"There is no topic love; there are opening, .*delivery"):
        proposals.describe(Subject(reason="duplicate", topic="love"), SHIPPED)


def test_a_phrasing_of_a_present_template_is_its_next_version():
    template = built()
    shipped = SHIPPED.find("delivered@1")
    assert shipped is not None
    assert (template.id, template.phrasings) == ("delivered@2", (NEW,))
    assert (template.about, template.leads, template.unless) == (shipped.about, shipped.leads, shipped.unless)


def test_a_new_template_is_for_what_was_asked_for():
    template = built("arrived")
    assert (template.id, template.reasons, template.products) == (
        "arrived@1",
        ("product_not_received",),
        ("physical",),
    )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"topic": "use"}, "There is no topic use among those asked for"),
        ({"name": "authenticated"}, "authenticated is a template of the topic identity"),
        ({"name": "It came"}, "should match pattern"),
        ({"name": "arrived", "phrasing": "It [came](arrived_at)."}, "arrived_at is no kind of fact"),
        ({"name": "arrived", "phrasing": "It came on {paid_at"}, "neither a slot nor a predicate"),
        ({"name": "arrived", "phrasing": "We [were right](paid_at) on 3 May."}, "it holds a figure"),
        ({"phrasing": "It [came](delivered_at) to {delivery_place}."}, "It needs delivered_at, delivery_place, and"),
    ],
    ids="topic other-topic name kind markup check needs".split(),
)
def test_what_cannot_be_a_template_is_refused_with_a_sentence(wrong: dict[str, str], why: str):
    with pytest.raises(Invalid, match=why) as refused:
        built(**wrong)
    assert str(refused.value).endswith(".")


def test_a_phrasing_that_is_there_already_is_refused():
    shipped = SHIPPED.find("says_fraud@1")
    assert shipped is not None
    subject = Subject(reason="fraudulent", topic="opening")
    with pytest.raises(Invalid, match="there already"):
        proposals.build("says_fraud", "opening", shipped.phrasings[0], subject, SHIPPED)


def test_a_next_version_keeps_the_present_phrasings_and_a_new_one_has_its_own():
    first, second = proposals.join([built(), built("arrived", ARRIVED), built("arrived", AGAIN)], SHIPPED)
    shipped = SHIPPED.find("delivered@1")
    assert shipped is not None
    assert (first.id, first.phrasings) == ("delivered@2", (*shipped.phrasings, NEW))
    assert (second.id, second.phrasings) == ("arrived@1", (ARRIVED, AGAIN))
    assert Topic.model_validate({"topic": "delivery", "template": [first.model_dump(exclude={"topic"})]})


def test_each_predicate_is_asked_about_with_its_kinds_and_the_whole_with_all():
    assert proposals.find_backings(
        built("arrived", "It [came](delivered_at)<, [signed](delivery_signature)| late>.")
    ) == [
        Backing(words="came", kinds=("delivered_at",)),
        Backing(words="signed", kinds=("delivery_signature",)),
        Backing(words="It came, signed /  late.", kinds=("delivered_at", "delivery_signature")),
    ]
    assert proposals.find_backings(built())[-1].words == ("The parcel was delivered on <delivered_at> by <carrier>.")
