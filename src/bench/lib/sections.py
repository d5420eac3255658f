"""The three measurements: small requests, streams, memory under slow clients. Each returns plain figures."""

import json
import os
import subprocess
import sys
import time

import load
import origin
import routes
from origin import MEBIBYTE
from peers import PORT

SLOW = os.path.join(os.path.dirname(os.path.abspath(__file__)), "slow.py")
STREAM_CONNECTIONS = 16
SETTLED = 0.95  # warm: two slices in a row that cost at least this share of the best before


def say(text):
    print(text, file=sys.stderr, flush=True)


def warm_up(peers, opts):
    """Two seconds each; a JVM goes on until its CPU per request hardly falls any more, at most `opts.warmup` seconds."""
    for peer in peers:
        slice_s = min(5, opts.warmup) if peer.runs_on_jvm else 2
        costs = []
        while True:
            costs.append(load.measure(peer.process, peer.address, routes.TARGET_HOST, routes.TARGET_PATH, slice_s,
                                      opts.connections)["cpu_us"])
            settled = len(costs) > 2 and min(costs[-2:]) > SETTLED * min(costs[:-2])
            if not peer.runs_on_jvm or settled or (len(costs) + 1) * slice_s > opts.warmup:
                break
        say(f"  warm-up {peer.name}, CPU us/request every {slice_s} s: " + ", ".join(f"{c:.0f}" for c in costs))
        if peer.runs_on_jvm and not settled:
            peer.notes.append(f"still grew cheaper at the end of its {len(costs) * slice_s} s of warm-up")
        if peer.truncate_logs() == 0 and peer.logs:
            peer.notes.append("wrote no access log during warm-up")


def rounds_of(peers, opts, title, measure):
    """A B A B: each round measures every peer once. {peer key: [round, ...]}"""
    figures = {peer.key: [] for peer in peers}
    for n in range(opts.rounds):
        for peer in peers:
            time.sleep(opts.pause)
            result = measure(peer)
            peer.truncate_logs()
            figures[peer.key].append(result)
            say(f"  {title} round {n + 1}/{opts.rounds} {peer.name:<32} {result['rps']:9.1f}/s "
                f"{result['cpu_us']:9.1f} us CPU")
    return figures


def small(peers, opts):
    return rounds_of(peers, opts, "small", lambda p: load.measure(
        p.process, p.address, routes.TARGET_HOST, routes.TARGET_PATH, opts.seconds, opts.connections))


def direct(opts):
    """The origin without a proxy: what wrk and the origin alone cost."""
    return [load.measure(None, origin.ADDRESS, "origin", "/", opts.seconds, opts.connections, origin.PORT)
            for _ in range(min(2, opts.rounds))]


def download(peers, opts):
    return rounds_of(peers, opts, "download 1 MiB", lambda p: load.measure(
        p.process, p.address, routes.FILES_HOST, "/one-mib", opts.seconds, STREAM_CONNECTIONS))


def upload(peers, opts):
    return rounds_of(peers, opts, "upload 1 MiB", lambda p: load.measure(
        p.process, p.address, routes.FILES_HOST, "/upload", opts.seconds, STREAM_CONNECTIONS, upload_bytes=MEBIBYTE))


def memory(peer, opts):
    """A fresh proxy, then slow clients; its resident memory is sampled until the last one is done."""
    before = peak = peer.process.rss_bytes()
    argv = [sys.executable, SLOW, peer.address, str(PORT), routes.FILES_HOST, "/large", str(opts.slow_clients),
            str(opts.slowest), str(opts.fastest), str(opts.slow_limit)]
    cpu = peer.process.cpu_s()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as clients:
        try:
            while clients.poll() is None:
                peak = max(peak, peer.process.rss_bytes())
                time.sleep(0.1)
            result = json.loads(clients.stdout.read())
        finally:
            clients.terminate()
    result.update(before=before, peak=peak, after=peer.process.rss_bytes(), cpu_s=peer.process.cpu_s() - cpu)
    say(f"  memory {peer.name:<32} peak {peak / MEBIBYTE:.0f} MiB, {result['whole']}/{result['clients']} whole")
    return result
