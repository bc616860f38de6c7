"""Circled numbers, ① to ㊿: the marks of measures, and of the links that belong to them."""

_RANGES = ((0x2460, 20), (0x3251, 15), (0x32B1, 15))

CIRCLED = "".join(chr(first + offset) for first, count in _RANGES for offset in range(count))
"""The circled numbers in their order; NFKC would turn them into plain ones."""
