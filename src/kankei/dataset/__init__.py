"""Sheets, curated Turtle, concept schemes and the ontology, joined into one dataset."""
