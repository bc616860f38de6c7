"""Continuation: which programme of the dataset a sheet continues, why, and what a new edition adds.

What earlier years said is never changed; where the grounds are not enough a curator is asked.
"""
