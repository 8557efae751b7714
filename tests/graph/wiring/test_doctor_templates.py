"""What doctor says of the words of letters: templates, prompts, which model serves which agent."""

from pathlib import Path

from disputes.letter.templates import register
from disputes.letter.templates.loading import load_templates
from graph.wiring.doctor import models, templates
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings
from tests.templates import a_folder, with_own

COUNT = len(list(register.every(load_templates())))


async def look(**given: object) -> list[DoctorFinding]:
    return [finding async for finding in templates.look(Settings.model_validate(given))]


async def test_the_shipped_templates_are_all_signed():
    assert await look() == [DoctorFinding(title="Templates", text=f"{COUNT} signed, and none that is not.")]


def test_a_merchants_that_nobody_signed_is_named_and_not_used(tmp_path: Path):
    own = with_own(tmp_path)
    found = templates.judge(own, frozenset())
    assert (found.remark, found.fine) == (True, True)
    assert found.text == f"{COUNT} signed; arrived@1 of yours are not, and are not used: see `rebut templates sign`."
    signed = templates.judge(own, frozenset(template.digest for template in own.unsigned()))
    assert signed == DoctorFinding(title="Templates", text=f"{COUNT + 1} signed, and none that is not.")


async def test_without_a_database_that_answers_it_is_not_known_who_signed(tmp_path: Path):
    a_folder(tmp_path)
    for database in ({}, {"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x"}):
        (found,) = await look(REBUT_TEMPLATES=tmp_path, **database)
        assert found.text.startswith(f"{COUNT} signed with the release; arrived@1 of yours only count once signed")
        assert not found.remark


async def test_a_folder_that_cannot_be_used_is_a_problem(tmp_path: Path):
    (found,) = await look(REBUT_TEMPLATES=tmp_path / "nowhere")
    assert not found.fine
    assert "There is no folder" in found.text


def look_at_models(**given: object) -> dict[str, DoctorFinding]:
    return {finding.title: finding for finding in models.look(Settings.model_validate(given))}


def test_the_prompts_that_are_overridden_are_named(tmp_path: Path):
    (tmp_path / "rebuttal.md").write_text("# rebuttal, version 1\n")
    (tmp_path / "notes.md").write_text("Nobody asks for this.")
    found = look_at_models(REBUT_PROMPTS=tmp_path)["Prompts"]
    assert found.text == "yours in place of the shipped ones: rebuttal.md."
    nowhere = look_at_models(REBUT_PROMPTS=tmp_path / "nowhere")["Prompts"]
    assert not nowhere.fine
    assert nowhere.text.startswith("REBUT_PROMPTS names no folder: ")


def test_the_model_of_each_agent_is_named_where_they_differ():
    given = {"OPENAI_API_KEY": "sk-x", "REBUT_MODEL": "small"}
    assert look_at_models(**given)["Model"].text == "small at OpenAI; not called by this check."
    assert look_at_models(**given, REBUT_MODEL_REBUTTAL="large")["Model"].text == (
        "small for the evidence agent, small for the classifier agent, large for the rebuttal agent at OpenAI; "
        "not called by this check."
    )
