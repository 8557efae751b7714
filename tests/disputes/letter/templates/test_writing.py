"""Templates as TOML: what is written is read back as the same words, and nothing is added to the shipped ones."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import Invalid
from disputes.letter.templates import Template, Topic, register, writing
from disputes.letter.templates.loading import SHIPPED, load_templates
from tests.templates import a_folder, a_template

_TEXTS = st.text(st.characters(exclude_characters="{}[]<>|", exclude_categories=["Cs"]))


def read(text: str, topic: str) -> Template:
    return Topic.model_validate({"topic": topic, **tomllib.loads(text)}).templates[0]


@pytest.mark.parametrize("template", list(register.every(load_templates())), ids=lambda template: template.id)
def test_a_shipped_template_is_read_back_with_its_digest(template: Template):
    assert read(writing.write(template), template.topic).digest == template.digest


@given(_TEXTS)
def test_whatever_the_words_are_they_are_read_back(words: str):
    template = a_template(phrasings=(f"{words}{{paid_at}}",))
    assert read(writing.write(template), "delivery") == template


def test_a_template_is_added_to_the_file_of_its_topic_whatever_its_name(tmp_path: Path):
    a_folder(tmp_path)
    (tmp_path / "delivery.toml").rename(tmp_path / "mine.toml")
    assert writing.add(a_template(version=2), tmp_path) == tmp_path / "mine.toml"
    assert [template.id for template in load_templates(tmp_path).unsigned()] == ["arrived@1", "arrived@2"]


def test_a_file_is_made_for_a_topic_that_has_none(tmp_path: Path):
    assert writing.add(a_template(), tmp_path) == tmp_path / "delivery.toml"
    assert load_templates(tmp_path).unsigned() == (a_template(),)


def test_nothing_is_added_to_a_shipped_file_nor_to_one_of_another_topic(tmp_path: Path):
    with pytest.raises(Invalid, match="one of the shipped templates"):
        writing.add(a_template(), SHIPPED)
    file = writing.add(a_template(), tmp_path)
    with pytest.raises(Invalid, match="is of another topic than use"):
        writing.add(a_template(topic="use"), tmp_path, out=file)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    with pytest.raises(Invalid, match="cannot be written"):
        writing.add(a_template(), tmp_path, out=tmp_path / "nowhere" / "delivery.toml")
