"""The proxies that Convergate is measured beside. Each has a name, an address of its own and the same port."""

import os
import re
import zipfile

import machine
import origin
import routes
from net import answers, status
from procs import Process, wait_until

PORT = 8080
BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SPRING_JAR = f"{BENCH}/peers/spring-cloud-gateway/target/gateway.jar"


class Peer:
    """One row. Subclasses say how it starts; `threads` is how many threads may carry requests."""

    runs_on_jvm = False
    routes_1000 = True
    logs = True

    def __init__(self, key, name, address, threads, work):
        self.key, self.name, self.address, self.threads = key, name, address, threads
        self.dir = f"{work}/{key}"
        self.access_log = f"{self.dir}/access.log"
        self.process = None
        self.notes = []

    def start(self):
        os.makedirs(self.dir, exist_ok=True)
        self.launch()
        wait_until(lambda: answers(self.address, PORT, routes.TARGET_HOST, routes.TARGET_PATH), 60,
                   f"{self.name}: the measured route", self.process)
        if self.routes_1000:
            code = status(self.address, PORT, routes.UNKNOWN_PATH, routes.TARGET_HOST)
            if code != 404:
                raise RuntimeError(f"{self.name}: {routes.UNKNOWN_PATH} gave {code} (expected: 404, no route)")
        return self

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None

    def launch(self):
        """Starts the process and sets `self.process`, at once."""
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def unavailable(self):
        """Why this row cannot run here, or None."""
        return None

    def write(self, name, text):
        with open(f"{self.dir}/{name}", "w") as f:
            f.write(text)
        return f"{self.dir}/{name}"

    def truncate_logs(self):
        """Empties the access log and says how long it was; the proxies append, so they go on at its start."""
        try:
            size = os.path.getsize(self.access_log)
            os.truncate(self.access_log, 0)
            return size
        except OSError:
            return 0


class HAProxy(Peer):
    CONFIG = """\
global
  nbthread {threads}
  maxconn 4096
  log stdout format raw local0 info
defaults
  mode http
  log global
  option httplog
  option forwardfor
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend edge
  bind {address}:{port} backlog 1024
  http-request set-header X-Forwarded-Proto http
  http-request set-var(txn.upstream) base,map_str({dir}/exact.map)
  http-request set-var(txn.upstream) base,map_beg({dir}/prefix.map) if !{{ var(txn.upstream) -m found }}
  http-request return status 404 if !{{ var(txn.upstream) -m found }}
  use_backend %[var(txn.upstream)]
backend origin
  server origin {origin}:{origin_port}
"""

    def launch(self):
        exact, prefix = routes.haproxy_maps()
        self.write("exact.map", exact)
        self.write("prefix.map", prefix)
        config = self.write("haproxy.cfg", self.CONFIG.format(
            threads=self.threads, address=self.address, port=PORT, dir=self.dir,
            origin=origin.ADDRESS, origin_port=origin.PORT))
        self.process = Process(["haproxy", "-db", "-f", config], self.access_log)  # its log is its standard output

    def version(self):
        return machine.first_line("haproxy", "-v").split(" ")[2]


class HAProxyWithoutLog(HAProxy):
    """What HAProxy costs when nobody wants a line for each request: the strictest reference."""

    logs = False
    CONFIG = HAProxy.CONFIG.replace("  log stdout format raw local0 info\n", "").replace("  option httplog\n", "")


class Nginx(Peer):
    CONFIG = """\
worker_processes {threads};
pid {dir}/nginx.pid;
error_log {dir}/error.log warn;
events {{ worker_connections 4096; }}
http {{
  access_log {dir}/access.log combined buffer=64k flush=1s;
  keepalive_requests 1000000000;
  client_max_body_size 200m;
  server_names_hash_bucket_size 128;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  upstream origin {{
    server {origin}:{origin_port};
    keepalive 256;
    keepalive_requests 1000000000;
  }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_request_buffering off;
  proxy_max_temp_file_size 0;
{servers}}}
"""

    def launch(self):
        config = self.write("nginx.conf", self.CONFIG.format(
            threads=self.threads, dir=self.dir, origin=origin.ADDRESS, origin_port=origin.PORT,
            servers=routes.nginx_servers(self.address, PORT)))
        self.process = Process(["nginx", "-p", self.dir, "-c", config, "-g", "daemon off;"], f"{self.dir}/out.log")

    def version(self):
        return machine.first_line("nginx", "-v").split("/")[-1]


class SpringCloudGateway(Peer):
    runs_on_jvm = True
    routes_1000 = False

    def unavailable(self):
        if not os.path.exists(SPRING_JAR):
            return f"{os.path.relpath(SPRING_JAR, BENCH)} is not built (src/bench/install builds it)"
        return None if machine.newest_jdk() else "no JDK from 17 up"

    def launch(self):
        self.process = Process(
            [f"{machine.newest_jdk()}/bin/java", "-Xmx512m",
             f"-Dreactor.netty.ioWorkerCount={self.threads}",
             "-Dreactor.netty.http.server.accessLogEnabled=true",
             f"-Dbench.accessLog={self.access_log}",
             f"-Dbench.origin=http://{origin.ADDRESS}:{origin.PORT}",
             f"-Dserver.address={self.address}", f"-Dserver.port={PORT}",
             "-Dspring.main.banner-mode=off", f"-Djava.io.tmpdir={self.dir}",
             "-jar", SPRING_JAR],
            f"{self.dir}/out.log")

    def version(self):
        with zipfile.ZipFile(SPRING_JAR) as jar:
            found = re.search(r"gateway-server-webflux-([\d.]+)\.jar", "\n".join(jar.namelist()))
        return f"{found.group(1) if found else '?'}, JDK {machine.jdk_version(machine.newest_jdk())}"
