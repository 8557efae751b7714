"""Start-up with files of IP addresses, and what the list of sources and the doctor say of them."""

import re

import pytest

from disputes.errors import Invalid
from disputes.policy import SourceLimits
from graph.wiring import doctor_sources, settings, source_list
from tests.tools.sources.mmdb_file import write_mmdb
from tests.tools.sources.recording import NOON
from tools import storage
from tools.sources import catalog

FILE, NETWORK_FILE = "SOURCES__IP_LOCATION__FILE", "SOURCES__IP_LOCATION__NETWORK_FILE"
MADE = "2026-11-18"
COUNTRIES = write_mmdb({"81.2.69.0/24": {"country": {"iso_code": "GB"}}})
NETWORKS = write_mmdb({"81.2.69.0/24": {"autonomous_system_organization": "ISP"}}, kind="GeoLite2-ASN")


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (None, None, f"{FILE} is wrong: there is no such file."),
        (b"", None, f"{FILE} is wrong: the file cannot be read as a MaxMind database."),
        (b"<html>404</html>", None, f"{FILE} is wrong: the file cannot be read as a MaxMind database."),
        (COUNTRIES[:-40], None, f"{FILE} is wrong: the file cannot be read as a MaxMind database."),
        (COUNTRIES[500:], None, f"{FILE} is wrong: the file cannot be read as a MaxMind database."),
        (
            write_mmdb({"8.8.8.0/24": {"is_vpn": True}}, kind="Anonymous"),
            None,
            f"{FILE} is wrong: its database Anonymous/{MADE} tells no country nor network of an address.",
        ),
        (COUNTRIES, b"", f"{NETWORK_FILE} is wrong: the file cannot be read as a MaxMind database."),
        (
            COUNTRIES,
            COUNTRIES,
            f"{NETWORK_FILE} is wrong: its database GeoLite2-Country/{MADE} tells no network of an address.",
        ),
        (
            NETWORKS,
            COUNTRIES,
            f"{FILE} is wrong: its database GeoLite2-ASN/{MADE} tells no country of an address.",
        ),
    ],
)
async def test_a_file_that_is_missing_broken_or_of_no_use_stops_start_up(tmp_path, first, second, sentence):
    environment = {}
    for setting, name, data in ((FILE, "a.mmdb", first), (NETWORK_FILE, "b.mmdb", second)):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        if data is not None or setting == FILE:
            environment[setting] = str(tmp_path / name)
    chosen = settings.read(environment)
    options = {name: {k: v.get_secret_value() for k, v in values.items()} for name, values in chosen.sources.items()}
    stored = storage.in_folder(tmp_path / "stored")
    with pytest.raises(Invalid, match=f"^{re.escape(sentence)}$"):
        async with catalog.open_sources(options, now=lambda: NOON, limits=SourceLimits(), storage=stored):
            pass
    (finding,) = [found async for found in doctor_sources.check_all(chosen.sources, patience=1)]
    assert (finding.fine, finding.text) == (False, f"on, and it cannot work: {sentence}")


@pytest.mark.parametrize("wrong", ["GeoLite2.tar.gz", "/data/GeoLite2-City.mmdb.gz"])
def test_a_setting_that_names_another_kind_of_file_is_refused(wrong):
    with pytest.raises(Invalid, match=f"^{FILE} is wrong: it must be the path of a .mmdb file that tells countries"):
        settings.read({FILE: wrong})


async def test_the_list_and_the_doctor_show_it_like_the_others(tmp_path):
    off = {source.name: source for source in source_list.listed(settings.read({}))}["ip_location"]
    assert (off.on, off.missing) == (False, (FILE,))
    (tmp_path / "a.mmdb").write_bytes(COUNTRIES)
    (tmp_path / "b.mmdb").write_bytes(NETWORKS)
    chosen = settings.read({FILE: str(tmp_path / "a.mmdb"), NETWORK_FILE: str(tmp_path / "b.mmdb")})
    assert {source.name: source.on for source in source_list.listed(chosen)}["ip_location"]
    (finding,) = [found async for found in doctor_sources.check_all(chosen.sources, patience=1)]
    assert (finding.title, finding.fine) == ("Source Your IP database", True)
    assert finding.text == (
        f"on, and GeoLite2-Country of {MADE} and GeoLite2-ASN of {MADE} can be read. "
        "It adds the country and the network of the purchase's IP address."
    )


async def test_it_is_opened_beside_the_others_and_asked_by_the_address(tmp_path):
    (tmp_path / "a.mmdb").write_bytes(COUNTRIES)
    accepted = catalog.accept({"ip_location": {"file": str(tmp_path / "a.mmdb")}})
    stored = storage.in_folder(tmp_path / "stored")
    async with catalog.open_sources(accepted, now=lambda: NOON, limits=SourceLimits(), storage=stored) as (source,):
        assert (source.name, source.keys, source.offers) == ("ip_location", ("customer_ip",), ("ip_country",))
