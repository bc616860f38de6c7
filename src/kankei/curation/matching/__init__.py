"""Matching: which programme of the dataset a sheet continues, why, and what a new edition adds.

Statements of earlier years are never changed; where the agreements do not suffice the curator decides.
"""
