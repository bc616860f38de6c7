"""Validation reports as values, Turtle and text."""
