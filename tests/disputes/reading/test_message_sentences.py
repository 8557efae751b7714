"""Tests of ordinary sentences of shops and customers, and of sentences like them that leave doubt."""

import pytest

from disputes.reading.message_reading import read

ORDINARY_OF_CUSTOMER = [
    "The login works now and I have started with it.",
    "The appointment went very well, thank you again.",
    "Your colleague did a fine job here on the day.",
    "My other order HW-20800 is fine.",
    "got it this morning, works great",
    "It came earlier than expected and nothing was broken.",
    "Yes that's the correct address.",
    "I have not had any problem.",
    "Wow that was quick. Already wearing it!",
    "Yes, that charge was mine, I just forgot the shop name.",
    "I don't want a refund, I just wanted to say how good it is.",
    "Please ring the bell twice when you deliver.",
    "Perfect, that worked. Cheers\n\nDerek\n--\nDerek Pallister\nPallister & Sons Roofing",
    "Mum loved the flowers.",
    "The room was clean and quiet.",
]
ORDINARY_OF_MERCHANT = [
    "Glad to hear it arrived safely.",
    "According to UPS your package was delivered on June 3 and signed for by M. Reyes.",
    "As stated at checkout, sale items are non-refundable.",
    "Machine wash cold, do not tumble dry.",
    "The 30 day return window has closed, so we can't accept a return.",
    "Your parcel isn't lost, it was delivered this morning.",
    "Reminder: Field Notes Cloud renews on 3 October 2026 for 29.00 USD.",
    "Thank you for your order. We wrote to you what comes next, and when.",
    "Your table is booked for 7 pm.",
    "Custom orders can't be returned.",
    "Parking is available behind the building.",
    "It takes two AA batteries.",
    "You checked in on 5 May and checked out on 7 May.",
]
DOUBTFUL_OF_CUSTOMER = [
    "https://example.com/a.jpg",
    "\U0001f44d",
    "?",
    "12345",
    "merci, c'est parfait, thanks a lot",
    "Thank you, todo roto.",
    "The box came crushed.",
    "It works great for ten minutes.",
    "It arrived today after a month.",
    "It came, one glass down.",
    "Everything arrived except the lamp.",
    "Thanks for ruining Christmas.",
    "The colour is beige.",
    "The login works now and then.",
    "Got it with the seal open.",
    "Fantastic service, three weeks for a book.",
]
DOUBTFUL_OF_MERCHANT = [
    "As discussed on the phone, please go ahead.",
    "Regarding the matter below: done.",
    "Done.",
    "Mea culpa.",
    "Hello Jonas, wir haben das Paket rausgeschickt, tracking follows tomorrow",
    "We'll send the rest next week.",
    "Hola Ana, el paquete se ha perdido. Thank you!",
    "The money is on its way to you.",
    "I'm afraid so.",
    "Your order sits in our warehouse.",
    "The courier left the parcel in the rain.",
    "The product has a flaw.",
]


def is_harmless(text, by):
    reading = read(text, by=by)
    return reading.read and not any(statement.against for statement in reading.statements)


@pytest.mark.parametrize("text", ORDINARY_OF_CUSTOMER)
def test_what_customers_write_every_day_is_harmless(text):
    assert is_harmless(text, "customer")


@pytest.mark.parametrize("text", ORDINARY_OF_MERCHANT)
def test_what_shops_write_every_day_is_harmless(text):
    assert is_harmless(text, "merchant")


@pytest.mark.parametrize("text", DOUBTFUL_OF_CUSTOMER)
def test_what_may_be_a_complaint_is_not_harmless(text):
    assert not is_harmless(text, "customer")


@pytest.mark.parametrize("text", DOUBTFUL_OF_MERCHANT)
def test_what_may_concede_something_is_not_harmless(text):
    assert not is_harmless(text, "merchant")
