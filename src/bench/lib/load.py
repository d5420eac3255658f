"""Drives one proxy with wrk for some seconds and says what that cost."""

import json
import os
import statistics
import subprocess

import machine
from peers import PORT
from procs import TICKS_PER_SECOND

LUA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.lua")
BUSY_SHARE = 0.02  # a thread that did at least this share of the process's work counts as working


def wrk(address, port, host, path, seconds, connections, upload_bytes=0):
    script = ["POST", str(upload_bytes)] if upload_bytes else []
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", LUA, "-H", f"Host: {host}",
            f"http://{address}:{port}{path}", "--", *script]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds + 60)
    line = next((text for text in done.stdout.splitlines() if text.startswith("JSON ")), None)
    if not line:
        raise RuntimeError(f"wrk said nothing of {host}{path}: {done.stdout}{done.stderr}")
    return json.loads(line[5:])


def measure(process, address, host, path, seconds, connections, port=PORT, upload_bytes=0):
    """One round. CPU of the process and of the whole machine is taken around wrk's run; `process` None: no proxy."""
    threads_before, cpu_before = (process.thread_ticks(), process.cpu_s()) if process else ({}, 0)
    meter = machine.Meter()
    result = wrk(address, port, host, path, seconds, connections, upload_bytes)
    machine_s, _, stolen_share = meter.read()
    cpu = process.cpu_s() - cpu_before if process else 0
    requests = max(result["requests"], 1)
    result.update(
        rps=result["requests"] / (result["duration_us"] / 1e6),
        cpu_us=cpu / requests * 1e6,
        machine_us=machine_s / requests * 1e6,
        stolen_share=stolen_share,
        rss=process.rss_bytes() if process else 0,
        working=working_threads(threads_before, process.thread_ticks(), cpu) if process else 0)
    return result


def working_threads(before, after, cpu_s):
    floor = max(1, cpu_s * TICKS_PER_SECOND * BUSY_SHARE)
    return sum(ticks - before.get(thread, 0) >= floor for thread, ticks in after.items())


def median(rounds, field):
    return statistics.median(r[field] for r in rounds)


def ratio(rounds, reference, field):
    """The median of the rounds' own ratios: what drifts from round to round cancels out."""
    pairs = [(a[field], b[field]) for a, b in zip(rounds, reference) if b[field]]
    return statistics.median(a / b for a, b in pairs) if pairs else None


def errors(rounds):
    return sum(r["status_errors"] + r["socket_errors"] for r in rounds)
