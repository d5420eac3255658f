"""What every benchmark of this folder needs: one at a time, a directory of its own, and an end that leaves nothing."""

import contextlib
import fcntl
import glob
import os
import shutil
import signal
import sys
import tempfile

LOCK = os.path.join(tempfile.gettempdir(), "convergate-bench.lock")
WORK, KEPT = "convergate-bench-", "kept-convergate-bench-"


def _remove_leftovers():
    """Work directories of a benchmark that was killed; the lock says that none is in use."""
    for directory in {"/dev/shm", tempfile.gettempdir()}:
        for path in glob.glob(f"{directory}/{WORK}*/"):
            if os.stat(path).st_uid == os.getuid():
                shutil.rmtree(path, ignore_errors=True)


def _memory_dir(bytes_needed):
    """/dev/shm where it has room: neither logs nor files shall wait for a disk."""
    try:
        s = os.statvfs("/dev/shm")
        return "/dev/shm" if s.f_bavail * s.f_frsize > bytes_needed and os.access("/dev/shm", os.W_OK) else None
    except OSError:
        return None


@contextlib.contextmanager
def session(in_memory_bytes=0, keep=False):
    """Yields (work directory, ExitStack). Whatever the stack holds ends on any exit, signals included."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _frame: sys.exit(128 + number))
    with open(LOCK, "w") as lock, contextlib.ExitStack() as stack:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"another benchmark is running ({LOCK})")
        _remove_leftovers()
        work = tempfile.mkdtemp(prefix=KEPT if keep else WORK, dir=_memory_dir(in_memory_bytes) if in_memory_bytes else None)
        os.chmod(work, 0o755)  # nginx's workers, which are not root, read from it
        if keep:
            print(f"keeping {work}", file=sys.stderr)
        else:
            stack.callback(shutil.rmtree, work, ignore_errors=True)
        try:
            yield work, stack
        except RuntimeError as failure:
            print(f"failed: {failure}", file=sys.stderr)
            sys.exit(1)


def write_result(path, text):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    print(f"written: {os.path.relpath(path)}", file=sys.stderr)
