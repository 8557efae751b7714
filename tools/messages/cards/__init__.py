"""Queue cards in the tools of a team."""
