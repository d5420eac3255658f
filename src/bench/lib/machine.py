"""The machine under the benchmark: what it is, and how busy it is."""

import datetime
import glob
import os
import platform
import re
import subprocess

from procs import TICKS_PER_SECOND


def busy():
    """(seconds of CPU used by anything, seconds stolen by the hypervisor), since boot, all cores."""
    with open("/proc/stat") as f:
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, f.readline().split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND, steal / TICKS_PER_SECOND


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
