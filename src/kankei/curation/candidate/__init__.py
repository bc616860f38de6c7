"""Candidates: what a curator could write of a sheet, proposed field by field, never guessed.

A column is read by the grammar of its kind into value nodes; labels become concepts and organisations only
where the dataset knows them. What no grammar or dataset knows stays raw, and a doubt says so.
"""
