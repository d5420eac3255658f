"""src/bench/run: the gateway and its peers, side by side in one run. `--help` says what can be chosen."""

import argparse
import contextlib
import json
import time

import convergate
import machine
import net
import origin
import report
import sections
from convergate import TREE, Convergate
from peers import PORT, HAProxy, HAProxyWithoutLog, Nginx, SpringCloudGateway
from sections import say
from session import session, write_result

QUIET = 0.05  # busy at most this share of the time with all proxies idle
SECTIONS = ["small", "stream", "memory"]


def rows(threads, work):
    """Every row there is, in the order of the table."""
    t = f"{threads} thread" + ("s" if threads > 1 else "")
    makers = [
        ("convergate-io_uring", lambda *a: Convergate(*a, wire="netty", transport="io_uring"), f"Convergate, io_uring, {t}"),
        ("convergate-epoll", lambda *a: Convergate(*a, wire="netty", transport="epoll"), f"Convergate, epoll, {t}"),
        ("convergate-pekko-http", lambda *a: Convergate(*a, wire="pekko-http", transport=None), "Convergate, Pekko HTTP's wire"),
        ("haproxy", HAProxy, f"HAProxy, {t}"),
        ("haproxy-no-log", HAProxyWithoutLog, f"HAProxy, {t}, no access log"),
        ("nginx", Nginx, f"nginx, {t}"),
        ("spring-cloud-gateway", SpringCloudGateway, f"Spring Cloud Gateway, {t}"),
    ]
    return [make(key, name, f"127.77.0.{10 + n}", threads, f"{work}/t{threads}")
            for n, (key, make, name) in enumerate(makers)]


def options():
    p = argparse.ArgumentParser(prog="src/bench/run", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument("--quick", action="store_true", help="2 rounds of 2 s, short warm-up, 10 MiB a slow client: shows that it works")
    p.add_argument("--sections", default=",".join(SECTIONS), help="which measurements")
    p.add_argument("--rows", help="which proxies, by key: " + ", ".join(r.key for r in rows(1, "")))
    p.add_argument("--threads", default="1", help="threads (loops, workers) of each proxy; several make a table each: 1,2")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=int, default=8, help="of one round")
    p.add_argument("--warmup", type=int, default=60, help="seconds at most, for a JVM; others take 2")
    p.add_argument("--pause", type=float, default=0.5, help="seconds before each round")
    p.add_argument("--connections", type=int, default=64)
    p.add_argument("--slow-clients", type=int, default=64)
    p.add_argument("--slowest", type=float, default=2.5, help="MB/s of the slowest client")
    p.add_argument("--fastest", type=float, default=25, help="MB/s of the fastest client")
    p.add_argument("--slow-limit", type=float, default=150, help="seconds after which slow clients give up")
    p.add_argument("--large-mib", type=int, default=100, help="what each slow client pulls")
    p.add_argument("--out", help="the markdown; figures of all rounds go beside it as .json "
                                 "(default: target/bench/proxies-DATE.md)")
    p.add_argument("--keep", action="store_true", help="keep the work directory (configs, logs)")
    opts = p.parse_args()
    opts.sections = opts.sections.split(",")
    opts.threads = [int(n) for n in opts.threads.split(",")]
    if opts.quick:
        opts.rounds, opts.seconds, opts.warmup, opts.large_mib, opts.slow_limit = 2, 2, 4, 10, 20
    known = {r.key for r in rows(1, "")}
    for name, given, allowed in (("--sections", opts.sections, SECTIONS), ("--rows", (opts.rows or "").split(","), known | {""})):
        if unknown := set(given) - set(allowed):
            p.error(f"{name}: {', '.join(sorted(unknown))} (expected: some of {', '.join(sorted(allowed))})")
    return opts


def choose(threads, work, opts):
    """(peers to measure, lines on those that are not)."""
    chosen, left_out = [], []
    for peer in rows(threads, work):
        if opts.rows and peer.key not in opts.rows.split(","):
            continue
        reason = peer.unavailable()
        if not reason and not net.free(peer.address, PORT):
            reason = f"{peer.address}:{PORT} is taken"
        (left_out.append(f"{peer.name}: left out, {reason}") if reason else chosen.append(peer))
    return chosen, left_out


@contextlib.contextmanager
def running(peers, failures):
    """Starts them all; one that does not start is left out and named, the others go on."""
    started = []
    try:
        for peer in peers:
            say(f"  start {peer.name}")
            started.append(peer)  # before it starts: a signal may come while it does
            try:
                peer.start()
            except RuntimeError as failure:
                started.remove(peer)
                peer.stop()
                failures.append(f"{peer.name}: did not start: {str(failure).splitlines()[0]}")
                say(str(failure))
        yield started
    finally:
        for peer in started:
            peer.stop()


def idle_share():
    """How busy the machine is while all proxies run and nobody asks them anything."""
    meter = machine.Meter()
    time.sleep(2)
    return meter.read()[1]


def stolen_most(figures):
    """The largest share of the machine that the hypervisor took in any round."""
    return max((r["stolen_share"] for section in ("small", "download", "upload")
                for rounds in figures.get(section, {}).values() for r in rounds), default=0)


def measure(threads, work, opts, failures):
    """All sections for one number of threads: (markdown, figures)."""
    peers, left_out = choose(threads, work, opts)
    failures += left_out
    text, figures, facts = [], {}, []
    if {"small", "stream"} & set(opts.sections):
        with running(peers, failures) as started:
            facts += [f"{p.name}: {p.version()}; {p.process.threads()} threads in all" for p in started]
            idle = idle_share()
            facts.append(f"Machine busy with all of them idle: {idle:.1%}"
                         + (" **(not a quiet machine: trust no absolute figure)**" if idle > QUIET else ""))
            sections.warm_up(started, opts)
            if "small" in opts.sections:
                figures["direct"], figures["small"] = sections.direct(opts), sections.small(started, opts)
                text += [f"### Small requests, {threads} per proxy\n",
                         report.small(started, figures["small"], figures["direct"])]
            if "stream" in opts.sections:
                figures["download"], figures["upload"] = sections.download(started, opts), sections.upload(started, opts)
                text += [f"### A mebibyte down, {threads} per proxy\n", report.stream(started, figures["download"]),
                         f"### A mebibyte up, {threads} per proxy\n", report.stream(started, figures["upload"])]
            facts.append(f"Stolen by the hypervisor, in the worst round: {stolen_most(figures):.1%} of the machine")
            facts += [f"{p.name}: {note}" for p in started for note in p.notes]
    if "memory" in opts.sections:
        figures["memory"] = {}
        for peer in peers:
            with running([peer], failures) as started:
                figures["memory"].update({p.key: sections.memory(p, opts) for p in started})
                if not figures.get("small") and not figures.get("download"):
                    facts += [f"{p.name}: {p.version()}" for p in started]
        text += [f"### Memory: {opts.slow_clients} clients pull {opts.large_mib} MiB each at {opts.slowest:g} to "
                 f"{opts.fastest:g} MB/s, {threads} per proxy\n", report.memory(peers, figures["memory"])]
    return text, figures, facts


def head(opts, work):
    return ["# Convergate beside other proxies\n", *(f"- {line}" for line in machine.describe()),
            f"- {opts.rounds} rounds of {opts.seconds} s, every proxy once a round (A B A B), after warm-up; medians of "
            f"the rounds, and medians of the rounds' own ratios",
            f"- Load: {machine.first_line('wrk', '-v').split(' [')[0]}, 1 thread, {opts.connections} connections "
            f"({sections.STREAM_CONNECTIONS} for streams), closed loop; origin: nginx, 1 worker, keep-alive; load, origin "
            f"and proxy share the machine",
            f"- Every proxy: keep-alive to the origin, X-Forwarded-For and -Proto, access log to a file on "
            f"{machine.filesystem(work)} (nginx buffers 64 KiB, HAProxy writes each line and has a row without); 1,000 exact and prefix routes "
            f"on 50 hosts, a middle one is asked (Spring Cloud Gateway: one route, its best case)",
            "- CPU: user and system time of the proxy's process tree from /proc, whole machine: all non-idle time, load "
            "and origin included; `threads` is what each was given, `working` how many did at least 2 % of its work",
            "- `errors` counts replies that were not 2xx or 3xx, and broken connections"]


def main():
    opts = options()
    out = opts.out or f"{TREE}/target/bench/proxies-{time.strftime('%Y%m%d-%H%M%S')}.md"
    failures, text, figures = [], [], {}
    with session(in_memory_bytes=2 << 30, keep=opts.keep) as (work, stack):
        if not net.free(origin.ADDRESS, origin.PORT):
            raise RuntimeError(f"{origin.ADDRESS}:{origin.PORT} is taken")
        if not convergate.unavailable():
            convergate.build()
        stack.callback(origin.start(work, opts.large_mib).stop)
        lines = head(opts, work)
        for threads in opts.threads:
            more, figures[threads], facts = measure(threads, work, opts, failures)
            lines += [f"- {fact}" for fact in facts]
            text += more
        lines += [f"- **{failure}**" for failure in dict.fromkeys(failures)]
        markdown = "\n".join(lines) + "\n\n" + "\n".join(text)
        print(markdown)
        write_result(out, markdown)
        write_result(out.removesuffix(".md") + ".json", json.dumps(figures, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
