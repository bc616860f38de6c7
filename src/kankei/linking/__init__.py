"""Links between things of two data folders: candidates with their evidence, and what a curator decides."""
