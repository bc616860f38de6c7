"""The national budget-project review (行政事業レビュー): its official CSV files, as sheets of projects."""
