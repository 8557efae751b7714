"""The command `rebut eval`: its options, its output and its exit status."""

import json

import pytest

from disputes.errors import Invalid
from evals import run
from evals.run import EvaluationOutcome
from evals.writers import WriterChoice
from graph.wiring import settings
from jobs.cli.evaluation import EvaluationOptions, evaluate, render, report_broken_floors
from tests.model_server import chooses, model_server

NO_SETTINGS = settings.read({})


def silent(_: str) -> None: ...


@pytest.fixture(scope="module")
async def few() -> EvaluationOutcome:
    return await run.evaluate(WriterChoice(), number=6, progress=silent)


@pytest.fixture(scope="module")
async def beside() -> EvaluationOutcome:
    async with model_server(chooses()) as server:
        choice = WriterChoice("model", model="small", base_url=server.url)
        return await run.evaluate(choice, number=4, progress=silent)


async def test_it_prints_one_json_object_and_progress_elsewhere(capsys):
    assert await evaluate(EvaluationOptions(cases=20, as_json=True), NO_SETTINGS) == 0
    out, err = capsys.readouterr()
    payload = json.loads(out)
    assert payload["cases"] == 20
    assert payload["writer"] == "built-in"
    assert "20 of 20 cases" in err


async def test_it_prints_tables_by_reason_and_by_sort(few):
    text = render(few, as_json=False)
    assert "| right route " in text
    assert "| sort of case" in text
    assert "s a case." in text


async def test_a_model_stands_beside_the_built_in_writer_with_a_verdict(beside):
    text, payload = render(beside, as_json=False), json.loads(render(beside, as_json=True))
    assert "| built-in | 4 " in text
    assert "| small    | 4 " in text
    assert text.rstrip().endswith((".", "default."))
    assert payload["built_in"]["cases"] == payload["cases"] == 4
    assert payload["beats_built_in"] is beside.beats_built_in
    assert payload["verdict"] == beside.verdict


async def test_a_broken_floor_is_named_and_ends_in_status_1(few, capsys):
    assert report_broken_floors(few) == 0
    assert report_broken_floors(EvaluationOutcome(few.report, ("points covered 1.0% is below its floor",))) == 1
    assert "FLOOR: points covered" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (EvaluationOptions(writer="somebody"), "built-in, model, and not somebody"),
        (EvaluationOptions(writer="model"), "--base-url"),
    ],
)
async def test_invalid_options_raise_one_sentence(options, message):
    with pytest.raises(Invalid, match=message):
        await evaluate(options, NO_SETTINGS)
