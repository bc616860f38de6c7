"""Sheets of a guidebook: header, header row, columns, cells, body."""
