"""With a live key, a LangGraph server that others may use does not start."""

import asyncio
import json

import pytest

from tests.conftest import SECRET
from tests.studio import PATIENCE, a_start
from tests.tools.embedded.homes import ROOT

pytestmark = [pytest.mark.process, pytest.mark.studio]

UNGUARDED = "STRIPE_SECRET_KEY is a live key and this LangGraph server is not guarded"
GUARD = json.loads((ROOT / "langgraph.json").read_text())["auth"]


@pytest.mark.parametrize("words", [("--no-reload",), ()], ids=["alone", "under the reloader"])
@pytest.mark.parametrize(
    ("auth", "more", "sentence"),
    [
        (None, {}, UNGUARDED),
        (GUARD | {"disable_studio_auth": False}, {}, UNGUARDED),
        (GUARD, {"REBUT_STUDIO_OPEN": "1"}, "REBUT_STUDIO_OPEN is wrong: it cannot be on beside a live Stripe key."),
        (GUARD, {"REBUT_STUDIO_EDITS": "1"}, "REBUT_STUDIO_EDITS is wrong: it cannot be on beside a live Stripe key."),
    ],
    ids=["no auth", "studio's auth", "open", "edits"],
)
async def test_with_a_live_key_a_server_that_others_may_use_ends_with_a_sentence(tmp_path, words, auth, more, sentence):
    config = json.loads((ROOT / "langgraph.json").read_text()) | {"auth": auth}
    (tmp_path / "langgraph.json").write_text(json.dumps(config))
    keys = {"STRIPE_SECRET_KEY": "sk_live_tests", "STRIPE_WEBHOOK_SECRET": SECRET, "REBUT_HOME": str(tmp_path / "home")}
    async with a_start(tmp_path, *words, config=str(tmp_path / "langgraph.json"), **keys, **more) as studio:
        await asyncio.wait_for(studio.process.wait(), PATIENCE)
    assert sentence in studio.log.read_text()
