"""Processes the benchmark starts: begun here, measured through /proc, ended by their pid."""

import collections
import ctypes
import os
import signal
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PR_SET_PDEATHSIG = 1


def _die_with_parent():
    """Runs in the child: SIGTERM reaches it even when the benchmark itself is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stat(path):
    """Fields of a /proc stat file from the state on (the name before it may hold blanks), or None when gone."""
    try:
        with open(path) as f:
            return f.read().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None


def _status(pid, field):
    try:
        with open(f"/proc/{pid}/status") as f:
            return next((int(line.split()[1]) for line in f if line.startswith(field + ":")), 0)
    except OSError:
        return 0


def _parents():
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            stat = _stat(f"/proc/{entry}/stat")
            if stat:
                found[int(entry)] = int(stat[1])
    return found


class Process:
    """A child process with its descendants. Output goes to `output` (appended, so that it may be truncated)."""

    def __init__(self, argv, output, env=None, grace_s=10):
        self.argv, self.output, self.grace_s = argv, output, grace_s
        with open(output, "ab") as out:
            self.popen = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                env=env, start_new_session=True, preexec_fn=_die_with_parent)
        self.pid = self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def tree(self):
        parents, pids = _parents(), [self.pid]
        for pid in pids:  # grows while it is walked
            pids.extend(child for child, parent in parents.items() if parent == pid)
        return pids

    def thread_ticks(self):
        """(pid, tid) -> ticks of user and system time, for every thread of the tree."""
        ticks = {}
        for pid in self.tree():
            try:
                tids = os.listdir(f"/proc/{pid}/task")
            except OSError:
                continue
            for tid in tids:
                stat = _stat(f"/proc/{pid}/task/{tid}/stat")
                if stat:
                    ticks[pid, tid] = int(stat[11]) + int(stat[12])
        return ticks

    def thread_cpu_us(self):
        """name -> microseconds on a CPU, of the threads that live; those of one name together."""
        used = collections.Counter()
        for pid in self.tree():
            try:
                tids = os.listdir(f"/proc/{pid}/task")
            except OSError:
                continue
            for tid in tids:
                try:
                    with open(f"/proc/{pid}/task/{tid}/comm") as name, open(f"/proc/{pid}/task/{tid}/schedstat") as spent:
                        used[name.read().strip()] += int(spent.read().split()[0]) / 1000
                except OSError:
                    continue
        return used

    def cpu_s(self):
        """User and system time so far, of all threads, those that ended included."""
        stats = (_stat(f"/proc/{pid}/stat") for pid in self.tree())
        return sum(int(s[11]) + int(s[12]) for s in stats if s) / TICKS_PER_SECOND

    def rss_bytes(self):
        return sum(_status(pid, "VmRSS") for pid in self.tree()) * 1024

    def threads(self):
        return sum(_status(pid, "Threads") for pid in self.tree())

    def open_kinds(self):
        """What /proc/PID/fd links to, for every process of the tree: shows which transport is really used."""
        links = set()
        for pid in self.tree():
            try:
                for fd in os.listdir(f"/proc/{pid}/fd"):
                    links.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
            except OSError:
                continue
        return links

    def java_home(self):
        for pid in self.tree():
            try:
                exe = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            if exe.endswith("/bin/java"):
                return exe[: -len("/bin/java")]
        return None

    def log_tail(self, lines=15):
        with open(self.output, errors="replace") as f:
            return "".join(f.readlines()[-lines:])

    def stop(self):
        """SIGTERM to the process, SIGKILL to whatever of its tree outlives the grace."""
        pids = self.tree() if self.alive() else []
        if self.alive():
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(self.grace_s)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for pid in pids[1:]:
            # A pid can be used again: only one that still belongs to the session begun here is ended.
            stat = _stat(f"/proc/{pid}/stat")
            if stat and int(stat[3]) == self.pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass


def wait_until(condition, timeout_s, what, process=None, every_s=0.05):
    """Polls `condition` until it is true; fails loudly when time is up or `process` has ended."""
    end = time.monotonic() + timeout_s
    while not condition():
        if process and not process.alive():
            raise RuntimeError(f"{what}: process ended\n{process.log_tail()}")
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not after {timeout_s} s" + (f"\n{process.log_tail()}" if process else ""))
        time.sleep(every_s)
