"""What is read of a page of HTML: what its reader sees, and no more."""

import pytest

from disputes.reading.html import read_html

LONG = 50_000


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("One<div>two</div>three", "One\ntwo\nthree"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("1 < 2 &lt; 3 &amp; <b>x</b>y", "1 < 2 < 3 & xy"),
        ("<p>Seen<!-- <b>not</b> --></p>", "Seen"),
        ("<SCRIPT>if (a<b) x('</p>')</SCRIPT>Seen<style>p{}</style>", "Seen"),
        ("<head><title>t</title><meta a><body>Seen", "Seen"),
        ('<div style="display : none">not <div>not</div> not</div>Seen', "Seen"),
        ("<span style='visibility:hidden'>not</span><span hidden>not</span>Seen", "Seen"),
        ('<i style="font-size:0px">not</i><i style="font-size:0.9em">Seen</i>', "Seen"),
        ('<p title="what is hidden here">Seen</p><img hidden>too', "Seen\ntoo"),
        ('<a title="2 > 1" href=x">Seen</a>', "Seen"),
        ("Seen <a href='", "Seen"),
    ],
)
def test_a_page_reads_as_it_looks(page: str, text: str) -> None:
    assert read_html(page) == text


def test_what_a_message_quotes_is_marked_as_quoted() -> None:
    page = "<p>No.</p><div>On Monday we wrote:<blockquote>You have it.<blockquote>I want it.</blockquote></blockquote>"
    assert read_html(f"{page}</div>Yours") == "No.\nOn Monday we wrote:\n> You have it.\n> > I want it.\nYours"


@pytest.mark.parametrize(
    "part", ["<div>", "<a ", "<a href='", '<a href="', "<!--", "<![CDATA[", "<script>", "<", "</", "&#x41", "<b = "]
)
def test_a_hostile_page_is_read_at_once(part: str) -> None:
    """Nested or broken tags in their tens of thousands took a parser hours, in which nothing else ran."""
    assert len(read_html(part * LONG)) <= len(part) * LONG
