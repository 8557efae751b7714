"""Six months of disputes over an injected clock: people, outages and changes of the clocks, with the real runs."""
