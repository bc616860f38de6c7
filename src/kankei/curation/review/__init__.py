"""The budget review as a dataset: sheets of projects become a data folder."""
