"""What people outside are told of a dispute: notes, handoffs, queue cards, and whom to tell what. Pure."""

# Before `disputes.lifecycle.plan` is read by itself, which the repositories and it read of each other.
from disputes import repositories as repositories
