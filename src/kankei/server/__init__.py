"""Processes and HTTP/1.1: a supervisor, worker groups, and the protocol under the application."""
