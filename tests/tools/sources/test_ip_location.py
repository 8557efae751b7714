"""Where a purchase came from, read from real files by the real library."""

import hashlib
from typing import Any

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.evidence.conclusions import conclude
from tests.builders import a_dispute
from tests.tools.sources.mmdb_file import write_mmdb
from tests.tools.sources.recording import NOON
from tools import storage
from tools.sources import ip_location

BRITISH = {"country": {"iso_code": "GB", "names": {"en": "United Kingdom"}}, "registered_country": {"iso_code": "FR"}}
GOOGLE = {"autonomous_system_number": 15169, "autonomous_system_organization": "GOOGLE"}
LITE = {
    "country": "Australia",
    "country_code": "AU",
    "asn": "AS13335",
    "as_name": "Cloudflare, Inc.",
    "as_domain": "x.y",
}
COUNTRIES: dict[str, dict[str, Any]] = {"81.2.69.0/24": BRITISH, "2a02:ff80::/32": {"country": {"iso_code": "se"}}}
NETWORKS: dict[str, dict[str, Any]] = {
    "8.8.8.0/24": GOOGLE,
    "81.2.69.0/24": {"autonomous_system_organization": "Andrews & Arnold Ltd"},
}
MADE = "2026-11-18"  # of the files of the tests


@pytest.fixture
def opened(tmp_path):
    def open_(records, networks=None, *, to=None, **made):
        options = {"file": str(tmp_path / "first.mmdb"), "network_file": ""}
        (tmp_path / "first.mmdb").write_bytes(write_mmdb(records, **made))
        if networks is not None:
            (tmp_path / "second.mmdb").write_bytes(write_mmdb(networks, kind="GeoLite2-ASN"))
            options["network_file"] = str(tmp_path / "second.mmdb")
        return ip_location.open_source(options, now=lambda: NOON, storage=to)

    return open_


async def ask(source, address, *others):
    known = (build_fact("customer_ip", address, "stripe"), *others)
    return await source.gather(a_dispute(), Evidence(facts=known))


def told(evidence):
    return {fact.kind: fact.value for fact in evidence.facts}


def reasons(evidence):
    return [(gap.name, gap.why, gap.absent) for gap in evidence.gaps]


async def test_a_country_says_which_edition_told_it_and_when(opened):
    evidence = await ask(opened(COUNTRIES), "81.2.69.160")
    (fact,) = evidence.facts
    assert (fact.id, fact.value, fact.about) == ("ip_country", "GB", "payment")
    assert (fact.source, fact.retrieved_at) == (f"ip_location:GeoLite2-Country/{MADE}", NOON)
    assert evidence.gaps == ()


async def test_the_record_that_was_read_is_kept_beside_the_case(opened, tmp_path):
    stored = storage.in_folder(tmp_path / "stored")
    evidence = await ask(opened(COUNTRIES, to=stored), "81.2.69.160")
    (answer,) = evidence.source_answers
    kept = await stored.read(answer.key)
    assert evidence.facts[0].record == answer.sha256 == hashlib.sha256(kept).hexdigest()
    assert b"81.2.69.0/24" in kept
    assert b"United Kingdom" in kept


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("2a02:ff80::1", "SE"),
        ("2A02:FF80:0:0::1", "SE"),
        ("::ffff:81.2.69.160", "GB"),
        (" 81.2.69.160 ", "GB"),
    ],
)
async def test_an_address_may_be_ipv6_or_written_in_another_way(opened, address, country):
    assert told(await ask(opened(COUNTRIES), address)) == {"ip_country": country}


@pytest.mark.parametrize(
    ("record", "facts"),
    [
        (BRITISH, {"ip_country": "GB"}),
        (GOOGLE, {"ip_network": "GOOGLE"}),
        (LITE, {"ip_country": "AU", "ip_network": "Cloudflare, Inc."}),
        ({"country": "US", "country_name": "United States"}, {"ip_country": "US"}),
        ({"country_code": "de", "asn": "AS3320"}, {"ip_country": "DE", "ip_network": "AS3320"}),
        ({**BRITISH, "traits": GOOGLE}, {"ip_country": "GB", "ip_network": "GOOGLE"}),
        ({"autonomous_system_number": 15169}, {"ip_network": "AS15169"}),
        ({**GOOGLE, "as_name": "other", "country_code": "EU"}, {"ip_network": "GOOGLE"}),
        ({**BRITISH, "as_name": "-", "asn": ""}, {"ip_country": "GB"}),
        ({"country": {"iso_code": 7}, "as_name": ["a"], "asn": True, "country_code": "GB"}, {"ip_country": "GB"}),
    ],
)
async def test_every_shape_of_database_is_read(opened, record, facts):
    source = opened({"81.2.69.0/24": record})
    evidence = await ask(source, "81.2.69.160")
    assert told(evidence) == facts
    assert source.offers == tuple(facts)
    assert evidence.gaps == ()


async def test_two_files_tell_a_country_and_a_network_each_with_its_own_source(opened):
    evidence = await ask(opened({"81.2.69.0/24": {**LITE, "country_code": "GB"}}, NETWORKS, kind="Lite"), "81.2.69.160")
    assert told(evidence) == {"ip_country": "GB", "ip_network": "Andrews & Arnold Ltd"}
    assert [f.source for f in evidence.facts] == [f"ip_location:Lite/{MADE}", f"ip_location:GeoLite2-ASN/{MADE}"]


async def test_what_one_of_two_files_does_not_hold_is_an_absent_gap(opened):
    evidence = await ask(opened(COUNTRIES, NETWORKS), "8.8.8.8")
    assert told(evidence) == {"ip_network": "GOOGLE"}
    why = "Your IP database has no country for the purchase's IP address."
    assert reasons(evidence) == [("ip_location ip_country", why, True)]


@pytest.mark.parametrize(("version", "address"), [(6, "9.9.9.9"), (6, "2001:4860::8"), (4, "2a02:ff80::1")])
async def test_an_unknown_address_is_an_absent_gap(opened, version, address):
    evidence = await ask(opened({"81.2.69.0/24": BRITISH}, version=version), address)
    assert (evidence.facts, evidence.source_answers) == ((), ())
    assert [absent for *_, absent in reasons(evidence)] == [True]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("192.168.1.7", "is private or reserved"),
        ("127.0.0.1", "is private or reserved"),
        ("100.64.0.1", "is private or reserved"),
        ("224.0.0.1", "is private or reserved"),
        ("::ffff:10.0.0.1", "is private or reserved"),
        ("fe80::1", "is private or reserved"),
        ("N/A", "is malformed"),
        ("81.2.69.160, 8.8.8.8", "is malformed"),
        ("81.2.69", "is malformed"),
    ],
)
async def test_an_address_that_is_none_of_a_customer_is_not_looked_up(opened, address, why):
    evidence = await ask(opened({"0.0.0.0/1": BRITISH, "128.0.0.0/1": BRITISH}), address)
    assert evidence.facts == ()
    sentence = f"Your IP database was not asked: the purchase's IP address {why}."
    assert reasons(evidence) == [("ip_location customer_ip", sentence, False)]


async def test_without_an_address_nothing_is_said(opened):
    assert await opened(COUNTRIES).gather(a_dispute(), Evidence()) == Evidence()


async def test_a_file_that_is_replaced_is_used_at_once_and_one_that_breaks_is_a_gap(opened, tmp_path):
    source = opened(COUNTRIES)
    (tmp_path / "first.mmdb").write_bytes(write_mmdb({"81.2.69.0/24": LITE}, kind="Newer"))
    evidence = await ask(source, "81.2.69.160")
    assert [(fact.value, fact.source) for fact in evidence.facts] == [("AU", f"ip_location:Newer/{MADE}")]
    for damaged in (b"", b"nonsense" * 99):
        (tmp_path / "first.mmdb").write_bytes(damaged)
        why = "Your IP database could not be read."
        assert reasons(await ask(source, "81.2.69.160")) == [("ip_location ip_country", why, False)]
    (tmp_path / "first.mmdb").unlink()
    assert len((await ask(source, "81.2.69.160")).gaps) == 1


async def test_no_damage_to_a_file_raises(opened, tmp_path):
    source, whole = opened(COUNTRIES), write_mmdb(COUNTRIES)
    for place in range(len(whole) - 400, len(whole)):
        (tmp_path / "first.mmdb").write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
        evidence = await ask(source, "81.2.69.160")
        assert evidence.facts or evidence.gaps


@pytest.mark.parametrize(
    ("billing", "answer", "adverse"),
    [
        ("1 High Street, Leeds LS1 4AP, GB", "true", False),
        ("210 N Racine Ave, Chicago, IL 60607, US", "false", True),
    ],
)
async def test_a_country_of_billing_fits_and_another_speaks_against(opened, billing, answer, adverse):
    address = build_fact("billing_address", billing, "stripe")
    found = await ask(opened(COUNTRIES), "81.2.69.160")
    ip = build_fact("customer_ip", "81.2.69.160", "stripe")
    evidence = conclude(Evidence(facts=(ip, address)).plus(found))
    (relation,) = [relation for relation in evidence.relations if relation.name == "ip_fits_addresses"]
    assert relation.answer == answer
    assert evidence.has("ip_fits_addresses") is not adverse
    assert [fact.kind for fact in evidence.adverse] == (["ip_elsewhere"] if adverse else [])
