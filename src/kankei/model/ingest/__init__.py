"""Ingest: from documents as received to candidates, reports and companions in a folder, nothing overwritten."""
