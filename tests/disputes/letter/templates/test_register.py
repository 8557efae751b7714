"""The register: who signed what, what waits for a signature, and what it would change."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from disputes.letter.templates import Template, Templates, register
from disputes.letter.templates.loading import load_templates
from disputes.letter.templates.register import ListedTemplate
from disputes.repositories.template_signatures import TemplateSignature
from tests.fakes import NOON
from tests.templates import AGAIN, ARRIVED, a_template, with_own


def signed(*templates: Template) -> list[TemplateSignature]:
    return [TemplateSignature(template=each, digest=each.digest, by="Ada", at=NOON) for each in templates]


def listed(templates: Templates, signatures: Sequence[TemplateSignature] = ()) -> dict[str, ListedTemplate]:
    return {each.id: each for each in register.list_templates(templates, signatures)}


def test_a_template_is_signed_by_the_release_an_admin_or_nobody(tmp_path: Path):
    templates = with_own(tmp_path)
    every = listed(templates)
    assert {each.signed for name, each in every.items() if name != "arrived@1"} == {"release"}
    assert every["arrived@1"].signed == "nobody"
    own = listed(templates, signed(*templates.unsigned()))["arrived@1"]
    assert (own.signed, own.by, own.at, own.phrasing) == ("admin", "Ada", NOON, ARRIVED)


def test_a_signature_of_other_words_is_no_signature(tmp_path: Path):
    templates = with_own(tmp_path)
    assert listed(templates, signed(a_template(phrasings=(AGAIN,))))["arrived@1"].signed == "nobody"


def test_a_list_for_a_reason_has_what_is_for_every_reason_too():
    every = {each.id for each in register.list_templates(load_templates(), (), reason="duplicate")}
    assert {"says_twice@1", "contest@1"} <= every
    assert "says_fraud@1" not in every


def test_what_waits_for_a_signature_is_what_nobody_signed(tmp_path: Path):
    templates = with_own(tmp_path)
    (own,) = register.find_unsigned(templates, ())
    assert own.id == "arrived@1"
    assert register.find_unsigned(templates, (), template_id="delivered@1") == []
    assert register.find_unsigned(templates, signed(own)) == []


@pytest.mark.parametrize("versions", [(2, 3), (3, 2)])
def test_what_is_signed_is_the_highest_version_that_anybody_signed(versions: tuple[int, int], tmp_path: Path):
    templates = with_own(tmp_path, name="delivered", version=4)
    (own,) = templates.unsigned()
    shipped = register.find_signed(own, templates, ())
    assert shipped is not None
    assert shipped.id == "delivered@1"
    found = register.find_signed(own, templates, signed(*(own.model_copy(update={"version": v}) for v in versions)))
    assert found is not None
    assert found.version == 3


def test_of_one_version_that_was_signed_twice_the_last_words_count(tmp_path: Path):
    (own,) = with_own(tmp_path).unsigned()
    older = own.model_copy(update={"phrasings": (AGAIN,)})
    assert register.find_signed(own, load_templates(), signed(older, own)) == own


def test_a_comparison_shows_the_words_that_go_and_come():
    diff = register.compare(a_template(phrasings=(ARRIVED,)), a_template(version=2, phrasings=(AGAIN,)))
    assert diff.startswith("--- arrived@1, signed\n+++ arrived@2, not signed\n")
    assert f'-    "{ARRIVED}",\n+    "{AGAIN}",\n' in diff


def test_a_new_template_is_compared_with_nothing():
    diff = register.compare(None, a_template())
    assert diff.startswith("--- nothing signed\n")
    assert not [line for line in diff.splitlines()[3:] if not line.startswith("+")]
