"""pySHACL, the reference implementation, and the shapes that are left to it."""
