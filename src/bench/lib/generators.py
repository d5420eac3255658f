"""The load generators that loadgen is measured beside: how each is run against one target, and its figures."""

import json
import os
import re
import subprocess
import time

import convergate
from load import LUA
from procs import TICKS_PER_SECOND, Process


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))] if sorted_values else 0


class Generator:
    """One tool. `warm_s` is how long it needs before its CPU is that of sending requests alone."""

    warm_s = 0.5

    def __init__(self, name):
        self.name = name

    def argv(self, url, connections, seconds, rate, work):
        raise NotImplementedError

    def figures(self, output, work):
        """{rps, p50_us, p99_us, errors, ...} of a run."""
        raise NotImplementedError

    def measure(self, url, connections, seconds, rate, work, core):
        """Runs it pinned to a core, and takes its CPU once it is warm."""
        log = f"{work}/out.txt"
        open(log, "w").close()
        argv = ["taskset", "-c", str(core), *self.argv(url, connections, seconds, rate, work)]
        process = Process(argv, log, env=convergate.environment())
        try:
            time.sleep(self.warm_s)
            start, cpu = time.monotonic(), process.cpu_s()
            time.sleep(max(0.5, seconds - 0.7))
            cpu_s, taken_s = process.cpu_s() - cpu, time.monotonic() - start
            if process.popen.wait(seconds + 60) not in (0, 5):
                raise RuntimeError(f"{self.name}: {process.log_tail()}")
        finally:
            process.stop()
        with open(log) as f:
            figures = self.figures(f.read(), work)
        figures["cpu_us"] = cpu_s / taken_s / figures["rps"] * 1e6
        return figures


class Wrk(Generator):
    def argv(self, url, connections, seconds, rate, work):
        return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", LUA, url]

    def figures(self, output, work):
        line = json.loads(next(text for text in output.splitlines() if text.startswith("JSON "))[5:])
        return {"rps": line["requests"] / line["duration_us"] * 1e6, "p50_us": line["p50_us"], "p99_us": line["p99_us"],
                "errors": line["status_errors"] + line["socket_errors"]}


class Hey(Generator):
    """Its times are in tenths of a millisecond."""

    def argv(self, url, connections, seconds, rate, work):
        limit = ["-q", f"{rate / connections:.3f}"] if rate else []
        return ["hey", "-cpus", "1", "-z", f"{seconds}s", "-c", str(connections), *limit, "-o", "csv", url]

    def figures(self, output, work):
        rows = [line.split(",") for line in output.splitlines()[1:] if line.count(",") >= 7]
        times = sorted(float(row[0]) * 1e6 for row in rows)
        seconds = max(float(row[7]) + float(row[0]) for row in rows)
        return {"rps": len(rows) / seconds, "p50_us": percentile(times, 0.5), "p99_us": percentile(times, 0.99),
                "errors": sum(row[6] != "200" for row in rows)}


class H2load(Generator):
    def __init__(self, name, http2, streams):
        super().__init__(name)
        self.http2, self.streams = http2, streams

    def argv(self, url, connections, seconds, rate, work):
        limit = ["--rps", f"{rate / connections:.3f}"] if rate else []
        protocol = [f"-m{self.streams}"] if self.http2 else ["--h1"]
        log = f"{work}/h2load.log"
        if os.path.exists(log):
            os.remove(log)
        return ["h2load", "-t1", f"-c{connections}", f"-D{seconds}", *protocol, *limit, f"--log-file={log}", url]

    def figures(self, output, work):
        with open(f"{work}/h2load.log") as f:
            rows = [line.split() for line in f]
        times = sorted(int(row[2]) for row in rows)
        rps = float(re.search(r"finished in .*?, ([\d.]+) req/s", output).group(1))
        return {"rps": rps, "p50_us": percentile(times, 0.5), "p99_us": percentile(times, 0.99),
                "errors": sum(row[1] != "200" for row in rows)}


class Loadgen(Generator):
    """Percentiles of service time: the others' latency does not count from a planned start either."""

    warm_s = 4.0  # JVM, rehearsal, and a second of load

    def __init__(self, name, http2=False, streams=1):
        super().__init__(name)
        self.http2, self.streams = http2, streams

    def argv(self, url, connections, seconds, rate, work):
        protocol = ["--http2", "--streams", str(self.streams)] if self.http2 else []
        pace = ["--rate", str(rate)] if rate else []
        return [convergate.LAUNCHER, "load", "-q", "-c", str(connections), "-d", f"{seconds + 3}s", *protocol, *pace,
                "--json", f"{work}/loadgen.json", "--hdr", f"{work}/loadgen.hdr", url]

    def figures(self, output, work):
        with open(f"{work}/loadgen.json") as f:
            load = json.load(f)["loads"][0]
        ended = sum(load["outcomes"].values())
        return {"rps": ended / load["duration"] * 1e3, "p50_us": load["service"]["p50"], "p99_us": load["service"]["p99"],
                "latency_p99_us": load["latency"]["p99"], "lag_p50_us": load["lag"]["p50"], "lag_p99_us": load["lag"]["p99"],
                "errors": ended - load["outcomes"].get("OK", 0)}


def nginx(work, address, port, port_http2, core):
    """One nginx worker that answers from memory, pinned to a core."""
    config = f"{work}/nginx.conf"
    body = "hello, a small answer of some hundred bytes, as an API might give it to somebody who asks it for little"
    server = f'location / {{ return 200 "{body}\\n"; }}'
    with open(config, "w") as f:
        f.write(f"""worker_processes 1; daemon off; pid {work}/nginx.pid; error_log {work}/nginx.log warn;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 3600s;
{"".join(f"{kind}_temp_path {work}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))}
server {{ listen {address}:{port} backlog=4096; {server} }}
server {{ listen {address}:{port_http2} http2 backlog=4096; {server} }} }}
""")
    return Process(["taskset", "-c", str(core), "nginx", "-c", config], f"{work}/nginx.out")


def version(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    return next(iter(done.stdout.splitlines()), "")
