"""Small HTTP calls of the benchmark itself: readiness, checks, the admin API."""

import http.client
import json
import socket


def free(address, port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((address, port))
            return True
        except OSError:
            return False


def call(address, port, method, path, host=None, body=None, headers=None, timeout_s=10):
    """(status, body bytes)."""
    connection = http.client.HTTPConnection(address, port, timeout=timeout_s)
    try:
        connection.request(method, path, body=body, headers={**({"Host": host} if host else {}), **(headers or {})})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def status(address, port, path, host=None):
    """The status of a GET, or 0 when nobody answers."""
    try:
        return call(address, port, "GET", path, host, timeout_s=3)[0]
    except (OSError, http.client.HTTPException):
        return 0


def answers(address, port, host, path):
    return status(address, port, path, host) == 200


def json_of(address, port, path):
    """The JSON a GET answers, or None."""
    try:
        code, body = call(address, port, "GET", path)
        return json.loads(body) if code == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
