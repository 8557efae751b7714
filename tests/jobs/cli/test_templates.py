"""`rebut templates` by its functions: what it lists, checks, proposes, compares and signs."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from disputes.errors import Invalid, WriterFailed
from disputes.letter.templates import Templates, register
from disputes.letter.templates.loading import load_templates
from disputes.letter.templates.proposals import Proposed, RefusedPhrasing, Subject
from disputes.repositories.template_signatures import TemplateSignatures
from disputes.repositories.users import User, Users
from graph import template_proposals
from graph.wiring.settings import Settings
from jobs.cli import template_commands
from jobs.cli.template_table import print_templates
from tests.fakes import digest, fake_repositories
from tests.model_server import answers, model_server
from tests.templates import AGAIN, ARRIVED, a_folder, a_template, with_own

SUBJECT = Subject(reason="product_not_received", topic="delivery")


@dataclass
class Records:
    """What signing needs of `Deps`."""

    templates: Templates
    users: Users
    template_signatures: TemplateSignatures


@pytest.fixture
async def records(tmp_path: Path) -> Any:
    stored = fake_repositories()
    for role in ("admin", "reviewer"):
        await stored.users.add(User.model_validate({"name": role.title(), "role": role}), digest=digest(role))
    templates = with_own(tmp_path / "own")
    return Records(templates=templates, users=stored.users, template_signatures=stored.template_signatures)


def settings(**given: Any) -> Settings:
    return Settings.model_validate(given)


def test_the_table_shows_who_signed_and_the_first_phrasing(tmp_path: Path):
    shown = io.StringIO()
    listed = list(register.list_templates(with_own(tmp_path), (), reason="product_not_received"))
    print_templates(Console(file=shown, width=80), listed)
    lines = shown.getvalue().splitlines()
    assert len(lines) == 2 * len(listed)
    (row,) = (number for number, line in enumerate(lines) if "arrived@1" in line)
    assert lines[row].split() == "delivery arrived@1 not signed any product any reason".split()
    assert lines[row + 1] == f"  {ARRIVED}"
    assert "signed with the release" in lines[0]


def test_an_empty_list_prints_nothing():
    shown = io.StringIO()
    print_templates(Console(file=shown), [])
    assert shown.getvalue() == ""


def test_a_sound_folder_adds_no_problem_and_each_problem_is_a_sentence(tmp_path: Path):
    shipped = list(template_commands.find_problems(None))
    sound = a_folder(tmp_path / "sound")
    assert list(template_commands.find_problems(sound)) == shipped
    a_folder(sound, name="boasts", phrasings=("It [was delivered](delivered_at) in 2026.",))
    found = set(template_commands.find_problems(sound)) - set(shipped)
    assert found == {"boasts@1, phrasing 1: it holds a figure; values stand in slots."}


def test_a_file_that_cannot_be_read_is_a_problem_beside_the_shipped_ones(tmp_path: Path):
    (tmp_path / "a.toml").write_text("topic = ")
    first, *others = template_commands.find_problems(tmp_path)
    assert first.startswith("The templates a.toml cannot be read: ")
    assert others == list(template_commands.find_problems(None))


def test_a_comparison_is_of_what_is_signed_with_what_is_not(tmp_path: Path):
    templates = with_own(tmp_path, name="delivered", version=2)
    (diff,) = template_commands.compare(templates, ())
    assert diff.startswith("--- delivered@1, signed\n+++ delivered@2, not signed\n")
    assert list(template_commands.compare(templates, (), "delivered@1")) == ["delivered@1 is signed, or is not there."]
    assert list(template_commands.compare(load_templates(), ())) == ["Every template is signed."]


def test_templates_to_sign_are_named_or_all_that_wait(tmp_path: Path):
    templates = with_own(tmp_path)
    assert [each.id for each in template_commands.choose(templates, (), ())] == ["arrived@1"]
    assert [each.id for each in template_commands.choose(templates, (), ["arrived@1"])] == ["arrived@1"]
    with pytest.raises(Invalid, match="delivered@1 is no template that waits for a signature"):
        template_commands.choose(templates, (), ["arrived@1", "delivered@1"])


async def test_an_admin_signs_and_twice_is_once(records: Any):
    chosen = records.templates.unsigned()
    for _ in range(2):
        assert await template_commands.sign_all(records, chosen, "admin") == ["arrived@1 is signed by Admin."]
    assert [each.digest for each in await records.template_signatures.all()] == [chosen[0].digest]


@pytest.mark.parametrize("token", ["reviewer", "nobody", ""])
async def test_whoever_is_no_admin_signs_nothing(records: Any, token: str):
    with pytest.raises(Invalid, match="Only an admin signs templates"):
        await template_commands.sign_all(records, records.templates.unsigned(), token)
    assert await records.template_signatures.all() == []


async def test_a_template_with_a_problem_and_a_shipped_one_are_not_signed(records: Any):
    with pytest.raises(Invalid, match="it holds a figure"):
        await template_commands.sign_all(
            records, [a_template(phrasings=("It [came](delivered_at) in 2026.",))], "admin"
        )
    shipped = next(register.every(records.templates))
    with pytest.raises(Invalid, match="is signed with the release"):
        await template_commands.sign_all(records, [shipped], "admin")
    assert await records.template_signatures.all() == []


async def test_a_proposal_is_written_into_the_merchants_folder_unsigned(tmp_path: Path):
    phrasings = {"templates": [{"topic": "delivery", "name": "delivered", "phrasings": [ARRIVED]}]}
    judged = {"judgements": [{"number": number, "follows": True, "why": "."} for number in range(2)]}
    async with model_server(answers(phrasings), answers(judged)) as server:
        chosen = settings(OPENAI_BASE_URL=server.url, REBUT_TEMPLATES=tmp_path, REBUT_MODEL_REBUTTAL="own")
        found = await template_proposals.propose(chosen, SUBJECT)
    assert {body["model"] for body in server.asked} == {"own"}
    assert template_proposals.save(found, chosen) == [tmp_path / "delivery.toml"]
    (written,) = load_templates(tmp_path).unsigned()
    assert (written.id, written.phrasings[-1]) == ("delivered@2", ARRIVED)


def test_what_became_of_a_proposal_is_said(tmp_path: Path):
    refused = (RefusedPhrasing(name="boasts", phrasing="We win.", why="It rests on nothing."),)
    proposed = Proposed(templates=(a_template(),), refused=refused)
    first, second, last = template_commands.describe_proposed(proposed, [tmp_path / "delivery.toml"])
    assert first == f"arrived@1 is in {tmp_path}/delivery.toml, not signed."
    assert second == "Refused for boasts: We win.\n    It rests on nothing."
    assert "rebut templates diff" in last
    assert list(template_commands.describe_proposed(Proposed(), [])) == [
        "Nothing that the model proposed passed the checks."
    ]


async def test_without_a_model_a_folder_or_a_reason_a_proposal_is_one_sentence(tmp_path: Path):
    with pytest.raises(WriterFailed, match="No model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL"):
        await template_proposals.propose(settings(REBUT_TEMPLATES=tmp_path), SUBJECT)
    with pytest.raises(Invalid, match="REBUT_TEMPLATES is not set"):
        template_proposals.require_folder(settings())
    with pytest.raises(Invalid, match=r"love is no reason with a playbook: .*fraudulent"):
        await template_proposals.propose(settings(), Subject(reason="love"))


def test_a_proposal_may_go_into_a_file_of_its_own(tmp_path: Path):
    proposed = Proposed(templates=(a_template(phrasings=(ARRIVED, AGAIN)),))
    file = tmp_path / "new.toml"
    assert template_proposals.save(proposed, settings(), out=file) == [file]
    assert load_templates(tmp_path).unsigned() == proposed.templates
