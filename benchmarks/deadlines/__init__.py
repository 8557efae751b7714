"""Six months of disputes over an injected clock: people, outages and changes of the clocks, with the real runs."""

import disputes.repositories  # noqa: F401 - before `disputes.lifecycle.plan`, which cannot be imported first
