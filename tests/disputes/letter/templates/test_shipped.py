"""The shipped templates: nobody changes a word of them unnoticed."""

import pytest

from disputes.letter.templates import Template, checks, register
from disputes.letter.templates.loading import load_templates, read_signed

SHIPPED = list(register.every(load_templates()))


def test_the_signed_digests_are_exactly_those_of_the_files():
    digests = {template.id: template.digest for template in SHIPPED}
    assert read_signed() == digests, "signed.toml is written with disputes.letter.templates.loading.write_signed"


@pytest.mark.parametrize("template", SHIPPED, ids=lambda template: template.id)
def test_a_template_has_several_phrasings(template: Template):
    assert len(set(template.phrasings)) == len(template.phrasings) >= 2
    assert len(template.several) != 1


@pytest.mark.parametrize("template", SHIPPED, ids=lambda template: template.id)
def test_a_template_has_no_problem(template: Template):
    assert list(checks.find_problems(template)) == []


def test_a_name_is_of_one_topic():
    assert len({template.name for template in SHIPPED}) == len(SHIPPED)
