"""Convergate nodes, started from the tree by its own launcher."""

import json
import os

import machine
import net
import origin
import peers
import routes
from procs import Process, wait_until

ADMIN_PORT = 8001
TREE = os.environ.get("CONVERGATE_TREE") or os.path.dirname(os.path.dirname(peers.BENCH))
LAUNCHER = f"{TREE}/convergate"


def launch(address, directory, name, *flags):
    """Starts one node. It drains on SIGTERM, so it gets longer to end than others."""
    os.makedirs(f"{directory}/data", exist_ok=True)
    return Process([LAUNCHER, "node", "--host", address, "--name", name, "--data", f"{directory}/data",
                    "--admin-port", str(ADMIN_PORT), *flags],
                   f"{directory}/out.log", grace_s=30)


def ready(address):
    return net.status(address, ADMIN_PORT, "/readyz") == 200


def apply(address, yaml, wait="all", timeout_s=60):
    """Applies one change; the reply as JSON. Anything but a 2xx fails."""
    code, body = net.call(address, ADMIN_PORT, "POST", f"/apply?wait={wait}&timeout={timeout_s}s", body=yaml,
                          headers={"Content-Type": "application/yaml"}, timeout_s=timeout_s + 10)
    if not 200 <= code < 300:
        raise RuntimeError(f"apply on {address}: {code}\n{body[:2000].decode(errors='replace')}")
    return json.loads(body or b"{}")


def commit():
    return machine.first_line("git", "-C", TREE, "describe", "--always", "--dirty")


class Convergate(peers.Peer):
    """A cluster of one, with 1,001 routes, access log and metrics."""

    runs_on_jvm = True

    def __init__(self, key, name, address, threads, work, wire, transport):
        super().__init__(key, name, address, threads, work)
        self.wire, self.transport = wire, transport

    def unavailable(self):
        return None if os.access(LAUNCHER, os.X_OK) else f"{LAUNCHER} is not there"

    def launch(self):
        flags = ["--edge-wire", self.wire, "--edge-loops", str(self.threads), "--access-log", self.access_log]
        if self.transport:
            flags += ["--edge-transport", self.transport]
        process = self.process = launch(self.address, self.dir, self.key, *flags)
        wait_until(lambda: ready(self.address), 90, f"{self.name}: /readyz", process)
        apply(self.address, routes.istio(origin.ADDRESS, origin.PORT, peers.PORT))
        return process

    def start(self):
        super().start()
        expected = {"io_uring": "[io_uring]", "epoll": "[eventpoll]"}.get(self.transport)
        if expected and not any(expected in link for link in self.process.open_kinds()):
            self.notes.append(f"asked for {self.transport}, but the process holds no {expected} descriptor")
        return self

    def version(self):
        home = self.process and self.process.java_home()
        return f"{commit()}" + (f", JDK {machine.jdk_version(home)}" if home else "")
