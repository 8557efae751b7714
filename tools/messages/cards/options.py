"""The options of a tool that holds cards."""

from tools.sources.options import Offer, Option

QUEUES = Option(
    about="the review queues whose cards go there, separated by commas, such as manual-review",
    pattern=r"[A-Za-z0-9_-]+( *, *[A-Za-z0-9_-]+)*",
    default="",
)


class CardOffer(Offer):
    """A tool that can be switched on, its settings named `CARDS__...`."""

    def setting(self, option: str) -> str:
        """Return the environment name of an option."""
        return f"CARDS__{self.name}__{option}".upper()
