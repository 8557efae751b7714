"""Tests of written addresses: which name one place, which do not, and where nobody can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.reading.addresses import Parts, is_same, is_same_area, parse

OAK = "12 Oak Street, Springfield, IL, 62704, US"
KEIZER = "Keizersgracht 241, 1016 EA Amsterdam, NL"
DOWNING = "10 Downing Street, London, SW1A 2AA, GB"

SAME = [
    (OAK, "12 OAK ST SPRINGFIELD IL 62704"),
    (OAK, "12 oak street, springfield, illinois 62704-1234"),
    (OAK, "12 Oak St., Springfield"),
    (OAK, "12 Oak St, Springfield, IL 62704, United States"),
    (OAK, "12 Oak Street, Apt 4, Springfield, IL, 62704, US"),
    ("12 Oak Street, Apt 4B, Springfield, IL, 62704", "12 OAK ST #4B SPRINGFIELD IL 62704"),
    ("12 Oak Street, Suite 200, Springfield, IL, 62704", "12 Oak St Ste 200, Springfield IL 62704"),
    ("350 5th Ave, New York, NY 10118", "350 Fifth Avenue, New York, New York, 10118, US"),
    ("12345 Oak Street, Springfield, IL, 62704", "12345 OAK ST, SPRINGFIELD, IL 62704"),
    ("1234 NW Elm Rd, Portland, OR 97201", "1234 Northwest Elm Road, Portland, Oregon, 97201, US"),
    ("12 St James Street, St. Louis, MO, 63101", "12 SAINT JAMES ST SAINT LOUIS MO 63101"),
    ("PO Box 99, Dover, DE, 19901, US", "P.O. Box 99, Dover, DE 19901"),
    ("111 Wellington Street, Ottawa, ON, K1A 0B1, CA", "111 WELLINGTON ST OTTAWA ON K1A0B1"),
    (DOWNING, "10 downing st, London SW1A2AA, United Kingdom"),
    ("Flat 3, 7 Mill Lane, Leeds, LS1 4AB, GB", "7 Mill Ln, Flat 3, Leeds, LS14AB"),
    ("4 Grafton Street, Dublin, D02 X285, IE", "4 Grafton St., Dublin 2, Ireland"),
    ("Hauptstr. 5, 10115 Berlin, DE", "Hauptstraße 5, Berlin, 10115, Germany"),
    ("Hauptstr. 5, 10115 Berlin, DE", "HAUPTSTRASSE 5 10115 BERLIN"),
    ("Müllerstraße 8a, 80469 München", "Muellerstr. 8 A, 80469 Muenchen, Deutschland"),
    ("Müllerstraße 8, 80469 München", "MULLERSTR 8, 80469 Munich, Germany"),
    ("Wiedner Hauptstraße 12/3, 1040 Wien, AT", "Wiedner Hauptstr. 12, Top 3, A-1040 Vienna, Austria"),
    ("Bahnhofstrasse 10, 8001 Zürich, CH", "BAHNHOFSTR. 10 CH-8001 ZUERICH"),
    (KEIZER, "Keizersgracht 241, 1016EA, Amsterdam, Netherlands"),
    ("12 rue de la Paix, 75002 Paris, FR", "12, Rue de la Paix, PARIS, 75002, France"),
    ("12 bis rue de l'Église, 69001 Lyon", "12bis Rue de l’Eglise, Lyon, 69001, FR"),  # noqa: RUF001
    ("3/12 George Street, Sydney, NSW, 2000, AU", "Unit 3, 12 George St, Sydney NSW 2000"),
    ("1-1 Chiyoda, Chiyoda-ku, Tokyo, 100-0001, JP", "Chiyoda 1-1, Chiyoda-ku, Tokyo 100-0001, Japan"),
    ("12 Highway 61, Salem, OR, 97301", "12 HWY 61 SALEM OR 97301"),
    ("12 Avenue Road, Toronto", "12 Avenue Rd Toronto"),
    ("100 Queen Street West, Toronto, ON, M5H 2N2, CA", "100 QUEEN ST W TORONTO ON M5H 2N2"),
    ("100 Queen Street West, Toronto, ON, M5H 2N2, CA", "100 Queen St W, Toronto, Ontario, Canada"),
    ("Straße des 17. Juni 135, 10623 Berlin", "STRASSE DES 17 JUNI 135, 10623 BERLIN"),
    ("10115 Berlin, Hauptstr. 5", "Haupt-Str. 5, D-10115 Berlin"),
    ("12 Broadway, New York, NY", "12 BROADWAY NEW YORK"),
    ("12 Queens Walk, Ayr", "12 QUEENS WALK AYR"),
    ("21 Rue Sainte-Anne Est, Montréal, QC H2K 2H9", "21 RUE STE-ANNE E, MONTREAL QC H2K2H9"),
    ("340 King Street West, Unit 1204, Toronto, ON M5V 1J5", "1204-340 King St W, Toronto, ON M5V 1J5"),
    ("Rose Cottage, 3 Church Road, Wexcombe SN8 3PT", "ROSE COTTAGE 3 CHURCH ROAD WEXCOMBE SN83PT"),
    ("Keizersgracht 241-2, 1016 EA Amsterdam, NL", "KEIZERSGRACHT 241 2 1016 EA AMSTERDAM"),
    ("Unit 4, 63 Smith Street, Collingwood VIC 3066", "U4 63 SMITH ST COLLINGWOOD 3066 VIC"),
]

DIFFERENT = [
    (OAK, "14 Oak Street, Springfield, IL, 62704, US"),
    (OAK, "12 Oak Street, Springfield, IL, 62701, US"),
    (OAK, "12 Elm Street, Springfield, IL, 62704, US"),
    (OAK, "12 Oak Avenue, Springfield, IL, 62704, US"),
    (OAK, "12 Oak Street, Chatham, IL"),
    (OAK, "12 Oak Street, Springfield, MA"),
    (OAK, "CHATHAM, IL 62629"),
    (OAK, "Chatham"),
    (OAK, "PO Box 99, Springfield, IL 62704"),
    ("12 Oak Street, San Jose, CA 95112, US", "San Diego, CA"),
    ("12 Oak Street, San Jose, CA, 95112, US", "12 Oak Street, San Diego, 92101, CA"),
    ("12 Highway 91, Salem, OR, 97301", "12 HWY 61 SALEM OR 97301"),
    ("Straße des 17. Juni 135, 10623 Berlin", "Straße des 18. Juni 135, 10623 Berlin"),
    ("12 BROADWAY SALEM 97301", "12 Oak St, 97301"),
    ("12 Oak Street, New York, NY, 10001", "Buffalo, NY"),
    ("12 N Main St, Salem, OR 97301", "12 S Main St, Salem, OR 97301"),
    ("12 Oak Street, Apt 4, Springfield, IL, 62704", "12 Oak Street, Apt 5, Springfield, IL, 62704"),
    ("12a Oak Street, Springfield, IL, 62704", "12b Oak Street, Springfield, IL, 62704"),
    (DOWNING, "10 Downing Street, London, SW1A 2AB"),
    (DOWNING, "11 DOWNING ST LONDON SW1A 2AA"),
    ("4 Grafton Street, Dublin, D02 X285", "4 Grafton Street, Dublin 4"),
    ("Hauptstr. 5, 10115 Berlin", "Hauptstr. 7, 10115 Berlin"),
    ("Hauptstr. 5, 10115 Berlin", "Hauptstr. 5, 50667 Köln"),
    (KEIZER, "Keizersgracht 241, 1016 EB Amsterdam"),
    ("Wiedner Hauptstraße 12/3, 1040 Wien", "Wiedner Hauptstraße 12/4, 1040 Wien"),
    ("12 rue de la Paix, 75002 Paris", "12 rue de Rivoli, 75002 Paris"),
    ("3/12 George Street, Sydney NSW 2000", "4/12 George Street, Sydney NSW 2000"),
    ("2-11-3 Meguro, Tokyo 153-0063", "2-11-4 Meguro, Tokyo 153-0063"),
    ("12 High Street, London, GB", "12 High Street, London, ON, Canada"),
    ("21 Rue Sainte-Anne Est, Montréal, QC H2K 2H9", "21 Rue Sainte-Anne Ouest, Montréal, QC H2K 2H9"),
    ("1204-340 King St W, Toronto, ON M5V 1J5", "1205-340 King St W, Toronto, ON M5V 1J5"),
]

UNKNOWN = [
    (OAK, ""),
    (OAK, "Springfield"),
    (OAK, "SPRINGFIELD, IL 62704"),
    (OAK, "SPRINGFIELD, IL, US"),
    (OAK, "Front door"),
    (OAK, "Left with neighbour"),
    (OAK, "Oak Street"),
    (OAK, "12 Oak St"),
    (OAK, "12a Oak Street, Springfield, IL, 62704"),
    (OAK, "US"),
    (OAK, "Delivered, Front Door/Porch, SPRINGFIELD, IL 62704"),
    (OAK, "Agent / access point"),
    (OAK, "Oak Street, Illinois"),
    ("12 Oak Street, Buffalo, NY", "New York"),
    ("100 Queen Street West, Toronto, ON, M5H 2N2, CA", "TORONTO CA"),
    ("42 Wallaby Way, Sydney, NSW, 2000, AU", "Sydney, New South Wales"),
    ("Highway 61, Salem, OR, 97301", "Highway 61, Salem"),
    (DOWNING, "London SW1A"),
    ("Hauptstr. 5, 10115 Berlin, DE", "10115 Berlin"),
    (KEIZER, "1016 EA Amsterdam"),
    ("Rose Cottage, Church Lane, Ambridge, BO1 1AA", "Rose Cottage, Church Lane, Ambridge, BO1 1AA"),
    ("5 Main Street, Malahide, Co. Dublin", "5 Main Street, Co. Dublin"),
    ("", ""),
    ("Mailbox", "Porch"),
]

PARSED = [
    ("10115 Berlin", Parts(postcode="10115", places=("berlin",))),
    ("12 Oak St", Parts(house="12", street=("oak", "st"))),
    ("Hauptstr. 5", Parts(house="5", street=("haupt", "str"))),
    ("1016 AB Amsterdam", Parts(postcode="1016ab", places=("amsterdam",))),
    ("SW1A 2AA", Parts(postcode="sw1a2aa")),
    ("Springfield, IL 62704-1234", Parts(postcode="62704", places=("springfield",), state="il")),
    ("12345 Oak Street", Parts(house="12345", street=("oak", "street"))),
    ("Ottawa K1A 0B1", Parts(postcode="k1a0b1", places=("ottawa",))),
    ("100-0001", Parts(postcode="1000001")),
    ("D02 X285", Parts(postcode="d02x285")),
    ("Front door", Parts()),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_address_are_the_same(one, other):
    assert is_same(one, other) is True
    assert is_same(other, one) is True
    assert is_same_area(one, other) is True


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_of_which_one_part_differs_are_different(one, other):
    assert is_same(one, other) is False
    assert is_same(other, one) is False


@pytest.mark.parametrize(("one", "other"), UNKNOWN)
def test_what_agrees_in_too_little_is_unknown(one, other):
    assert is_same(one, other) is None
    assert is_same(other, one) is None


@pytest.mark.parametrize(("text", "parts"), PARSED)
def test_numbers_are_read_by_where_they_stand(text, parts):
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("SPRINGFIELD, IL 62704", True),
        ("Springfield", True),
        ("springfield illinois", True),
        ("62704", True),
        ("62704-0001 US", True),
        ("CHATHAM, IL 62629", False),
        ("Springfield, MA", False),
        ("62701", False),
        ("IL", None),
        ("", None),
        ("Front door", None),
    ],
)
def test_a_town_or_postcode_alone_names_an_area(place, area):
    assert is_same_area(OAK, place) is area
    assert is_same_area(place, OAK) is area


def test_the_first_part_of_a_postcode_names_an_area():
    assert is_same_area(DOWNING, "London SW1A") is True
    assert is_same_area("4 Grafton Street, Dublin, D02 X285", "Dublin 2") is True


WORDS = st.sampled_from("oak elm maple church mill station king victoria".split())
TOWNS = st.sampled_from("Springfield,Salem,Leeds,St. Louis,New York,Salt Lake City,Ballarat".split(","))
HOUSES = st.integers(1, 9_999)
ZIPS = st.integers(10_000, 99_999)


@st.composite
def full_addresses(draw):
    street = f"{draw(HOUSES)} {draw(WORDS).title()} {draw(st.sampled_from(('Street', 'Road', 'Ave', 'Ln')))}"
    return (street, draw(TOWNS), f"{draw(ZIPS)}")


TEXTS = st.one_of(
    st.text(max_size=60),
    full_addresses().map(", ".join),
    st.lists(
        st.sampled_from("12 St Oak 5 10115 1016 AB , / # Apt IL CA DE US Rue 3/4 Berlin -".split()), max_size=9
    ).map(" ".join),
)


@given(TEXTS, TEXTS)
def test_the_order_of_two_addresses_says_nothing(one, other):
    assert is_same(one, other) is is_same(other, one)
    assert is_same_area(one, other) is is_same_area(other, one)


@given(TEXTS)
def test_no_address_differs_from_itself(text):
    assert is_same(text, text) is not False
    assert is_same_area(text, text) is not False


@given(full_addresses(), st.sampled_from((str.upper, str.lower, str.title)), st.sampled_from((", ", " ", ",", "  ,  ")))
def test_a_full_address_is_itself_in_any_case_and_spacing(address, case, comma):
    assert is_same(", ".join(address), case(comma.join(address))) is True


@given(full_addresses(), HOUSES, ZIPS)
def test_another_house_number_or_postcode_is_another_place(address, house, postcode):
    street, town, code = address
    number, _, name = street.partition(" ")
    if str(house) != number:
        assert is_same(", ".join(address), f"{house} {name}, {town}, {code}") is False
    if str(postcode) != code:
        assert is_same(", ".join(address), f"{street}, {town}, {postcode}") is False


@given(full_addresses(), full_addresses(), st.integers(0, 2), st.integers(0, 2))
def test_dropping_what_agrees_never_hides_what_differs(one, other, changed, dropped):
    differing = [other[i] if i == changed else part for i, part in enumerate(one)]
    if one[changed] != other[changed] and changed != dropped:
        assert is_same(", ".join(one), ", ".join(differing)) is False
        assert is_same(", ".join(one), ", ".join(part for i, part in enumerate(differing) if i != dropped)) is False


@given(full_addresses(), st.integers(0, 1))
def test_a_place_without_its_street_is_an_area_and_no_certainty(address, dropped):
    area = address[1 + dropped]
    assert is_same(", ".join(address), area) is None
    assert is_same_area(", ".join(address), area) is True


@given(full_addresses(), st.sets(st.integers(0, 2)))
def test_dropping_parts_of_an_address_never_makes_it_another(address, kept):
    assert is_same(", ".join(address), ", ".join(address[i] for i in sorted(kept))) is not False
