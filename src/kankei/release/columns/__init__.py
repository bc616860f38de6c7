"""The statements of a release as columns, for engines that read tables."""
