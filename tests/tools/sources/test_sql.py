"""The merchant's own database as a source."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.errors import Invalid
from disputes.evidence import Evidence, build_fact, render
from tests.builders import a_dispute
from tests.tools.sources.recording import NOON
from tools.embedded.servers import EmbeddedServers
from tools.sources import sql
from tools.sources.sql import SqlSource

SHOP = """
create schema if not exists shop;
drop table if exists shop.logins, shop.mails, shop.refunds;
create table shop.logins (user_id integer, at timestamptz);
create table shop.mails (id integer, sender text, body text, at timestamp);
create table shop.refunds (order_no text, amount numeric, currency text);
insert into shop.logins values (7, '2026-10-01 09:00+02'), (7, '2026-10-05 09:00+02'), (8, '2026-11-01');
insert into shop.mails values (1, 'ada@example.com', 'Where is it?', '2026-10-03 10:00'),
    (2, 'ada@example.com', 'Thank you.', '2026-10-04 10:00'), (3, 'bob@example.com', 'Hello', '2026-10-04');
insert into shop.refunds values ('1001', 12.50, 'USD');
"""
LAST_USED = """
[[select]]
kind = "last_used_at"
needs = ["account_id"]
sql = "select max(at) from shop.logins where user_id = :account_id"
"""
MAILS = """
[[select]]
kind = "customer_message"
needs = ["customer_email"]
many = true
sql = "select body, at, id as ref from shop.mails where sender = :customer_email order by at;"
"""
REFUND = """
[[select]]
kind = "refund_amount"
needs = ["order_id"]
unit = "major"
sql = "select amount, currency from shop.refunds where order_no = :order_id"
"""


@pytest.fixture(scope="module")
async def shop(servers: EmbeddedServers, _engine: AsyncEngine) -> str:
    async with _engine.begin() as connection:
        for statement in filter(str.strip, SHOP.split(";")):
            await connection.execute(text(statement))
    return servers.database_url


@asynccontextmanager
async def a_source(folder: Path, url: str, *selects: str) -> AsyncIterator[SqlSource]:
    (folder / "shop.toml").write_text("\n".join(selects))
    async with sql.open_source(
        {"file": str(folder / "shop.toml"), "url": url}, now=lambda: NOON, seconds=5.0
    ) as source:
        yield source


async def gather(folder: Path, url: str, *selects: str, **known: str) -> Evidence:
    facts = tuple(build_fact(kind, value, "stripe") for kind, value in known.items())
    async with a_source(folder, url, *selects) as source:
        return await source.gather(a_dispute(), Evidence(facts=facts))


async def test_each_select_gives_its_kind_of_fact(tmp_path: Path, shop: str) -> None:
    known = {"account_id": "7", "customer_email": "ada@example.com", "order_id": "1001"}
    evidence = await gather(tmp_path, shop, LAST_USED, MAILS, REFUND, **known)
    assert evidence.gaps == ()
    assert [(fact.id, render(fact), fact.source) for fact in evidence.facts] == [
        ("last_used_at:sql", "5 October 2026 at 07:00 UTC", "sql:last_used_at"),
        ("customer_message:sql/1", "Where is it?", "sql:customer_message"),
        ("customer_message:sql/2", "Thank you.", "sql:customer_message"),
        ("refund_amount:sql", "12.50 USD", "sql:refund_amount"),
    ]
    assert evidence.facts[1].at == datetime(2026, 10, 3, 10, tzinfo=UTC)
    assert all(fact.retrieved_at == NOON for fact in evidence.facts)
    assert [record.source for record in evidence.source_answers] == [
        "sql:last_used_at",
        "sql:customer_message",
        "sql:refund_amount",
    ]
    assert {fact.record for fact in evidence.facts} == {record.sha256 for record in evidence.source_answers}


async def test_its_keys_are_those_of_its_selects(tmp_path: Path, shop: str) -> None:
    async with a_source(tmp_path, shop, LAST_USED, MAILS) as source:
        assert source.keys == ("account_id", "customer_email")


async def test_without_a_key_or_a_matching_row_there_is_no_evidence(tmp_path: Path, shop: str) -> None:
    assert await gather(tmp_path, shop, LAST_USED) == Evidence()
    assert (await gather(tmp_path, shop, REFUND, order_id="1001' or '1'='1")) == Evidence()


async def test_a_query_that_fails_is_a_gap_and_the_others_still_run(tmp_path: Path, shop: str) -> None:
    broken = LAST_USED.replace("shop.logins", "shop.nowhere")
    evidence = await gather(tmp_path, shop, broken, REFUND, account_id="7", order_id="1001")
    assert [fact.kind for fact in evidence.facts] == ["refund_amount"]
    (gap,) = evidence.gaps
    assert (gap.name, gap.source) == ("sql last_used_at", "sql")
    assert 'relation "shop.nowhere" does not exist' in gap.why


async def test_a_key_that_a_column_cannot_hold_is_a_gap(tmp_path: Path, shop: str) -> None:
    evidence = await gather(tmp_path, shop, LAST_USED, account_id="seven")
    assert (evidence.facts, len(evidence.gaps)) == ((), 1)


async def test_a_select_that_writes_changes_nothing(tmp_path: Path, shop: str, engine: AsyncEngine) -> None:
    deletion = "with gone as (delete from shop.refunds where order_no = :order_id returning amount, currency)"
    writes = REFUND.replace(
        "select amount, currency from shop.refunds where order_no = :order_id", f"{deletion} table gone"
    )
    evidence = await gather(tmp_path, shop, writes, order_id="1001")
    assert evidence.facts == ()
    assert "read-only transaction" in evidence.gaps[0].why
    async with engine.connect() as connection:
        assert await connection.scalar(text("select count(*) from shop.refunds")) == 1


async def test_a_slow_query_is_a_gap(tmp_path: Path, shop: str) -> None:
    (tmp_path / "shop.toml").write_text(REFUND.replace("select amount", "select pg_sleep(60), amount"))
    options = {"file": str(tmp_path / "shop.toml"), "url": shop}
    async with sql.open_source(options, now=lambda: NOON, seconds=0.2) as source:
        evidence = await source.gather(a_dispute(), Evidence(facts=(build_fact("order_id", "1001", "stripe"),)))
    assert [gap.why for gap in evidence.gaps] == ["Your database did not answer in 0.2 s."]


async def test_a_database_that_is_not_there_is_a_gap_without_its_password(tmp_path: Path) -> None:
    evidence = await gather(tmp_path, "postgresql://reader:hidden-word@127.0.0.1:1/shop", REFUND, order_id="1001")
    assert len(evidence.gaps) == 1
    assert "hidden-word" not in evidence.model_dump_json()


async def test_more_rows_than_are_taken_is_a_gap(tmp_path: Path, shop: str) -> None:
    many = "select 'message ' || n, :customer_email from generate_series(1, 150) n"
    query = MAILS.replace(
        "select body, at, id as ref from shop.mails where sender = :customer_email order by at;", many
    )
    evidence = await gather(tmp_path, shop, query, customer_email="ada@example.com")
    assert (len(evidence.facts), len(evidence.gaps)) == (100, 1)


@pytest.mark.parametrize(
    ("select", "message"),
    [
        (LAST_USED.replace("select max(at) from", "delete from"), "is not one SELECT"),
        (LAST_USED.replace(":account_id", ":account_id; drop table x"), "is not one SELECT"),
        (LAST_USED.replace(":account_id", ":order_id"), "names :order_id without needing it"),
        (LAST_USED.replace("last_used_at", "last_use"), "last_use is not a kind of fact"),
        (LAST_USED.replace('["account_id"]', "[]"), "at least 1 item"),
        (LAST_USED + "sel = 1", "Extra inputs"),
        ("select = ", "SOURCES__SQL__FILE cannot be read"),
        ("", "SOURCES__SQL__FILE is wrong at select"),
    ],
)
async def test_a_wrong_file_stops_start_up_with_one_sentence(tmp_path: Path, select: str, message: str) -> None:
    with pytest.raises(Invalid, match=r"^SOURCES__SQL__FILE ") as wrong:
        await gather(tmp_path, "postgresql://127.0.0.1:1/shop", select)
    assert message in str(wrong.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql+nodriver://h/x", "postgresql+nodriver://u:hidden@h/x", "://"])
async def test_a_wrong_url_stops_start_up_without_being_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(Invalid, match=r"^SOURCES__SQL__URL is wrong: ") as wrong:
        await gather(tmp_path, url, REFUND)
    assert url not in str(wrong.value)
