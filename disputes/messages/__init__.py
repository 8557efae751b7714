"""What people outside are told of a dispute: notes, handoffs, queue cards, and whom to tell what. Pure."""
