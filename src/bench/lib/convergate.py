"""Convergate nodes, started from the tree by its own launcher."""

import json
import os
import subprocess

import machine
import net
import origin
import peers
import routes
from procs import Process, wait_until

ADMIN_PORT = 8001
TREE = os.environ.get("CONVERGATE_TREE") or os.path.dirname(os.path.dirname(peers.BENCH))
LAUNCHER = f"{TREE}/convergate"


def unavailable():
    return None if os.access(LAUNCHER, os.X_OK) else f"{os.path.relpath(LAUNCHER)} is not there"


def environment():
    """Ours, without settings for a node that would not be in the report."""
    kept = ("CONVERGATE_JAVA_HOME", "CONVERGATE_JAVA_OPTS")
    return {k: v for k, v in os.environ.items() if not k.startswith("CONVERGATE_") or k in kept}


def build():
    """Lets the launcher build the tree, if it has to, before anything is timed."""
    done = subprocess.run([LAUNCHER, "--version"], env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise RuntimeError(f"{LAUNCHER} --version: {done.stdout}{done.stderr}")


def launch(address, directory, name, *flags, launcher=LAUNCHER):
    """Starts one node. It drains on SIGTERM, so it gets longer to end than others."""
    os.makedirs(f"{directory}/data", exist_ok=True)
    return Process([launcher, "node", "--host", address, "--name", name, "--data", f"{directory}/data",
                    "--admin-port", str(ADMIN_PORT), *flags],
                   f"{directory}/out.log", env=environment(), grace_s=30)


def ready(address):
    return net.status(address, ADMIN_PORT, "/readyz") == 200


def apply(address, yaml, wait="all", timeout_s=60, query=""):
    """Applies one change; the reply as JSON. Fails unless it was accepted and, with `wait`, is served by all."""
    code, body = net.call(address, ADMIN_PORT, "POST", f"/apply?timeout={timeout_s}s" + (f"&wait={wait}" if wait else "") + query, body=yaml,
                          headers={"Content-Type": "application/yaml"}, timeout_s=timeout_s + 10)
    report = json.loads(body) if 200 <= code < 300 else {}
    if report.get("converged") is not True:
        raise RuntimeError(f"apply on {address}: {code}, not served by all\n{body[-2000:].decode(errors='replace')}")
    return report


def commit():
    said = machine.first_line("git", "-C", TREE, "describe", "--always", "--dirty")
    return "unknown commit" if " " in said else f"commit {said}"


def version(process):
    home = process.java_home()
    return commit() + (f", JDK {machine.jdk_version(home)}" if home else "")


class Convergate(peers.Peer):
    """A cluster of one, with 1,001 routes, access log and metrics."""

    runs_on_jvm = True

    def __init__(self, key, name, address, threads, work, wire, transport):
        super().__init__(key, name, address, threads, work)
        self.wire, self.transport = wire, transport

    def unavailable(self):
        return unavailable()

    def launch(self):
        flags = ["--edge-wire", self.wire, "--edge-loops", str(self.threads), "--access-log", "text", "--access-log-path", self.access_log]
        if self.transport:
            flags += ["--edge-transport", self.transport]
        self.process = launch(self.address, self.dir, self.key, *flags)
        wait_until(lambda: ready(self.address), 90, f"{self.name}: /readyz", self.process)
        apply(self.address, routes.istio(origin.ADDRESS, origin.PORT, peers.PORT))

    def start(self):
        super().start()
        expected = {"io_uring": "[io_uring]", "epoll": "[eventpoll]"}.get(self.transport)
        if expected and not any(expected in link for link in self.process.open_kinds()):
            self.notes.append(f"asked for {self.transport}, but the process holds no {expected} descriptor")
        return self

    def version(self):
        return version(self.process)
