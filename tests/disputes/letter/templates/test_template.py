"""A template: what it refuses, and that its digest is of everything it says and where."""

from typing import Any

import pytest
from pydantic import ValidationError

from disputes.letter.templates import Template, Topic
from tests.templates import AGAIN, ARRIVED, a_template

CHANGES: dict[str, Any] = {
    "name": "came",
    "version": 2,
    "topic": "use",
    "phrasings": (AGAIN, ARRIVED),
    "several": ("The parcels [were delivered](delivered_at).",),
    "about": "parcel",
    "leads": True,
    "first_only": True,
    "answers": "delivery",
    "reasons": ("fraudulent",),
    "codes": ("13.1",),
    "except_codes": ("13.9",),
    "products": ("physical",),
    "stages": ("appeal",),
    "unless": ("delivered_elsewhere",),
}


def test_every_field_is_changed_below():
    assert set(CHANGES) == set(Template.model_fields)


@pytest.mark.parametrize("field", CHANGES)
def test_the_digest_changes_with_every_field(field: str):
    assert a_template(**{field: CHANGES[field]}).digest != a_template().digest


def test_the_digest_of_the_same_template_is_the_same():
    assert a_template().digest == Template.model_validate_json(a_template().model_dump_json()).digest
    assert len(a_template().digest) == 64


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"phrasings": ()}, "at least 1 item"),
        ({"phrasings": ("It came on {paid_at.",)}, "neither a slot nor a predicate"),
        ({"phrasings": ("It [came](arrived_at).",)}, "arrived_at is no kind of fact"),
        ({"unless": ("arrived_at",)}, "arrived_at is no kind of fact"),
        ({"phrasings": ("It [went astray](delivery_failed).",)}, "delivery_failed is never told to a bank"),
        ({"phrasings": ("We are right.",)}, "rests on nothing"),
        ({"phrasings": ("See {exhibit}.",)}, "rests on nothing"),
        ({"several": ("We are right.",)}, "rests on nothing"),
        ({"name": "It came"}, "should match pattern"),
        ({"version": 0}, "greater than or equal to 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_template_that_cannot_be_one_is_refused(changes: dict[str, Any], why: str):
    with pytest.raises(ValidationError, match=why):
        a_template(**changes)


def test_a_topic_names_its_templates_and_its_fields_are_stripes():
    row = {"name": "a", "version": 1, "phrasings": [ARRIVED]}
    assert Topic.model_validate({"topic": "delivery", "template": [row]}).templates[0].topic == "delivery"
    with pytest.raises(ValidationError, match="text goes in text fields"):
        Topic.model_validate({"topic": "delivery", "template": [row], "fields": {"shipping_documentation": []}})
