"""The origin all proxies forward to: nginx with one worker. A small answer, two files, and a sink for uploads."""

import os

from net import answers
from procs import Process, wait_until

ADDRESS, PORT = "127.77.0.1", 8080
SMALL_BODY = '{"message":"a small answer, as an API gives it","padding":"' + "x" * 60 + '"}'
MEBIBYTE = 1 << 20

# An upload is read whole (mirror reads the body) before the answer: an early answer would let a proxy send less.
CONFIG = """\
worker_processes 1;
pid {dir}/origin.pid;
error_log {dir}/origin.log warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_max_body_size 2m;
  client_body_buffer_size 2m;
  client_body_temp_path {dir}/origin-body;
  default_type application/octet-stream;
  server {{
    listen {address}:{port} backlog=1024;
    root {dir}/files;
    mirror /nothing;
    mirror_request_body on;
    location / {{ mirror off; default_type application/json; return 200 '{body}'; }}
    location = /one-mib {{ mirror off; }}
    location = /large {{ mirror off; }}
    location = /upload {{ error_page 405 = @taken; }}
    location @taken {{ return 200 'taken'; }}
    location = /nothing {{ internal; mirror off; return 204; }}
  }}
}}
"""


def start(work, large_mib):
    os.makedirs(f"{work}/files")
    block = os.urandom(MEBIBYTE)
    for name, mib in (("one-mib", 1), ("large", large_mib), ("upload", 0)):
        with open(f"{work}/files/{name}", "wb") as f:
            for _ in range(mib):
                f.write(block)
    config = f"{work}/origin.conf"
    with open(config, "w") as f:
        f.write(CONFIG.format(dir=work, address=ADDRESS, port=PORT, body=SMALL_BODY))
    process = Process(["nginx", "-p", work, "-c", config, "-g", "daemon off;"], f"{work}/origin.out")
    wait_until(lambda: answers(ADDRESS, PORT, "origin", "/"), 10, "origin", process)
    return process
