"""From where a message is written: the moment, the people's time zone, and where Rebut is reached. Pure."""

from datetime import datetime

from disputes.model import Value


class Frame(Value):
    """What the words of a message depend on besides the case: `now` aware UTC, and the merchant's time zone.

    `url` is Rebut's own public address without a slash at its end, empty where none is known: then no link leads to it.
    """

    now: datetime
    zone: str = "UTC"
    url: str = ""
