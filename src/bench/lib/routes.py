"""The routes every proxy gets: the same 1,000 for all, each said in the proxy's own language.

50 hosts with 20 routes each; of a host's routes every other one is exact, the rest are prefixes. One more host serves
the files. The measured request asks a host in the middle for a prefix in the middle.
"""

HOSTS, ROUTES_PER_HOST = 50, 20
FILES_HOST = "files.bench.example"
ORIGIN_HOST = "origin.bench.example"


def host(h):
    return f"host-{h:03}.bench.example"


def path(r):
    return f"/api/v1/service-{r:02}" + ("" if exact(r) else "/")


def exact(r):
    return r % 2 == 0


TARGET_HOST = host(HOSTS // 2)
TARGET_PATH = path(ROUTES_PER_HOST // 2 + 1) + "items/42"
UNKNOWN_PATH = "/nobody/serves/this"

ALL = [(host(h), [(path(r), exact(r)) for r in range(ROUTES_PER_HOST)]) for h in range(HOSTS)]


def istio(origin_address, origin_port, edge_port):
    """One Gateway, one ServiceEntry, 51 VirtualServices: 1,001 routes."""
    docs = [f"""\
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {{name: bench, namespace: bench}}
spec:
  selector: {{istio: ingressgateway}}
  servers:
  - port: {{number: {edge_port}, name: http, protocol: HTTP}}
    hosts: ["*"]
""", f"""\
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {{name: origin, namespace: bench}}
spec:
  hosts: [{ORIGIN_HOST}]
  location: MESH_EXTERNAL
  resolution: STATIC
  ports:
  - {{number: {origin_port}, name: http, protocol: HTTP}}
  endpoints:
  - address: {origin_address}
"""]
    to_origin = f"route: [{{destination: {{host: {ORIGIN_HOST}, port: {{number: {origin_port}}}}}}}]"
    for n, (name, paths) in enumerate(ALL + [(FILES_HOST, [("/", False)])]):
        docs.append(f"""\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: bench-{n:03}, namespace: bench}}
spec:
  hosts: [{name}]
  gateways: [bench]
  http:
""" + "".join(f"  - match: [{{uri: {{{'exact' if is_exact else 'prefix'}: {p}}}}}]\n    {to_origin}\n"
              for p, is_exact in paths))
    return "---\n".join(docs)


def haproxy_maps():
    """(exact map, prefix map), keyed by host and path."""
    lines = {True: [], False: [f"{FILES_HOST}/ origin\n"]}
    for name, paths in ALL:
        for p, is_exact in paths:
            lines[is_exact].append(f"{name}{p} origin\n")
    return "".join(lines[True]), "".join(lines[False])


def nginx_servers(address, port):
    servers = [f"  server {{ listen {address}:{port} default_server backlog=1024; server_name _; return 404; }}\n"]
    for name, paths in ALL + [(FILES_HOST, [("/", False)])]:
        locations = "".join(f"    location {'= ' if is_exact else ''}{p} {{ proxy_pass http://origin; }}\n"
                            for p, is_exact in paths)
        servers.append(f"  server {{\n    listen {address}:{port};\n    server_name {name};\n{locations}  }}\n")
    return "".join(servers)
