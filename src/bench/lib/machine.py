"""The machine under the benchmark: what it is, and how busy it is."""

import datetime
import glob
import os
import platform
import re
import subprocess
import time

from procs import TICKS_PER_SECOND


class Meter:
    """How busy the whole machine is from now on, all cores together.

    Taken as what was neither idle nor stolen by the hypervisor: the kernel counts idle time exactly, busy time only by
    ticks, which miss work that comes in short bursts.
    """

    def __init__(self):
        self.idle, self.stolen, self.time = self._read()

    @staticmethod
    def _read():
        with open("/proc/stat") as f:
            _user, _nice, _system, idle, iowait, _irq, _softirq, steal = map(int, f.readline().split()[1:9])
        return (idle + iowait) / TICKS_PER_SECOND, steal / TICKS_PER_SECOND, time.monotonic()

    def read(self):
        """(seconds of CPU used, share of the machine used, share of the machine stolen)."""
        idle, stolen, now = (b - a for a, b in zip((self.idle, self.stolen, self.time), self._read()))
        capacity = now * os.cpu_count()
        used = max(0.0, capacity - idle - stolen)
        return used, used / capacity, stolen / capacity


def first_line(*argv):
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
        return next(iter(done.stdout.splitlines()), "")
    except (OSError, subprocess.SubprocessError):
        return "not found"


def jdk_version(home):
    """The JAVA_VERSION of a JDK's release file, for example 25.0.3."""
    try:
        with open(f"{home}/release") as f:
            return re.search(r'^JAVA_VERSION="([^"]+)"', f.read(), re.M).group(1)
    except (OSError, AttributeError):
        return ""


def newest_jdk():
    """The home of the newest JDK from 17 up: $JAVA_HOME's neighbours, /usr/lib/jvm, /opt."""
    homes = {os.path.realpath(p)[: -len("/bin/java")]
             for pattern in ("/usr/lib/jvm/*", "/opt/*", os.environ.get("JAVA_HOME") or "/nonexistent")
             for p in glob.glob(f"{pattern}/bin/java")}
    by_version = sorted((tuple(map(int, re.findall(r"\d+", jdk_version(h)))), h) for h in homes if jdk_version(h))
    return by_version[-1][1] if by_version and by_version[-1][0][0] >= 17 else None


def filesystem(path):
    return first_line("stat", "-f", "-c", "%T", path)


def describe():
    """Lines for the head of a report."""
    with open("/proc/cpuinfo") as f:
        model = re.search(r"^model name\s*:\s*(.*)$", f.read(), re.M)
    with open("/proc/meminfo") as f:
        memory_gib = int(f.readline().split()[1]) / 2**20
    return [
        f"Date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
        f"Machine: {os.cpu_count()} cores ({model.group(1) if model else platform.machine()}), "
        f"{memory_gib:.0f} GiB; load average at start {os.getloadavg()[0]:.2f}",
        f"Kernel: {platform.system()} {platform.release()}",
    ]
