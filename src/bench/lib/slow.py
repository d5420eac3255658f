#!/usr/bin/env python3
"""Many clients that each pull one file at a speed of its own. Prints one line of JSON.

slow.py ADDRESS PORT HOST PATH CLIENTS SLOWEST_MB_PER_S FASTEST_MB_PER_S TIME_LIMIT_S
"""

import heapq
import json
import re
import socket
import sys
import time

CHUNK_BYTES = 64 * 1024


class Client:
    def __init__(self, address, port, request, bytes_per_s):
        self.wait_s = CHUNK_BYTES / bytes_per_s
        self.socket = socket.socket()
        # A small receive buffer: what a slow client leaves lying shall lie in the proxy, not here.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CHUNK_BYTES)
        self.socket.connect((address, port))
        self.socket.sendall(request)
        self.socket.setblocking(False)
        self.head, self.expected, self.received = b"", None, 0

    def read(self, buffer):
        """Takes at most one chunk. True when nothing more will come."""
        try:
            n = self.socket.recv_into(buffer)
        except BlockingIOError:
            return False
        except OSError:
            return True
        if self.expected is None:
            self.head += bytes(buffer[:n])
            end = self.head.find(b"\r\n\r\n")
            if end >= 0:
                length = re.search(rb"\r\ncontent-length: *(\d+)", self.head[: end + 2], re.I)
                ok = re.match(rb"HTTP/1\.1 200 ", self.head)
                self.expected = int(length.group(1)) if ok and length else 0
                self.received = len(self.head) - end - 4
        else:
            self.received += n
        return n == 0 or (self.expected is not None and self.received >= self.expected)

    def whole(self):
        return bool(self.expected) and self.received == self.expected


def main(address, port, host, path, count, slowest, fastest, limit_s):
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    step = (fastest / slowest) ** (1 / max(count - 1, 1))
    clients = [Client(address, port, request, slowest * step**i * 1e6) for i in range(count)]
    start = time.monotonic()
    due = [(start, i) for i in range(count)]
    buffer = memoryview(bytearray(CHUNK_BYTES))
    while due and time.monotonic() - start < limit_s:
        when, i = heapq.heappop(due)
        time.sleep(max(0.0, when - time.monotonic()))
        if not clients[i].read(buffer):
            # Not before now: a client that fell behind does not catch up in a burst.
            heapq.heappush(due, (max(when + clients[i].wait_s, time.monotonic()), i))
    print(json.dumps({
        "clients": count, "whole": sum(c.whole() for c in clients), "bytes": sum(c.received for c in clients),
        "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    a = sys.argv
    main(a[1], int(a[2]), a[3], a[4], int(a[5]), float(a[6]), float(a[7]), float(a[8]))
