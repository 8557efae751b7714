"""Attacks on letters, each played through the whole graph beside a harmless twin, and judged by code."""
