"""pySHACL, the reference implementation: on request, and for shapes that do not compile."""
