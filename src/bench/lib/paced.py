"""An open load: requests are sent when they are due, whatever has become of those before. One thread, many connections."""

import collections
import selectors
import socket
import time

Sample = collections.namedtuple("Sample", "target due latency status")  # seconds of time.monotonic; status 0: no answer
CONNECTIONS = 24  # of each target at most; what finds none free waits, and its latency counts from when it was due
TIMEOUT_S = 3


class _Connection:
    def __init__(self, target, address):
        self.target, self.address = target, address
        self.socket, self.due, self.got, self.sent_at = None, None, b"", 0

    def send(self, selector, request, due):
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=TIMEOUT_S)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
            selector.register(self.socket, selectors.EVENT_READ, self)
        self.due, self.got, self.sent_at = due, b"", time.monotonic()
        self.socket.send(request)

    def drop(self, selector):
        if self.socket is not None:
            selector.unregister(self.socket)
            self.socket.close()
        self.socket, self.due = None, None

    def read(self):
        """The status once the answer is whole; None before; 0 if the connection ended."""
        try:
            piece = self.socket.recv(65536)
        except BlockingIOError:
            return None
        except OSError:
            return 0
        if not piece:
            return 0
        self.got += piece
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return None
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return int(head.split(b" ", 2)[1]) if len(body) >= int(length or 0) else None


def run(addresses, request, phases, at=()):
    """Sends for the seconds of each phase so many requests a second to each target: [(seconds, [rate, ...])].

    `at` is [(seconds from the start, function)]: called once, then. Returns all samples."""
    selector = selectors.DefaultSelector()
    free = [[_Connection(t, a) for _ in range(CONNECTIONS)] for t, a in enumerate(addresses)]
    everyone = [c for those in free for c in those]
    begun, samples, due = time.monotonic(), [], []
    start = begun
    for seconds, rates in phases:
        for target, rate in enumerate(rates):
            due += [(start + i / rate, target) for i in range(int(seconds * rate))] if rate else []
        start += seconds
    due.sort()
    waiting = [collections.deque() for _ in addresses]
    tasks, n, last = sorted(at, key=lambda task: task[0]), 0, begun

    def done(connection, status):
        samples.append(Sample(connection.target, connection.due, time.monotonic() - connection.due, status))
        if status == 0:
            connection.drop(selector)
        connection.due = None
        free[connection.target].append(connection)

    while n < len(due) or any(c.due is not None for c in everyone) or any(waiting):
        now = time.monotonic()
        while tasks and now - begun >= tasks[0][0]:
            tasks.pop(0)[1]()
        while n < len(due) and due[n][0] <= now:
            waiting[due[n][1]].append(due[n][0])
            n += 1
        for target, those in enumerate(waiting):
            while those and free[target]:
                connection = free[target].pop()
                when = those.popleft()
                try:
                    connection.send(selector, request, when)
                except OSError:
                    connection.due = when
                    done(connection, 0)
        pause = min(0.01, due[n][0] - now) if n < len(due) else 0.01
        for key, _ in selector.select(max(0, pause)):
            status = key.data.read()
            if status is not None and key.data.due is not None:
                done(key.data, status)
            elif status == 0:
                key.data.drop(selector)
        if now - last > 0.5:
            last = now
            for connection in everyone:
                if connection.due is not None and connection.socket and now - connection.sent_at > TIMEOUT_S:
                    done(connection, 0)
            for target, those in enumerate(waiting):
                while those and now - those[0] > TIMEOUT_S:
                    samples.append(Sample(target, those.popleft(), TIMEOUT_S, 0))
    for connection in everyone:
        connection.drop(selector)
    return samples
