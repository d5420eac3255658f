"""A cluster of Convergate nodes on loopback: the same ports on an address each, as the product's own demo has it."""

import http.client
import json
import os
import re
import statistics

import convergate
import machine
import net
import peers
from procs import wait_until

# Pekko tells of each kind of message that is over this, first and whenever one is larger than all before.
_TOLD_FROM = ("-Dpekko.remote.artery.log-frame-size-exceeding=64KiB "
              f"-Dlogback.configurationFile={os.path.dirname(os.path.realpath(__file__))}/large-messages.xml")
_LARGEST = re.compile(r"ayload size for \[(.*?)\] is \[(\d+)\] bytes")


def address(n):
    return f"127.77.1.{n}"


class Cluster:
    """Nodes 1 to `count`, then as many more as are added. All seeds are the first nodes."""

    def __init__(self, count, work, stack, launcher=convergate.LAUNCHER, flags=()):
        self.work, self.stack, self.processes, self.launcher, self.flags = work, stack, {}, launcher, flags
        self.seeds = ",".join(address(n) for n in range(1, count + 1))
        for n in range(1, count + 1):
            self.launch(n)
        for n in range(1, count + 1):
            wait_until(lambda: convergate.ready(address(n)), 120, f"node {n}: /readyz", self.processes[n])
        wait_until(lambda: self.listed(1) == count, 120, f"node 1: {count} nodes in /status", self.processes[1])

    def launch(self, n, name=None):
        for port in (peers.PORT, convergate.ADMIN_PORT):
            if not net.free(address(n), port):
                raise RuntimeError(f"{address(n)}:{port} is taken")
        name = name or f"bench-{n}"
        process = convergate.launch(address(n), f"{self.work}/{name}", name, "--seeds", self.seeds, *self.flags,
                                    launcher=self.launcher)
        self.stack.callback(process.stop)
        self.processes[n] = process
        return process

    def nodes(self, n):
        """What node n's /status says of every node: [{node, state, revision, ...}]."""
        return (net.json_of(address(n), convergate.ADMIN_PORT, "/status") or {}).get("nodes", [])

    def listed(self, n):
        return len(self.nodes(n))

    def largest_message(self):
        """The largest message that a node sent to another, if it was over 64 KiB: (bytes, kind), else (0, "")."""
        found = [(0, "")]
        for process in self.processes.values():
            with open(process.output, errors="replace") as log:
                found += [(int(size), kind.rsplit(".", 1)[-1]) for kind, size in _LARGEST.findall(log.read())]
        return max(found)


def tell_large_messages():
    """Has nodes that are started from now on log what largest_message looks for."""
    os.environ["CONVERGATE_JAVA_OPTS"] = f"{os.environ.get('CONVERGATE_JAVA_OPTS', '')} {_TOLD_FROM}"


class Edge:
    """One client connection to a node's edge, kept open."""

    def __init__(self, n, host):
        self.host = host
        self.connection = http.client.HTTPConnection(address(n), peers.PORT, timeout=5)

    def get(self, path):
        """(status, body text); a connection that ended is opened again by the next call."""
        try:
            self.connection.request("GET", path, headers={"Host": self.host})
            response = self.connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, ""


def virtual_service(name, host, rules):
    """A VirtualService as JSON, which is YAML too."""
    return json.dumps({
        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
        "metadata": {"name": name, "namespace": "bench"},
        "spec": {"hosts": [host], "gateways": ["bench"], "http": rules}}) + "\n"


def answering(text):
    return [{"directResponse": {"status": 200, "body": {"string": text}}}]


def percentile(values, share):
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def spread(values):
    """Cells for a table: median, 90th and 99th percentile, largest, in milliseconds."""
    return [f"{v * 1000:.1f} ms" for v in
            (statistics.median(values), percentile(values, 90), percentile(values, 99), max(values))]


def require_tree():
    reason = convergate.unavailable()
    if reason:
        raise SystemExit(f"{reason} (expected: Convergate's launcher; CONVERGATE_TREE names another tree)")
    convergate.build()


def facts(work, process):
    return ["\n".join(f"- {line}" for line in machine.describe()),
            f"- Convergate: {convergate.version(process)}",
            f"- All nodes on one machine's loopback; data directories on {machine.filesystem(work)}"]
