"""The parts of uvicorn that are no public interface of it; other modules import them from here.

The names listed below are used; `tests/server/test_uvicorn_parts.py` says which of them a newer one lacks.
"""

from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

__all__ = ["CLOSE_HEADER", "STATUS_LINE", "HttpToolsProtocol", "RequestResponseCycle", "ServerState"]

PROTOCOL_PARTS = (
    *("access_logger", "app", "client", "connections", "cycle", "expect_100_continue", "flow", "headers"),
    *("logger", "loop", "parser", "pipeline", "scope", "server_state", "timeout_keep_alive"),
    *("timeout_keep_alive_task", "transport", "_start_asgi_task", "_unset_keepalive_if_required"),
    *("connection_lost", "connection_made", "data_received", "on_headers_complete", "on_message_begin"),
    *("on_message_complete", "on_response_complete", "pause_writing", "resume_writing"),
    "timeout_keep_alive_handler",
)
"""What `HttpProtocol` uses or overrides of `HttpToolsProtocol`, which calls or sets it."""
CYCLE_PARTS = (
    *("chunked_encoding", "default_headers", "disconnected", "expected_content_length", "flow"),
    *("keep_alive", "message_event", "more_body", "on_response", "response_complete", "response_started"),
    *("scope", "transport", "waiting_for_100_continue", "receive", "send"),
)
"""What `RequestCycle` and `HttpProtocol` use or override of `RequestResponseCycle`."""
CYCLE_PARAMETERS = (
    *("scope", "transport", "flow", "logger", "access_logger", "access_log", "default_headers"),
    *("message_event", "expect_100_continue", "keep_alive", "on_response"),
)
STATE_PARTS = ("connections", "default_headers", "tasks", "total_requests")
FLOW_PARTS = ("drain", "pause_reading", "resume_reading", "write_paused")
SERVER_PARTS = (
    *("capture_signals", "on_tick", "server_state", "serve", "servers", "should_exit", "shutdown", "startup"),
)
"""What the HTTP worker uses or overrides of `uvicorn.Server`."""
