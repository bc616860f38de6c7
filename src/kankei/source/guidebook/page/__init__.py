"""Sheets on the pages of a PDF, where the position of each line is known."""
