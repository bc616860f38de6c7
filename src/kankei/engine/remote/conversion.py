"""Converts a large result in a process of its own, so that the server answers others meanwhile.

The process has no network, little memory and an end: the content comes from a hostile service.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import IO, cast

from kankei.engine.embedded.messages import Reply, WorkerResult, pack_reply, unpack_reply
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.sandbox import deny_network, limit_memory
from kankei.engine.limits import Limits
from kankei.engine.operation import Form, QueryResult
from kankei.engine.remote.remote_errors import BadAnswer
from kankei.engine.remote.result_check import Expected, convert, too_large
from kankei.engine.result_file import ResultFile, anonymous_file, read_bytes
from kankei.errors import BadGateway, EngineFailed, KankeiError, OutOfMemory, Overloaded, TooSlow


async def convert_apart(
    content: ResultFile, expected: Expected, limits: Limits, deadline: float, *, takes_file: bool
) -> QueryResult:
    """The result in a file, converted by another process before a time of the loop's clock.

    Raises what `convert` raises, `TooSlow` and `OutOfMemory`.
    """
    try:
        file = ResultFile(anonymous_file(), 0)
    except OSError as error:
        raise Overloaded("the server has no descriptor left for the result") from error
    arguments = {
        "content": (content.descriptor, content.size),
        "spool": file.descriptor,
        "expected": (expected.form.name, expected.media_type, list(expected.variables), expected.limit),
        "memory": limits.worker_memory_bytes + content.size,
    }
    command = (sys.executable, "-P", "-m", "kankei.engine.remote.conversion", json.dumps(arguments))
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(content.descriptor, file.descriptor),
        )
    except OSError as error:
        raise Overloaded("the server has no process left for the result") from error
    try:
        async with asyncio.timeout_at(deadline):
            output, _ = await process.communicate()
    except TimeoutError as error:
        raise TooSlow("the result could not be converted in time") from error
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if not output:
        raise EngineFailed("the process that converts the engine's result ended unexpectedly")
    reply = unpack_reply(output)
    if isinstance(reply, BadGateway):
        raise BadAnswer(reply.message)
    if isinstance(reply, KankeiError):
        raise reply
    file.size = reply.spooled
    if takes_file and file.size:
        return QueryResult(expected.form, expected.media_type, b"", file)
    body = file.read(0, file.size) if file.size else reply.body
    return QueryResult(expected.form, expected.media_type, body)


def _convert(content: bytes, expected: Expected, spool: Spool) -> None:
    try:
        convert(content, expected, cast("IO[bytes]", spool))
    except (KankeiError, OSError, RuntimeError):
        if not spool.overflowed:
            raise
    if spool.overflowed:
        raise too_large(expected)


def main(argument: str) -> None:
    """Convert a result by arguments in JSON, and write a reply to the standard output."""
    arguments = json.loads(argument)
    deny_network()
    descriptor, size = arguments["content"]
    form, media_type, variables, limit = arguments["expected"]
    expected = Expected(Form[form], media_type, variables, limit)
    limit_memory(arguments["memory"])
    spool = Spool(arguments["spool"], limit)
    reply: Reply
    try:
        _convert(read_bytes(descriptor, 0, size), expected, spool)
        reply = WorkerResult(expected.form, spool.spooled, spool.body)
    except BadAnswer as error:
        reply = BadGateway(error.message)
    except KankeiError as error:
        reply = error
    except MemoryError:
        reply = OutOfMemory("the query wants more memory than one may have")
    os.write(sys.stdout.fileno(), pack_reply(reply))


if __name__ == "__main__":
    main(sys.argv[1])
