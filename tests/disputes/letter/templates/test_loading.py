"""A merchant's folder beside the shipped one: what supersedes what, and what is refused."""

from pathlib import Path

import pytest

from disputes.errors import Invalid
from disputes.letter.templates import Template, Templates
from disputes.letter.templates.loading import find_unreadable, load_templates
from tests.templates import AGAIN, ARRIVED, a_folder, with_own


def usable(templates: Templates) -> dict[str, Template]:
    """Return the templates of deliveries that a letter may use, by name."""
    (topic,) = (topic for topic in templates.topics if topic.topic == "delivery")
    return {template.name: template for template in templates.usable(topic)}


def test_a_merchants_next_version_counts_only_once_it_is_signed(tmp_path: Path):
    templates = with_own(tmp_path, name="delivered", version=2)
    assert usable(templates)["delivered"].version == 1
    assert [template.id for template in templates.unsigned()] == ["delivered@2"]
    assert templates.find("delivered@2") is None
    signed = templates.with_signed({template.digest for template in templates.unsigned()})
    assert usable(signed)["delivered"].version == 2
    assert signed.find("delivered@1") is None
    assert list(usable(signed)) == list(usable(load_templates())), "it stands where the older one stood"


def test_a_template_of_a_new_name_stands_behind_the_shipped_ones(tmp_path: Path):
    templates = with_own(tmp_path)
    signed = templates.with_signed({template.digest for template in templates.unsigned()})
    assert list(usable(signed)) == [*usable(load_templates()), "arrived"]


def test_a_word_changed_after_the_signature_takes_it_away(tmp_path: Path):
    signed = {template.digest for template in with_own(tmp_path / "before").unsigned()}
    changed = with_own(tmp_path / "after", phrasings=(AGAIN,)).with_signed(signed)
    assert "arrived" not in usable(changed)


def test_a_topic_of_the_merchants_own_is_added(tmp_path: Path):
    row = f"[[template]]\nname = 'care'\nversion = 1\nleads = true\nphrasings = ['{ARRIVED}']\n"
    (tmp_path / "care.toml").write_text(f"topic = 'care'\norder = 5\n{row}")
    assert load_templates(tmp_path).topics[-1].topic == "care"


def test_the_same_id_twice_is_refused(tmp_path: Path):
    a_folder(tmp_path)
    with pytest.raises(Invalid, match=r"arrived@1 is there twice"):
        with_own(tmp_path)


def test_the_id_of_a_shipped_template_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"beside the shipped ones: delivered@1 is there twice"):
        with_own(tmp_path, name="delivered")


def test_a_name_in_two_topics_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"authenticated is in the topics .*delivery"):
        with_own(tmp_path, name="authenticated", version=2)


def test_two_files_of_one_topic_are_refused_since_one_would_be_lost(tmp_path: Path):
    a_folder(tmp_path)
    (tmp_path / "more.toml").write_bytes((tmp_path / "delivery.toml").read_bytes())
    with pytest.raises(Invalid, match="two files are of the topic delivery"):
        load_templates(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"There is no folder .*nowhere of templates"):
        load_templates(tmp_path / "nowhere")


def test_each_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "a.toml").write_text("topic = ")
    (tmp_path / "b.toml").write_text("topic = 'b'\n[[template]]\nname = 'b'\nversion = 1\nphrasings = ['{x}']\n")
    first, second = find_unreadable(tmp_path)
    assert first.startswith("The templates a.toml cannot be read: ")
    assert second == "The templates b.toml is wrong at template.0: x is no kind of fact."


def test_what_is_wrong_with_files_together_is_named_too(tmp_path: Path):
    assert list(find_unreadable(a_folder(tmp_path))) == []
    assert list(find_unreadable(a_folder(tmp_path, name="delivered"))) == [
        f"The templates of {tmp_path.name} are wrong beside the shipped ones: delivered@1 is there twice."
    ]
