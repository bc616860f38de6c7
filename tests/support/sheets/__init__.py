"""Invented sheets as PDFs in many layouts, with what they say, and the score of an ingest of them."""
