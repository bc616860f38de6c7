"""A document as received, read into values that know their lines."""
