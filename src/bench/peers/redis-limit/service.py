#!/usr/bin/env python3
"""A limiter as Envoy's rate limit service is one: a fixed window in Redis, INCRBY and EXPIRE for each request.

service.py ADDRESS PORT REDIS_PORT LIMIT: answers every GET with 200, or 429 if it is one too many in this second. GET /free asks nobody. Without Redis
everything passes, as Envoy does it unless told otherwise (failure_mode_deny).
"""

import asyncio
import sys
import time

ADDRESS, PORT, REDIS_PORT, LIMIT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
DEADLINE_S = 0.02  # Envoy's default for the call of its service
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npassed"
TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 8\r\n\r\ntoo many"


class Redis:
    """One connection, pipelined: answers come in the order of the questions."""

    def __init__(self):
        self.reader = self.writer = None
        self.asked = asyncio.Queue()
        self.retry_at = 0

    async def connect(self):
        if self.writer or time.monotonic() < self.retry_at:
            return
        self.retry_at = time.monotonic() + 0.1
        self.reader, self.writer = await asyncio.open_connection(ADDRESS_OF_REDIS, REDIS_PORT)
        self.asked = asyncio.Queue()
        asyncio.get_running_loop().create_task(self.hear(self.reader, self.asked))

    async def hear(self, reader, asked):
        try:
            while True:
                count = int((await reader.readexactly(1) and await reader.readline())[:-2])
                await reader.readline()
                answer = await asked.get()
                if not answer.done():
                    answer.set_result(count)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            if self.reader is reader:
                self.writer.close()
                self.reader = self.writer = None
            while not asked.empty():
                answer = asked.get_nowait()
                if not answer.done():
                    answer.set_exception(ConnectionError())

    async def count(self, key):
        await self.connect()
        if not self.writer:
            raise ConnectionError()
        answer = asyncio.get_running_loop().create_future()
        self.asked.put_nowait(answer)
        self.writer.write(f"INCRBY {key} 1\r\nEXPIRE {key} 2\r\n".encode())
        return await answer


ADDRESS_OF_REDIS = "127.77.0.9"
redis = Redis()


async def passes():
    try:
        return await asyncio.wait_for(redis.count(f"bench_{int(time.time())}"), DEADLINE_S) <= LIMIT
    except (OSError, asyncio.TimeoutError):
        return True


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            free = head.startswith(b"GET /free")
            writer.write(OK if free or await passes() else TOO_MANY)
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


async def main():
    server = await asyncio.start_server(serve, ADDRESS, PORT)
    async with server:
        await server.serve_forever()


asyncio.run(main())
