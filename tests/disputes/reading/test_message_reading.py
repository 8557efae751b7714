"""Tests of what messages say, and of which are read in full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import Invalid
from disputes.reading import message_reading
from disputes.reading.message_reading import LONGEST, read

UNREAD = "The moon fell into the bathtub."
CONFIRMATION = """Hello Maria,
Thank you for shopping with Northwind Outdoor. Your order #4821 has been confirmed and we are getting it ready to be
shipped. We will notify you when it has been sent.
Trail Jacket, Green, M x 1 - $129.00
Total $136.50
Shipping address
Maria Lopez
14 Elm Street
Springfield, IL 62704
If you have any questions, reply to this email or contact us at help@northwind.com.
Best,
Northwind Outdoor"""


def names(text, by):
    return {statement.name for statement in read(text, by=by).statements}


def against(text, by):
    return {statement.name for statement in read(text, by=by).statements if statement.against}


def is_harmless(text, by):
    reading = read(text, by=by)
    return reading.read and not against(text, by)


ORDINARY_OF_MERCHANT = """
Hi Anna,<br><br>Thank you for your order! We have received your payment of $45.00.<br><br>Order number: #1001<br>1 x
Blue tent - $40.00<br>Shipping: $5.00<br>Total: $45.00<br><br>We'll let you know when it ships.<br><br>Kind
regards,<br>The Tent Shop | Your order #1001 has shipped. Tracking number: 1Z999AA10123456784. You can track it here:
https://ups.com/track?x=1 | Good news! Your parcel is on its way and should arrive by Friday, March 3. If you have
any questions, just reply to this email. | Your package was delivered on March 3 at 10:12. | Hi Tom, your annual
subscription renews on 1 May 2026 for $99. You can cancel any time before that date in your account settings. Thanks,
The Team | We do not refund after 30 days. Please see our refund policy at https://shop.com/refunds. | Hello Ann, the
jacket runs true to size. We recommend a size M. Let us know if you have any other questions! | Welcome to Tent Club!
Your free trial ends on May 3 and your card will be charged $9.99 per month unless you cancel. | This is your receipt
from Acme Inc. for $20.00 paid on 3 March 2026 with Visa ending 4242. | Dear Mr. Smith, your order has been
dispatched with Royal Mail and is expected on 4 May. Tracking: AB123456789GB. Track your parcel:
www.royalmail.com/track | A shipment from order #1234 is on the way. Track your shipment to see the delivery status.
| Your order is out for delivery today. | This is a reminder that your Pro plan will renew on June 1, 2026. The
amount of $49.00 will be charged to your card ending in 4242. If you do not want to renew, you can cancel in your
account before that date. | We have received your payment. Your receipt is attached. | You can return unused items
within 30 days of delivery for a full refund. | Thank you for your purchase! Your download link is below:
https://x.com/d/1. Your licence key is ABC-123. | Welcome aboard! Your account is now active. You can log in at
https://app.x.com with your email address. | Your appointment is confirmed for Monday at 10:00 am. We look forward to
seeing you! | We hope you enjoy your new tent. We'd love to hear what you think! | Your order was delivered today.
Enjoy! | Yes, we ship to Canada. Delivery usually takes 5 to 7 days. | Hi Sam,<br>The size M fits a chest of 38 to 40
inches.<br>Thanks,<br>Jo | UPS shows that your parcel was delivered on March 3 and signed for by A. Miller. | Your
invoice #221 for $300.00 is due on 5 May. | Hi Jane, thanks for getting in touch! The tent sleeps four people and
weighs 3 kg. Have a great day!
"""
ORDINARY_OF_CUSTOMER = """
Hi! I received the tent on Monday. It is lovely. Thank you so much!<br>Anna | Thanks, it arrived today and I love it.
| Hello, what size should I order if I normally wear a medium? | I have no problem with the order. Everything is
fine. | No need to refund, I found it. | I ordered the blue tent last week. My order number is 1001. Can you ship it
to 12 Oak Street? | We used the tent all weekend and it works great. | Do you ship to Canada? | Hi, I got the package
yesterday. Everything works great, thanks! | Thank you, the parcel arrived safely. | Great tent! We love it and the
kids use it every weekend. | Just wanted to say that the jacket came today and it fits perfectly. Thanks so much! |
Could you tell me when the blue one will be back in stock? | I would like to order two more. Do you offer gift
wrapping? | My new address is 12 Oak Street, Springfield. | Is the jacket waterproof? | Can you send me the invoice
for my order #1001? | How do I log in to my account? | I just signed up for the annual plan. Looking forward to using
it. | I've been using the app every day and I love it. | Thanks for the quick delivery!<br><br>Sent from my iPhone |
I bought this for my brother. He loves it. | The box was not damaged and nothing was missing.
"""
ADVERSE_OF_MERCHANT = """
It was delivered next door. | We can offer you 20% back. | I can confirm that you cancelled on May 1. |
We sent it to the wrong house. | Sorry, our fault, we forgot to ship it. | We have refunded you. | Your refund is on
its way. | We will send you a replacement. | The parcel came back to us. | You were charged twice by mistake. | We
should have told you about the renewal. | Your order never left our warehouse. | We'll give you your money back. |
The carrier lost the parcel. | I'm so sorry about this. | The package was returned to us by the carrier. | We
accidentally billed you two times. | You'll get a full refund within 5 days. | A new one will be sent out tomorrow. |
Your subscription has been cancelled. | We received your return. | Your order is delayed. | I have issued a credit of
$40 to your card. | It looks like the courier delivered to 12 Elm Road instead of 14. | Our warehouse sent the blue
one when you ordered red. | We are looking into why it hasn't arrived. | We hadn't shipped it yet. | Thank you for
your patience, your refund has been processed. | We dropped the ball on this one. | That was on us. | We'll make it
right. | The item is out of stock so we could not send it. | Your card was charged in error.
"""
ADVERSE_OF_CUSTOMER = """
It came in bits | this aint mine | I haven't seen any package | Did you even ship it? |
I never received it | It's broken | I received the tent but it's torn | You sent me the wrong colour. | It is not as
described. | I want my money back | Please cancel my subscription | I was charged twice | I didn't order this | I
sent it back last week | Where is my order? | This is fraud | Nothing has arrived yet. | Can I get a refund? | I
cancelled in March. | I returned it on Monday. | the zip doesnt work | I don't recognise this charge | I am still
waiting for my parcel. | Haven't got it | package says delivered but it is not here | The screen has a crack. | It
stopped working after two days. | I received a red one instead of blue. | Please refund. | I would like to return the
shoes. | I asked you to stop charging me in May. | I've been double charged. | I never signed up for this. | Someone
used my card. | I don't want this anymore. | Only one of the two items came. | The quality is terrible. | My bank
will dispute this. | It's too small. | Order has not turned up | Why did you charge me? | How do I cancel? | it
doesn't look like the picture | the parcel was empty | I have sent the tent back | Delivered to the wrong house |
There was no tent in the box | this isn't what I ordered | Can you tell me where my order is? | I recieved nothing
"""


def examples(merchant, customer):
    """Return each example with its party; `|` parts examples, `<br>` their lines."""
    parties = (("merchant", merchant), ("customer", customer))
    return [(by, " ".join(text.split()).replace("<br>", "\n")) for by, texts in parties for text in texts.split("|")]


ORDINARY = [("merchant", CONFIRMATION), *examples(ORDINARY_OF_MERCHANT, ORDINARY_OF_CUSTOMER)]
ADVERSE = examples(ADVERSE_OF_MERCHANT, ADVERSE_OF_CUSTOMER)


@pytest.mark.parametrize(("by", "text"), ORDINARY)
def test_ordinary_mail_is_read_in_full_and_speaks_for_nobody_else(by, text):
    assert (read(text, by=by).why, is_harmless(text, by)) == ("", True)


@pytest.mark.parametrize(("by", "text"), ADVERSE)
def test_what_speaks_against_the_merchant_is_stated(by, text):
    assert against(text, by)


@pytest.mark.parametrize(
    ("by", "text", "name"),
    [
        ("merchant", "Sorry, we sent it to the wrong house.", "concedes_mistake"),
        ("merchant", "We have refunded you.", "promises_refund"),
        ("merchant", "We will send you a replacement.", "promises_replacement"),
        ("merchant", "The parcel came back to us.", "concedes_nondelivery"),
        ("merchant", "Your subscription has been cancelled.", "confirms_cancel"),
        ("merchant", "We received your return.", "confirms_return"),
        ("customer", "I never received it.", "reports_nonreceipt"),
        ("customer", "The zip doesn\u2019t work.", "reports_fault"),
        ("customer", "You sent the wrong colour.", "reports_wrong_item"),
        ("customer", "It is not as described.", "reports_not_as_described"),
        ("customer", "I want my money back.", "asks_refund"), ("customer", "I cancelled in March.", "reports_cancel"),
        ("customer", "I was charged twice.", "reports_duplicate"),
        ("customer", "I did not order this.", "denies_purchase"),
        ("customer", "I sent it back last week.", "reports_return"),
        ("customer", "My bank will dispute this.", "complains"),
    ],
)  # fmt: skip
def test_a_statement_against_the_merchant_has_its_name(by, text, name):
    assert name in against(text, by)


@pytest.mark.parametrize(
    ("by", "text", "name"),
    [
        ("customer", "I received the tent on Monday.", "admits_receipt"),
        ("customer", "We used the tent all weekend.", "admits_use"),
        ("customer", "I ordered the blue tent last week.", "admits_purchase"),
        ("customer", "Thank you so much!", "thanks"), ("customer", "I received your email.", "mentions_mail"),
        ("merchant", "We have received your payment.", "confirms_order"),
        ("merchant", "Your order has shipped.", "confirms_shipping"),
        ("merchant", "Your parcel was delivered on March 3.", "confirms_delivery"),
        ("merchant", "We do not refund after 30 days.", "states_policy"),
        ("merchant", "Your plan will renew on June 1.", "reminds_renewal"),
    ],
)  # fmt: skip
def test_a_harmless_statement_has_its_name(by, text, name):
    assert names(text, by) == {name}
    assert is_harmless(text, by)


@pytest.mark.parametrize(
    "text",
    [
        "I received the tent and it is shoddy.", "I received a brokn tent.", "If I received it I would love it.",
        "I did not say I love it.", "Thank you for telling me that you kept the parcel.",
        "The tracking says it arrived.", "Thanks for nothing.", "I received it \U0001f4a9",
        "I rec\u200beived it, ne\u200bver.", "> I received the tent.",
        "On Mon, 3 May 2026, Anna <a@shop.com> wrote:\nI received the tent.",
    ],
)  # fmt: skip
def test_a_message_that_leaves_doubt_is_not_harmless(text):
    assert not is_harmless(text, "customer")


def test_no_sentence_of_a_quoted_line_is_the_writers():
    text = "Thank you.\n> Great to hear. I received the tent. I love it."
    assert names(text, "customer") == {"thanks"}
    assert names("> Hello. I never received it.", "customer") == {"reports_nonreceipt"}


def test_a_sentence_both_harmless_and_against_counts_against():
    assert names("I received the tent but it is torn.", "customer") == {"reports_fault"}


def test_a_statement_says_where_its_sentence_stands():
    text = "Hi,\n\nI received it. It\u2019s broken!  Bye"
    found = {s.name: text[s.start : s.end] for s in read(text, by="customer").statements}
    assert found == {"admits_receipt": "I received it.", "reports_fault": "It\u2019s broken!"}


def test_an_unread_sentence_is_quoted_and_the_others_are_stated():
    reading = read(f"I never received it. {UNREAD}", by="customer")
    assert (reading.read, reading.why) == (False, f'holds a sentence that no rule reads: "{UNREAD}"')
    assert [statement.name for statement in reading.statements] == ["reports_nonreceipt"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("Thanks! " * 300, "is longer than 2,000 characters"),
        ("\u042f \u043f\u043e\u043b\u0443\u0447\u0438\u043b", "is in another language"),
        ("Ich habe das Paket leider nie bekommen und will mein Geld zur\u00fcck.", "is in another language"),
        ("No he recibido el paquete y quiero que me devuelvan el dinero ya.", "is in another language"),
    ],
)
def test_what_cannot_be_read_says_why(text, why):
    reading = read(text, by="customer")
    assert (reading.read, reading.why) == (False, why)


@given(st.text() | st.lists(st.sampled_from([text for _, text in ORDINARY + ADVERSE])).map(" ".join))
def test_any_text_is_read_or_has_a_reason(text):
    for by in ("customer", "merchant"):
        reading = read(text, by=by)
        assert reading.read == (not reading.why)
        assert all(0 <= s.start < s.end <= min(len(text), LONGEST) for s in reading.statements)


@given(st.sampled_from(ORDINARY + ADVERSE), st.sampled_from([" ", "\n", "\n\n"]), st.booleans())
def test_a_message_with_an_unread_sentence_added_is_not_read(message, space, first):
    by, text = message
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    assert not read(f"{UNREAD}{space}{ended}" if first else f"{ended}{space}{UNREAD}", by=by).read


@given(st.sampled_from(ADVERSE), st.sampled_from(ORDINARY))
def test_no_friendly_words_hide_what_speaks_against_the_merchant(adverse, ordinary):
    by, text = adverse
    assert against(f"{ordinary[1]}\n{text}", by) >= against(text, by)


@pytest.mark.parametrize(
    "words", ["no ", "not a ", "the order ", "i have the ", "is ", "a-", "refund ", "1 ", "http://"]
)
def test_a_message_of_one_word_over_and_over_comes_to_an_end(words):
    reading = read(words * (LONGEST // len(words)), by="customer")
    assert reading.read == (not reading.why)


def test_a_file_with_a_misspelt_key_is_refused(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text('[[rules]]\nnam = "thanks"\n', "utf-8")
    with pytest.raises(Invalid, match=r"rules\.toml is wrong at"):
        message_reading.load(path)
