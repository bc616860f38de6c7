"""Virtuoso 7, by an ini of ours that takes its limits away: rows, threads, connections kept alive, memory.

Debian's own ini cuts every result at 10,000 rows and has ten threads, which would flatter whoever it is
compared with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

from data import Data
from kankei.namespaces import DEFAULT_BASE
from peers.peer import HOST, Options, Peer, Unavailable, call, free_port, running, wait_until_ready

GRAPH = f"{DEFAULT_BASE}graph/benchmark"
INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0

[Parameters]
ServerPort = {host}:{sql_port}
DisableUnixSocket = 1
ServerThreads = 40
MaxClientConnections = 64
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {dumps}
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
MaxQueryMem = 2G
VectorSize = 1000
MaxVectorSize = 1000000
AdjustVectorSize = 0
ThreadsPerQuery = 4
AsyncQueueMaxThreads = 10
ThreadCleanupInterval = 0
ResourcesCleanupInterval = 0

[HTTPServer]
ServerPort = {host}:{port}
ServerRoot = {folder}
ServerThreads = 40
MaxClientConnections = 64
MaxKeepAlives = 64
KeepAliveTimeout = 60

[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryExecutionTime = 0
MaxQueryCostEstimationTime = 0
"""
LOAD = "ld_dir('{dumps}', '{name}', '{graph}'); rdf_loader_run(); checkpoint;"
FAILED = "select ll_error from DB.DBA.load_list where ll_error is not null or ll_state <> 2;"


@contextmanager
def start(data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    """Bulk load the dump into one graph, and ask that graph as the default one."""
    if remote := options.address("virtuoso"):
        yield remote
        return
    server, isql = options.binary("virtuoso", "virtuoso-t"), options.binary("isql", "isql-vt")
    peer = Peer("virtuoso", free_port(), parameters=f"&default-graph-uri={quote_plus(GRAPH)}")
    sql_port = free_port()
    dumps = data.merged.parent
    ini = folder / "virtuoso.ini"
    ini.write_text(INI.format(folder=folder, host=HOST, sql_port=sql_port, port=peer.port, dumps=dumps))
    with running((str(server), "+foreground", "+wait", "+configfile", str(ini)), folder) as process:
        wait_until_ready(peer, process, folder, peer.query("ASK {}"))
        sql = (str(isql), f"{HOST}:{sql_port}", "dba", "dba", "VERBOSE=OFF", "ERRORS=STDOUT", "BANNER=OFF")
        call((*sql, "exec=" + LOAD.format(dumps=dumps, name=data.merged.name, graph=GRAPH)), folder)
        if data.merged.name in (failed := call((*sql, f"exec={FAILED}"), folder)):
            raise Unavailable(f"the bulk load failed: {failed.strip()}")
        answer = wait_until_ready(peer, process, folder, peer.query("ASK { ?s ?p ?o }"))
        yield replace(peer, pid=process.pid, version=answer.server)
