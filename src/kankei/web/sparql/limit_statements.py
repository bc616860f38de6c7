"""What one query, and one client, may have of this server, in words for the service's description."""

from collections.abc import Iterator

from kankei.settings import Settings
from kankei.web.sparql.protocol import MAX_ADDRESS

Note = tuple[str, str]
"""A sentence in Japanese and in English."""


_MIB = 1 << 20


def limit_statements(settings: Settings) -> tuple[Note, ...]:
    """The limits that a client may meet, with the status that tells of each."""
    return (*_of_query(settings), *_of_client(settings))


def _of_query(settings: Settings) -> Iterator[Note]:
    seconds, length, waiting = f"{settings.timeout_s:g}", settings.query_bytes, settings.queue_length
    result, memory = f"{settings.result_bytes / _MIB:g}", f"{settings.worker_memory_bytes / _MIB:g}"
    yield (
        f"一つの問合せの制限時間は {seconds} 秒です（超過は 504）。timeout= に秒数を書けば短くできます。",
        f"A query may take {seconds} seconds (504 beyond); `timeout=` asks for fewer.",
    )
    yield (
        f"結果は圧縮前で最大 {result} MiB です（超過は 413）。途中で切れた結果を返すことはありません。",
        f"A result has at most {result} MiB before compression (413 beyond); it is whole or it is refused.",
    )
    yield (
        f"一つの問合せが使えるメモリーは {memory} MiB です（超過は 507）。",
        f"A query may use {memory} MiB of memory (507 beyond).",
    )
    yield (
        f"問合せ文は UTF-8 で最大 {length} バイトです（超過は 413）。",
        f"A query has at most {length} bytes in UTF-8 (413 beyond).",
    )
    if settings.services:
        named = ", ".join(settings.services)
        yield f"SERVICE で呼べるのは {named} だけです。", f"SERVICE calls {named} only."
    else:
        yield "SERVICE は受け付けません（400）。", "SERVICE is not offered (400)."
    yield (
        f"順番を待てる問合せは {waiting} 件までです（超過は 503）。",
        f"At most {waiting} queries wait for their turn (503 beyond).",
    )


def _of_client(settings: Settings) -> Iterator[Note]:
    yield (
        f"アドレスは最大 {MAX_ADDRESS} バイトです（超過は 414）。長い問合せは POST で送ってください。",
        f"An address has at most {MAX_ADDRESS} bytes (414 beyond): send a longer query by POST.",
    )
    arrival, reading = f"{settings.request_timeout_s:g}", f"{settings.send_timeout_s:g}"
    yield (
        f"リクエストは {arrival} 秒以内に送ってください（超過は 408）。{reading} 秒読まないと切断します。",
        f"A request has {arrival} seconds to arrive (408 beyond), and a client {reading} to read on.",
    )
    yield (
        f"同時に開ける接続は全利用者を合わせて {settings.connections} 本までです（超過は 503）。",
        f"At most {settings.connections} connections are open, those of all clients together (503 beyond).",
    )
    if most := settings.queries_per_minute:
        yield (
            f"利用者ごとに毎分 {most} 件まで評価します（超過は 429）。キャッシュからの応答は数えません。",
            f"A client may have {most} queries a minute evaluated (429 beyond); cached answers do not count.",
        )
