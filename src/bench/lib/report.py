"""Markdown for docs/benchmarks.md."""

import load
from origin import MEBIBYTE


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    line = lambda cells: "| " + " | ".join(str(c).ljust(w) for c, w in zip(cells, widths)) + " |"
    return "\n".join([line(head), line(["-" * w for w in widths]), *map(line, rows)]) + "\n"


def times(value):
    return "-" if value is None else f"{value:.2f}"


def milliseconds(us):
    return f"{us / 1000:.2f} ms"


def mib(count):
    return f"{count / MEBIBYTE:.0f} MiB"


def reference(peers):
    return next((p.key for p in peers if p.key.startswith("haproxy")), None)


def small(peers, figures, direct):
    base = figures.get(reference(peers))
    rows = [["no proxy (wrk and origin)", "-", f"{load.median(direct, 'rps'):,.0f}",
             milliseconds(load.median(direct, "p50_us")), milliseconds(load.median(direct, "p99_us")),
             "-", "-", f"{load.median(direct, 'machine_us'):.1f}", "-", "-", load.errors(direct)]]
    for peer in peers:
        r = figures[peer.key]
        rows.append([
            peer.name, f"{peer.threads} ({load.median(r, 'working'):.0f})", f"{load.median(r, 'rps'):,.0f}",
            milliseconds(load.median(r, "p50_us")), milliseconds(load.median(r, "p99_us")),
            f"{load.median(r, 'cpu_us'):.1f}", times(load.ratio(r, base, "cpu_us") if base else None),
            f"{load.median(r, 'machine_us'):.1f}", times(load.ratio(r, base, "machine_us") if base else None),
            mib(load.median(r, "rss")), load.errors(r)])
    return table(["proxy", "threads (working)", "requests/s", "p50", "p99", "CPU us/request", "to HAProxy",
                  "machine us/request", "to HAProxy", "RSS", "errors"], rows)


def stream(peers, figures):
    base_haproxy = figures.get(reference(peers))
    base_nginx = figures.get(next((p.key for p in peers if p.key.startswith("nginx")), None))
    rows = []
    for peer in peers:
        r = figures[peer.key]
        rows.append([
            peer.name, f"{peer.threads} ({load.median(r, 'working'):.0f})", f"{load.median(r, 'rps'):,.0f}",
            f"{load.median(r, 'cpu_us'):,.0f}", times(load.ratio(r, base_nginx, "cpu_us") if base_nginx else None),
            times(load.ratio(r, base_haproxy, "cpu_us") if base_haproxy else None),
            f"{load.median(r, 'machine_us'):,.0f}", mib(load.median(r, "rss")), load.errors(r)])
    return table(["proxy", "threads (working)", "MiB/s", "CPU us/MiB", "to nginx", "to HAProxy", "machine us/MiB",
                  "RSS", "errors"], rows)


def memory(peers, figures):
    rows = [[p.name, mib(f["before"]), mib(f["peak"]), mib(f["peak"] - f["before"]), f"{f['whole']}/{f['clients']}",
             f"{f['bytes'] / MEBIBYTE / f['seconds']:.0f}", f"{f['cpu_s'] / (f['bytes'] / MEBIBYTE) * 1e6:,.0f}"]
            for p in peers if (f := figures.get(p.key))]
    return table(["proxy", "RSS before", "peak RSS", "grown by", "whole replies", "MiB/s", "CPU us/MiB"], rows)
