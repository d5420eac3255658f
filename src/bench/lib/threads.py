"""Where a process's CPU went, thread by thread, and how long its threads were ready to run and did not get a core."""

import os
import re
import threading

# The kernel keeps 15 characters of a thread's name. First match wins.
_GROUPS = [
    (r"edge-loop", "event loops"), (r"config-store", "store"), (r"config-activ", "reading and compiling"),
    (r"kubernetes-watc", "Kubernetes' watch"), (r"C1 CompilerThr", "JIT compiler C1"), (r"C2 CompilerThr", "JIT compiler C2"),
    (r"G1|GC Thread|Concurrent|VM Thread", "garbage collector, VM"), (r"convergate-node", "admin API"),
    (r"convergate-|pekko|Aeron", "cluster"), (r"", "everything else")]


class Threads:
    """Reads every half second until it is asked, so that what threads did that ended meanwhile is not lost (but for half a second)."""

    def __init__(self, process):
        self._process, self._ended = process, threading.Event()
        self._first, self._last = _read(process), {}
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self):
        while not self._ended.wait(0.5):
            self._last.update(_read(self._process))

    def spent(self):
        """group -> [CPU, ready but not running], both in seconds, since this was made."""
        self._ended.set()
        self._thread.join()
        self._last.update(_read(self._process))
        groups = {}
        for thread, (group, ran, waited) in self._last.items():
            _, ran_before, waited_before = self._first.get(thread, (group, 0, 0))
            sums = groups.setdefault(group, [0, 0])
            sums[0] += ran - ran_before
            sums[1] += waited - waited_before
        return groups


def _read(process):
    """(pid, tid) -> (group, CPU in seconds, time ready but not running in seconds), of every thread that lives."""
    found = {}
    for pid in process.tree():
        try:
            tids = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for tid in tids:
            try:
                with open(f"/proc/{pid}/task/{tid}/comm") as f:
                    name = f.read().strip()
                with open(f"/proc/{pid}/task/{tid}/schedstat") as f:
                    ran, waited, _ = f.read().split()
            except (OSError, ValueError):
                continue
            found[pid, tid] = (_group(name), int(ran) / 1e9, int(waited) / 1e9)
    return found


def _group(name):
    return next(group for pattern, group in _GROUPS if re.match(pattern, name))
