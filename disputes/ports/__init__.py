"""What Rebut needs from outside, one protocol a module. Adapters live in `tools/` and do not inherit.

What is stored has its own folder, `disputes/repositories`.
"""
