"""Reading of a sheet's body: from its lines to passages, and from passages to what they say and belong to."""
