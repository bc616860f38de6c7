"""What the data says, compared with what its own raw texts and the cited lines of its sources print."""
