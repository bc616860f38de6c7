"""Ingest: from documents as received to candidates, reports and companions; nothing is overwritten."""
