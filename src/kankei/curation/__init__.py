"""Sheets and what the dataset knows, turned into candidate Turtle and reports for a curator."""
