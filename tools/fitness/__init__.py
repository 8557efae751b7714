"""Whether the servers that Rebut is given can do its work: really tried, and told in words."""

from disputes.model import Value


class Shortcoming(Value):
    """What is wrong with a server: what failed, what it means, what to do.

    `text` holds neither an address nor a secret; `detail` may hold an address, and is for the operator alone.
    Rebut works beside one that is not `fatal`.
    """

    text: str
    detail: str = ""
    fatal: bool = True

    @property
    def whole(self) -> str:
        """Return the sentence with its detail, for the operator's own terminal and log."""
        return f"{self.text} ({self.detail})" if self.detail else self.text


def worst(found: tuple[Shortcoming, ...]) -> Shortcoming | None:
    """Return the first that Rebut cannot work with."""
    return next((each for each in found if each.fatal), None)
