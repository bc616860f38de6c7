"""Candidates: the Turtle that is proposed for a sheet, field by field, never guessed.

Each field is parsed by the grammar of its row in the field table; labels become concepts and organisations
only where the dataset has them. What no grammar or dataset knows stays raw, with a doubt.
"""
