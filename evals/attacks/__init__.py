"""Attacks on letters, each played beside a harmless twin through the whole graph, and judged by code."""
