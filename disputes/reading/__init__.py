"""What written texts say: names, addresses, messages, carriers' statuses, and values that say nothing. Pure."""
