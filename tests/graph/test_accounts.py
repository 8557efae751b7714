"""Accounts stand side by side, each with settings of every kind, and nothing of one is seen in another."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from disputes.case import BUILT_IN
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.cases import CaseRecord
from evals.http_server import serving
from graph.build import build
from graph.checkpointer.saver import RedisSaver
from graph.nodes import NO_SETTINGS
from graph.run import Runner
from graph.wiring import settings as wiring
from graph.wiring.deps import Deps, open_deps
from graph.wiring.runtime import Runtime
from tests.conftest import SECRET, Stage
from tests.context import held
from tests.graph.listeners import Call, HeardStripe, Shop
from tests.graph.sellers import REASONS, Seller, sellers, variables, write_policy
from tests.graph.test_models import whole
from tests.model_server import ModelServer, model_server
from tests.tools.attachments.merchant_files import texts
from tools.sources.http_json import vendor
from tools.sources.http_json.source import HttpJsonSource

WOO = vendor.load()["woocommerce"]
THIN = 0.3
"""What every policy here calls too thin to file."""


@dataclass
class Market:
    """A whole Rebut over all the accounts, and everything outside that can tell who asked it."""

    stage: Stage
    stripe: HeardStripe
    model: ModelServer
    shops: Mapping[str, Shop]
    filed: Counter[str] = field(default_factory=Counter)


@asynccontextmanager
async def market(
    runtime: Runtime, simulator: httpx.AsyncClient, all_: tuple[Seller, ...], folder: Path
) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        write_policy(folder / "policy.toml", all_)
        await stack.enter_async_context(serving(stripe := HeardStripe(simulator)))
        model = await stack.enter_async_context(model_server(whole))
        given = {
            "REBUT_HOME": str(folder),
            "REBUT_POLICY": str(folder / "policy.toml"),
            "STRIPE_SECRET_KEY": "sk_test_tests",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": stripe.url,
            "OPENAI_API_KEY": "k",
            "OPENAI_BASE_URL": model.url,
            **variables(all_, folder),
        }
        opened = await stack.enter_async_context(held(open_deps(wiring.read(given), runtime.servers)))
        shops = {seller.mark: Shop(seller.mark) for seller in all_ if seller.is_known}
        for shop in shops.values():
            await stack.enter_async_context(serving(shop))
        deps = await _with_shops(stack, opened, all_, shops)
        stage = Stage(runtime, simulator)
        stage.deps, stage.graph = deps, build(deps, cast("RedisSaver", runtime.runner.graph.checkpointer))
        stage.runs = Runner(stage.graph, deps)
        yield Market(stage, stripe, model, shops)


async def _with_shops(stack: AsyncExitStack, deps: Deps, all_: tuple[Seller, ...], shops: Mapping[str, Shop]) -> Deps:
    """Open for each account with settings a shop of its own beside the sources that the wiring opened for it."""
    accounts, own = dict(deps.accounts), deps.sources
    for seller in all_:
        if seller.mark in shops:
            key = {"site": "a.example", "key": f"ck_{seller.mark}", "secret": f"cs_{seller.mark}"}
            source = HttpJsonSource(WOO, key, now=deps.now, storage=deps.storage, base=shops[seller.mark].url)
            stack.push_async_callback(source.aclose)
            if seller.account is None:
                own = (*own, source)
            else:
                given = accounts[seller.account]
                accounts[seller.account] = replace(given, sources=(*given.sources, source))
    return replace(deps, sources=own, accounts=accounts)


@dataclass
class Played:
    """One drive of one dispute, and what was heard outside meanwhile."""

    record: CaseRecord
    calls: list[Call]
    asked: list[dict[str, Any]]
    keys: dict[str, list[str]]
    filed_before: int

    @property
    def reasons(self) -> str:
        assert self.record.case
        assert self.record.case.route
        return " ".join(self.record.case.route.reasons)


async def drive(at: Market, seller: Seller, reason: str) -> Played:
    objects = await at.stage.tell(partial(seller.objects, reason=reason))
    name = next(thing["id"] for thing in objects if thing["object"] == "dispute")
    own = (await at.stage.deps.automation.read(None)).filed_today
    filed = at.filed[seller.mark] if seller.account else own
    at.stripe.calls.clear()
    at.model.asked.clear()
    for shop in at.shops.values():
        shop.keys.clear()
    record = await at.stage.drive(name, account=seller.account)
    at.filed[seller.mark] += record.state == "filed"
    keys = {mark: list(shop.keys) for mark, shop in at.shops.items()}
    return Played(record, list(at.stripe.calls), list(at.model.asked), keys, filed)


async def everything(at: Market, record: CaseRecord) -> str:
    """Return all that was kept, told and uploaded for a dispute, as one text."""
    name, case, deps = record.dispute_id, record.case, at.stage.deps
    assert case
    assert case.packet
    papers = [
        page
        for file in case.packet.files
        if file.file
        for page in texts((await at.stage.simulator.get(f"/_sim/files/{file.file}")).raise_for_status().content)
    ]
    told = [
        one.model_dump_json() for one in await deps.outbox.due(deps.now(), limit=100_000) if one.key.startswith(name)
    ]
    permits = [str(await deps.permits.find(name, "chargeback", "submit"))]
    kept = [str(await deps.filings.of(name))]
    at_stripe = (await deps.stripe.dispute(name, account=record.account)).model_dump_json()
    return "\n".join([record.model_dump_json(), *papers, *told, *permits, *kept, at_stripe])


async def check(at: Market, seller: Seller, played: Played) -> None:
    record, case = played.record, played.record.case
    assert case
    assert case.route
    assert record.account == case.dispute.account == seller.account
    seen = await everything(at, record)
    for mark in seller.strangers:
        assert mark not in seen, f"{mark} in a case of {seller.mark}"
        assert mark not in str(played.asked), f"a model read {mark} in a case of {seller.mark}"
    assert {account for _, _, account in played.calls} == {seller.account}
    others = {mark: keys for mark, keys in played.keys.items() if mark != seller.mark and keys}
    assert not others, f"a case of {seller.mark} asked the shops {others}"
    if not seller.is_known:
        assert record.state == "waiting"
        assert NO_SETTINGS in case.route.reasons
        assert not played.asked
        assert not {fact.source.partition(":")[0] for fact in case.evidence.facts} & {"policy", "woocommerce", "files"}
        return
    assert set(played.keys[seller.mark]) == {f"ck_{seller.mark}"}
    check_route(seller, played)
    facts = {str(fact.value) for fact in case.evidence.facts}
    assert f"What {seller.mark} sold comes back within 30 days and is paid back in full." in facts
    assert {"1001"} <= facts
    assert case.evidence.attachments
    assert bool(played.asked) == seller.asks_models
    if record.state == "filed":
        assert f"A paper of {seller.mark}" in seen
        await check_filing(at, seller, record, played.calls)


async def approve(at: Market, seller: Seller, record: CaseRecord) -> None:
    """Let a person approve what waits; what is sent then is the account's too."""
    at.stripe.calls.clear()
    after = await at.stage.decide(record, "approve")
    assert {account for _, _, account in at.stripe.calls} <= {seller.account}
    assert not at.model.asked or seller.asks_models
    if after.state == "filed":
        await check_filing(at, seller, after, at.stripe.calls)


async def check_filing(at: Market, seller: Seller, record: CaseRecord, calls: Sequence[Call]) -> None:
    """Check whose policy permitted a filing, in whose account the files lie, and for whom it counts."""
    permit = await at.stage.deps.permits.find(record.dispute_id, "chargeback", "submit")
    assert permit
    named = f"{seller.base} for {seller.account}" if seller.account else "platform"
    assert permit.policy.startswith(f"{named} " if seller.is_known else "no settings ")
    assert ("POST", "/v1/files", seller.account) in calls
    assert {filing.account for filing in await at.stage.deps.filings.of(record.dispute_id)} == {seller.account or ""}
    seen = await everything(at, record)
    assert not [mark for mark in seller.strangers if mark in seen]


def check_route(seller: Seller, played: Played) -> None:
    wants, reasons = seller.wants, played.reasons
    assert wants
    assert played.record.case
    assert played.record.case.route
    filed = played.record.state == "filed"
    assert played.record.case.route.queue == (f"{seller.mark} lane" if filed else f"{seller.mark} people")
    capped = f"The daily cap of {wants['daily_cap']} automatic filings is reached."
    assert (capped in reasons) == (played.filed_before >= wants["daily_cap"])
    assert ("The policy files nothing by itself." in reasons) == (not wants["automatic"])
    assert (f"stopper of {seller.mark} stopped automatic filing." in reasons) == seller.stopped
    assert "stopper of" in reasons or not seller.stopped
    if seller.base == "default":
        assert played.record.case.assessment
        sure = played.record.case.assessment.confidence
        assert (f"is below the {wants['file_at']:.2f} at which" in reasons) == (THIN <= sure < wants["file_at"])
        assert not filed or f"reaches the {wants['file_at']:.2f} at which" in reasons
    if not wants["automatic"] or seller.stopped:
        assert not filed
    # Whatever a model chose, what is filed by itself are signed sentences.
    letter = played.record.case.rebuttal
    assert letter
    assert not filed or all(claim.template for claim in letter.claims)
    if "rebuttal" not in wants["model"]["agents"]:
        assert letter.writer == BUILT_IN


@seed(1)
@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(all_=sellers(), reasons=st.lists(st.sampled_from(REASONS), min_size=8, max_size=8))
async def test_nothing_of_one_account_is_seen_in_another(
    runtime: Runtime, simulator: httpx.AsyncClient, tmp_path_factory: Any, all_: tuple[Seller, ...], reasons: list[str]
):
    folder = tmp_path_factory.mktemp("sellers")
    Stage.tags += 1
    fresh = tuple(replace(one, account=one.account and f"{one.account}{Stage.tags}x{folder.name[-1]}") for one in all_)
    async with market(runtime, simulator, fresh, folder) as at:
        for seller in (one for one in fresh if one.stopped):
            switch = AutomationSwitch(account=seller.account or "", stopped=True, by=f"stopper of {seller.mark}")
            await at.stage.deps.automation.set(switch)
        for seller, reason in zip((*fresh, *reversed(fresh)), reasons, strict=True):
            played = await drive(at, seller, reason)
            await check(at, seller, played)
            if played.record.state == "waiting":
                await approve(at, seller, played.record)
