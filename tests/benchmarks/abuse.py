"""Whether the endpoint stays up for the polite while others abuse it.

    python tests/benchmarks/abuse.py                    cross products for a minute, look-ups by eight others
    python tests/benchmarks/abuse.py --soak 1000000     so many requests, one in a thousand hostile
    python tests/benchmarks/abuse.py --attacks 10       each of attacks.py so many seconds, beside look-ups
    python tests/benchmarks/abuse.py --switch 20        so many moves under load, every second one refused

Ends with 1 where a figure is not reached.
"""

import argparse
import http.client
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from attacks import ATTACKS, description
from data import Data, prepare
from figures import OURS
from kankei.namespaces import KK
from kankei.release.installation import point
from load import Outcome, Spec, quantile
from machine import machine
from peers import PEERS
from peers.peer import Options, Peer, Unavailable, fetch
from processes import Guard, Weight, http_processes, weigh
from senders import send
from workloads import CSV, JSON, WORKLOADS

BYSTANDERS, ATTACKERS = 8, 4
P99_MS = 100.0
HTTP_BYTES = 300e6
ROUNDS = 20
SETTLE_SECONDS = 15.0
LOOKUP_SECONDS, END_SECONDS = 30.0, 15.0
"""After which a look-up has failed, and an attack is ended by force."""
SWITCH_SECONDS = 120.0
LOOKUP = WORKLOADS["lookup"]
_REFUSED = 'kankei_releases_total{result="refused"}'
HOSTILE = (
    "SELECT (COUNT(*) AS ?n{n}) WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}",
    "SELECT ?a{n} ?f WHERE {{ ?a{n} ?b ?c . ?d ?e ?f }} ORDER BY ?f ?c",
    "SELECT (COUNT(*) AS ?n{n}) WHERE {{ ?a ?b ?x . ?c ?d ?y FILTER(?x = ?y) }}",
    "SELECT (GROUP_CONCAT(?c) AS ?n{n}) WHERE {{ ?a ?b ?c . ?d ?e ?f }}",
    "SELECT DISTINCT ?c{n} ?f ?i WHERE {{ ?a ?b ?c{n} . ?d ?e ?f . ?g ?h ?i }}",
    "SELECT (COUNT(*) AS ?n{n}) WHERE {{ ?a (!<x:>|^!<x:>)* ?b . ?c (!<x:>|^!<x:>)* ?d }}",
)
"""Cross products in several disguises; none can end within any limit, and each is sent under a new name."""


@dataclass(frozen=True)
class Check:
    """A figure to reach."""

    figure: str
    wanted: str
    measured: str
    reached: bool


@dataclass(frozen=True)
class Report:
    """What one way of abuse showed."""

    checks: Sequence[Check]
    details: Mapping[str, object]


Say = Callable[[str], None]


def hostile(peer: Peer, count: int, timeout: str = "") -> list[str]:
    """Targets of distinct hostile queries."""
    texts = (HOSTILE[number % len(HOSTILE)].format(n=number) for number in range(count))
    return [peer.query(text) + (f"&timeout={timeout}" if timeout else "") for text in texts]


def cross(peer: Peer, data: Data, seconds: float, say: Say) -> Report:
    """Look-ups by bystanders while attackers send cross products without pause."""
    polite = Spec(peer.address, peer.port, "", BYSTANDERS, seconds, accept=LOOKUP.accept, timeout=30)
    attack = Spec(peer.address, peer.port, "", ATTACKERS, seconds, accept=CSV, timeout=30)
    say("look-ups in peace")
    calm_spec = Spec(**{**asdict(polite), "seconds": min(5.0, seconds)})
    calm = send(calm_spec, LOOKUP.targets(peer, data, 0, calm_spec.seconds))
    say(f"look-ups beside cross products, {seconds:.0f} s")
    with ThreadPoolExecutor(1) as pool:
        attackers = pool.submit(send, attack, hostile(peer, 10_000))
        found = send(polite, LOOKUP.targets(peer, data, 1_000_000, seconds))
        hurt = attackers.result()
    tally = found.polite
    checks = (
        Check("p99 of look-ups", f"under {P99_MS:g} ms", f"{tally.p99:.1f} ms", tally.p99 < P99_MS),
        Check("failed look-ups", "0", f"{tally.failures} of {tally.requests}", not tally.failures),
        Check("hostile that got a result", "0", str(succeeded(hurt)), not succeeded(hurt)),
    )
    return Report(checks, {"calm": asdict(calm), "look-ups": asdict(found), "hostile": asdict(hurt)})


@dataclass(frozen=True)
class Beside:
    """What was seen beside an attack; `answers` are those that the attacker got, by status."""

    resident: int
    milliseconds: Sequence[float]
    failures: int
    answers: Mapping[str, int] = field(default_factory=dict)


def attacks(peer: Peer, data: Data, seconds: float, say: Say) -> Report:
    """Each attack for some seconds: the memory of an HTTP process, and look-ups beside it."""
    say("look-ups in peace")
    calm = look_ups(peer, data, min(5.0, seconds), 0)
    checks = [*latency_checks("peace", calm)]
    details: dict[str, object] = {"peace": asdict(calm)}
    for number, attack in enumerate(ATTACKS, 1):
        name, sentence = attack.__name__, str(attack.__doc__)
        say(f"{name}: {sentence}")
        seen = attacked(peer, data, name, seconds, number * 1_000_000)
        checks += attack_checks(name, seen)
        details[name] = {"sentence": sentence, **asdict(seen)}
    return Report(checks, details)


def attack_checks(name: str, seen: Beside) -> Sequence[Check]:
    """The figures of one attack."""
    megabytes = f"{seen.resident / 1e6:.0f} MB"
    answers = ", ".join(f"{status}: {count}" for status, count in sorted(seen.answers.items()))
    return (
        Check(f"{name}: an HTTP process", "< 300 MB", megabytes, seen.resident < HTTP_BYTES),
        *latency_checks(name, seen),
        Check(f"{name}: answers to the attacker", "any", answers or "not told", bool(answers)),
    )


def latency_checks(name: str, seen: Beside) -> Sequence[Check]:
    """The figures of look-ups."""
    ordered = sorted(seen.milliseconds)
    p99, most = quantile(ordered, 0.99), ordered[-1]
    return (
        Check(f"{name}: p99 of look-ups", f"< {P99_MS:g} ms", f"{p99:.1f} ms", p99 < P99_MS),
        Check(f"{name}: slowest look-up", f"< {P99_MS:g} ms", f"{most:.1f} ms", most < P99_MS),
        Check(f"{name}: failed look-ups", "0", f"{seen.failures} of {len(ordered)}", not seen.failures),
    )


def attacked(peer: Peer, data: Data, name: str, seconds: float, first: int) -> Beside:
    """Look-ups beside an attack of so many seconds.

    It comes from a process of its own, or the look-ups would wait for its thread; one that does not end by
    itself is ended by force.
    """
    with attacking(peer, data, name) as answers:
        seen = look_ups(peer, data, seconds, first)
    return replace(seen, answers=dict(answers))


def look_ups(peer: Peer, data: Data, seconds: float, first: int) -> Beside:
    """Look-ups for some seconds, one after the other."""
    most, milliseconds, failures = 0, list[float](), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end or not milliseconds:
        target = LOOKUP.target(peer, data, first + len(milliseconds))
        began = time.perf_counter()
        failures += not looked_up(peer, target)
        milliseconds.append((time.perf_counter() - began) * 1000)
        if len(milliseconds) % 20 == 1:
            most = max(most, *http_processes(started(peer), peer.port).values(), 0)
    return Beside(most, milliseconds, failures)


def looked_up(peer: Peer, target: str) -> bool:
    """Whether a look-up is answered."""
    try:
        return fetch(peer, target, JSON, timeout=LOOKUP_SECONDS).status == 200
    except (OSError, http.client.HTTPException):
        return False


@contextmanager
def attacking(peer: Peer, data: Data, name: str) -> Iterator[Counter[str]]:
    """An attack beside the block; what it was answered is there once the block is left."""
    answers, pipe = Counter[str](), subprocess.PIPE
    command = (sys.executable, str(Path(__file__).with_name("attacks.py")), name)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(description(peer, data))
        process.stdin.flush()
        try:
            process.stdout.readline()  # it has started
            yield answers
        finally:
            try:
                out, _ = process.communicate(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                out = '{"ended by force": 1}'
        if process.returncode > 0:
            raise Unavailable(f"the attack {name} failed")
        answers.update(json.loads(out))


def succeeded(outcome: Outcome) -> int:
    """How many requests were answered with success."""
    return outcome.polite.requests - outcome.polite.failures


def soak(peer: Peer, data: Data, requests: int, say: Say) -> Report:
    """Many requests, one in a thousand hostile, in rounds; the server is weighed before and after each."""
    every = min(1000, max(2, requests // ROUNDS // 2))
    weights, statuses, bad = [settled(peer, None)], Counter[str](), Counter[str]()
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        size = requests // ROUNDS
        targets = [LOOKUP.target(peer, data, number * size + offset) for offset in range(size)]
        hostiles = hostile(peer, 100, "0.2")
        spec = Spec(
            peer.address,
            peer.port,
            "",
            BYSTANDERS,
            requests=size,
            accept=JSON,
            timeout=30,
            hostile=hostiles,
            every=every,
        )
        found = send(spec, targets)
        statuses.update(found.polite.statuses)
        bad.update(found.hostile.statuses)
        weights.append(settled(peer, weights[1] if number else None))
    return Report(soaked(weights, statuses, bad), details(weights, statuses, bad))


def soaked(weights: Sequence[Weight], statuses: Counter[str], bad: Counter[str]) -> Sequence[Check]:
    """The figures of a soak; what the first round leaves is what later ones may not exceed."""
    first, last, rounds = weights[1], weights[-1], [weight.proportional for weight in weights[1:]]
    quarter = max(1, len(rounds) // 4)
    plateau, end = median(rounds[quarter : 2 * quarter] or rounds), median(rounds[-quarter:])
    failed, answered = statuses.total() - statuses["200"], bad["200"]
    return (
        Check("failed look-ups", "0", f"{failed} of {statuses.total()}", not failed),
        Check("hostile that got a result", "0", f"{answered} of {bad.total()}", not answered),
        at_most("processes", first.processes, last.processes),
        at_most("descriptors", first.descriptors, last.descriptors),
        Check("memory at the end over its plateau", "≤ 1.10", f"{end / plateau:.3f}", end <= 1.1 * plateau),
    )


def at_most(figure: str, first: int, last: int) -> Check:
    """That a number has not grown."""
    return Check(figure, f"≤ {first}", str(last), last <= first)


def details(
    weights: Sequence[Weight], statuses: Mapping[str, int], bad: Mapping[str, int]
) -> Mapping[str, object]:
    """What stands behind the figures."""
    return {
        "weights": [asdict(weight) for weight in weights],
        "look-ups": dict(statuses),
        "hostile": dict(bad),
    }


def settled(peer: Peer, wanted: Weight | None) -> Weight:
    """The weight once processes and descriptors are down to those wanted, or after a while as it then is."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        time.sleep(1)
        weight = weigh(started(peer))
        if not weight.processes:
            raise Unavailable("the server is gone")
        fits = wanted is None or (
            weight.processes <= wanted.processes and weight.descriptors <= wanted.descriptors
        )
        if fits or time.monotonic() > deadline:
            return weight


def started(peer: Peer) -> int:
    """The process number of a server that was started here."""
    if peer.pid is None:
        raise Unavailable("only a server that was started here can be abused, for it has to be weighed")
    return peer.pid


class Background:
    """Look-ups without pause until the block is left."""

    def __init__(self, peer: Peer, data: Data) -> None:
        self.peer, self.data = peer, data
        self.statuses: Counter[str] = Counter()
        self.worst = 0.0
        self.stop = threading.Event()

    def run(self) -> None:
        """Short loads, one after the other."""
        spec = Spec(self.peer.address, self.peer.port, "", BYSTANDERS, 5, accept=JSON)
        number = 0
        while not self.stop.is_set():
            found = send(spec, LOOKUP.targets(self.peer, self.data, number, spec.seconds)).polite
            number += found.requests
            self.statuses.update(found.statuses)
            self.worst = max(self.worst, found.most)

    @contextmanager
    def going(self) -> Iterator[None]:
        """Run beside the block; what went wrong there is raised here."""
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self.run)
            try:
                yield
            finally:
                self.stop.set()
            running.result()


def switch(peer: Peer, releases: Sequence[Data], times: int, say: Say) -> Report:
    """Move `current` to and fro and say so by SIGHUP, under load; wait until each move is seen.

    Every second one is to a damaged release, and is refused.
    """
    load, seconds = Background(peer, releases[0]), []
    broken = damaged(releases[1].release)
    with load.going():
        for number in range(times):
            say(f"switch {number + 1} of {times}")
            target = releases[(number // 2 + 1) % 2]
            since, refused = time.monotonic(), refusals(peer)
            point(broken if number % 2 else target.release)
            os.kill(started(peer), signal.SIGHUP)
            if number % 2:
                await_refusal(peer, refused, number)
            else:
                await_count(peer, target.programmes, number)
            seconds.append(time.monotonic() - since)
    failed = load.statuses.total() - load.statuses["200"]
    checks = (
        Check("switches seen", str(times), str(len(seconds)), len(seconds) == times),
        Check("failed requests", "0", f"{failed} of {load.statuses.total()}", not failed),
    )
    found = {"seconds": seconds, "look-ups": dict(load.statuses), "slowest ms": load.worst}
    return Report(checks, found)


def damaged(release: Path) -> Path:
    """A copy of a release whose index of documents is cut."""
    copy = release.with_name(f"{release.name}-damaged")
    shutil.copytree(release, copy, copy_function=os.link)
    index = copy / "documents.json"
    content = index.read_bytes()
    index.unlink()
    index.write_bytes(content[: len(content) // 2])
    return copy


def refusals(peer: Peer) -> float:
    """How many moves the server has refused."""
    lines = fetch(peer, "/metrics", "text/plain", timeout=30).body.decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(_REFUSED))


def await_refusal(peer: Peer, before: float, number: int) -> None:
    """Wait until the server has refused one more move than before."""
    deadline = time.monotonic() + SWITCH_SECONDS
    while refusals(peer) <= before:
        if time.monotonic() > deadline:
            raise Unavailable(f"switch {number} was not refused within {SWITCH_SECONDS:.0f} s")
        time.sleep(0.05)


def await_count(peer: Peer, programmes: int, number: int) -> None:
    """Wait until the endpoint counts so many programmes."""
    deadline = time.monotonic() + SWITCH_SECONDS
    while time.monotonic() < deadline:
        text = f"SELECT (COUNT(?p) AS ?n{number}) WHERE {{ ?p a <{KK}Programme> }}"
        try:
            answer = fetch(peer, peer.query(text), JSON, timeout=30)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"the server was gone after switch {number}: {error}") from error
        if answer.status == 200:
            binding = json.loads(answer.body)["results"]["bindings"][0]
            if int(binding[f"n{number}"]["value"]) == programmes:
                return
        time.sleep(0.05)
    raise Unavailable(f"switch {number} was not seen within {SWITCH_SECONDS:.0f} s")


def together(sets: Sequence[Data], folder: Path) -> Sequence[Data]:
    """Copies of releases side by side in one folder, `current` being the first."""
    found = [Data(data.programmes, folder / data.release.name) for data in sets]
    for data, copy in zip(sets, found, strict=True):
        shutil.copytree(data.release, copy.release)
    point(found[0].release)
    return found


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programmes", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60, help="how long cross products are sent")
    parser.add_argument("--soak", type=int, metavar="N", help="send N requests instead")
    parser.add_argument("--attacks", type=float, metavar="S", help="run each attack S seconds instead")
    parser.add_argument("--switch", type=int, metavar="N", help="switch releases N times instead")
    parser.add_argument("--peer", choices=PEERS, default=OURS, help="abuse another, to compare")
    parser.add_argument("--serve", default="", help="further options of `kankei serve`, as one word")
    parser.add_argument("--memory", type=float, default=8, help="GB at which the server is ended by force")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "kankei-benchmarks")
    parser.add_argument("--out", type=Path, default=Path("abuse.json"), help="the JSON file to write")
    return parser.parse_args(words)


def abuse(arguments: argparse.Namespace, folder: Path, say: Say) -> Report:
    """Start the server and abuse it as asked."""
    options = Options({}, shlex.split(arguments.serve), arguments.work / "peers-venv")
    sizes = [arguments.programmes] + [arguments.programmes + 1] * bool(arguments.switch)
    sets: Sequence[Data] = [prepare(size, arguments.work, say) for size in sizes]
    if arguments.switch or arguments.attacks:
        (folder / "releases").mkdir()
        sets = together(sets, folder / "releases")
    (folder / "peer").mkdir()
    say("starting the server")
    with (
        PEERS[arguments.peer](sets[0], folder / "peer", options) as peer,
        Guard(started(peer), arguments.memory * 1e9).watching() as guard,
    ):
        if arguments.soak:
            report = soak(peer, sets[0], arguments.soak, say)
        elif arguments.attacks:
            report = attacks(peer, sets[0], arguments.attacks, say)
        elif arguments.switch:
            report = switch(peer, sets, arguments.switch, say)
        else:
            report = cross(peer, sets[0], arguments.seconds, say)
    kept = Check("memory", f"≤ {arguments.memory:g} GB", f"{guard.most / 1e9:.1f} GB", not guard.ended)
    return Report((*report.checks, kept), report.details)


def main() -> None:
    """Abuse, show and write."""
    arguments, console = parse(), Console()
    arguments.work.mkdir(parents=True, exist_ok=True)
    with (
        Progress(console=Console(stderr=True), transient=True) as progress,
        tempfile.TemporaryDirectory(prefix="kankei-abuse-") as folder,
    ):
        task = progress.add_task("preparing", total=None)
        try:
            report = abuse(arguments, Path(folder), lambda text: progress.update(task, description=text))
        except Unavailable as reason:
            sys.exit(f"{arguments.peer}: {reason}")
    table = Table("figure", "wanted", "measured", "")
    for check in report.checks:
        verdict = "[green]reached[/]" if check.reached else "[red]not reached[/]"
        table.add_row(check.figure, check.wanted, check.measured, verdict)
    console.print(table)
    shown = {name: str(value) for name, value in vars(arguments).items()}
    found = {"machine": machine(), "options": shown, **asdict(report)}
    arguments.out.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    console.print(f"written to {arguments.out}")
    sys.exit(not all(check.reached for check in report.checks))


if __name__ == "__main__":
    main()
