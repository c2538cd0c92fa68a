"""Requests per CPU-second of the click edge against nginx answering a constant 302, in one run on one core.

    python bench/edge.py [--seconds 4] [--rounds 5] [--links 10000]

The edge runs as in production (`python -m tracking.edge`) over a snapshot of its own in a temporary directory, once
with every click on disk before the answer ("sync") and once with every click at the operating system ("write"). Beside
them the plainest Django view there is: a constant redirect, no middleware, under the same server as the cabinets.
Servers share core 0, wrk has core 1, the rounds alternate. Then, where h2load is installed, the time of an answer
while 70 % of what each can do comes in. Loopback only; takes about two minutes.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tracking.edge.snapshot import Landing, Link, Network, Offer, section_of, write_snapshot  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
HOST = "go.example"
TARGET = "https://adv.example/landing?clickid=0123456789abcdef0123456789abcdef"
AGENT = "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile"
WRK_SCRIPT = """
local requests, agents, at = {}, {}, 0
init = function()
  math.randomseed(11)
  for i = 1, 200 do
    local forms = {
      "Mozilla/5.0 (Linux; Android %d; SM-G9%d) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile Safari/537.36",
      "Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.0 Mobile/15E148 Safari/604.1",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; v%d) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.0 Safari/537.36"}
    agents[i] = string.format(forms[i % 3 + 1], 8 + i % 7, i, 90 + i % 50)
  end
  for i = 1, 2000 do
    local path = string.format("/c/L%05d?sub1=camp%d&sub2=%%D0%%BA%%D1%%80%d&sub3=x%x&utm_source=fb",
      math.random(0, LINKS - 1), math.random(1, 50), math.random(1, 500), math.random(0, 0xffffff))
    requests[i] = wrk.format("GET", path, {["Host"] = "go.example", ["User-Agent"] = agents[math.random(1, 200)],
      ["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8", ["Accept-Language"] = "en-US,en;q=0.5",
      ["Accept-Encoding"] = "gzip, deflate, br", ["Referer"] = "https://pub.example/page/" .. math.random(1, 999),
      ["X-Forwarded-For"] = string.format("%d.%d.%d.%d", math.random(1, 223), math.random(0, 255), math.random(0, 255), math.random(1, 254))})
  end
end
request = function() at = at % 2000 + 1; return requests[at] end
done = function(summary, latency)
  io.write(string.format('RESULT {"requests": %d, "seconds": %.3f, "p50": %.2f, "p99": %.2f, "bad": %d}\\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, summary.errors.connect
    + summary.errors.read + summary.errors.write + summary.errors.timeout + summary.errors.status))
end
"""  # noqa: E501


def main():
    options = arguments()
    for tool in ("wrk", "nginx", "taskset"):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is not installed")
            return
    with tempfile.TemporaryDirectory(prefix="cpanet-bench-") as name:
        scratch = Path(name)
        (scratch / "wrk.lua").write_text(f"LINKS = {options.links}\n{WRK_SCRIPT}")
        servers = {"nginx constant 302": nginx(scratch)}
        for durability in ("sync", "write"):
            servers[f"edge, durability {durability}"] = edge(scratch, durability, options.links)
        servers["plainest Django view"] = django(scratch)
        try:
            summary = report(measure(servers, scratch, options))
            for name, (_, port) in servers.items():
                summary[name] |= under_load(name, port, scratch, summary[name]["per_second"], options)
            print(json.dumps(summary))
        finally:
            for process, _ in servers.values():
                process.send_signal(signal.SIGTERM)
            for process, _ in servers.values():
                process.wait(20)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=64)
    return parser.parse_args()


def nginx(scratch):
    port, home = free_port(), scratch / "nginx"
    home.mkdir()
    temporary = "".join(
        f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log warn;"
        f"events {{ worker_connections 4096; multi_accept on; }}"
        f"http {{ access_log off; keepalive_requests 1000000; {temporary}"
        f"server {{ listen 127.0.0.1:{port} backlog=2048; add_header Cache-Control no-store always;"
        f"return 302 {TARGET}; }} }}"
    )
    return start(["nginx", "-p", home, "-c", home / "nginx.conf"], port, {})


def edge(scratch, durability, links):
    port, data = free_port(), scratch / durability
    write_links(data / "edge" / "snapshot.jsonl", links)
    environment = {
        "CPANET_DATA_DIR": str(data), "CPANET_HOST": "127.0.0.1", "CPANET_EDGE_PORT": str(port),
        "CPANET_EDGE_DURABILITY": durability, "CPANET_TRUSTED_PROXIES": "1", "CPANET_EDGE_WORKERS": "1",
    }  # fmt: skip
    return start([sys.executable, "-m", "tracking.edge"], port, environment)


DJANGO = """
from django.conf import settings
settings.configure(DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="bench", MIDDLEWARE=[])
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseRedirect
from django.urls import path
urlpatterns = [path("c/<str:code>", lambda request, code: HttpResponseRedirect("%s"))]
application = get_wsgi_application()
"""


def django(scratch):
    port = free_port()
    (scratch / "plain_django.py").write_text(DJANGO % TARGET)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", port,
               "--blocking-threads", "1", "--log-level", "error", "plain_django:application"]  # fmt: skip
    return start(command, port, {"PYTHONPATH": str(scratch)})


def write_links(path, count):
    query = "clickid={click_id}&a={affiliate_id}&s1={sub1}&s2={sub2}&geo={country}"
    offers, links = {}, {}
    for number in range(1, 998):
        landing = Landing(number, f"https://adv{number}.example/landing?{query}")
        offers[number] = Offer(number, number % 50 + 1, landings=(landing,))
    for number in range(count):
        code = f"L{number:05d}"
        links[code] = Link(number + 1, code, number % 313 + 1, number % 997 + 1)
    network = Network(1, "Bench", offers=offers, links=links)
    write_snapshot(path, version=1, built_at=time.time(), hosts={HOST: 1}, sections={1: section_of(network)})


def start(command, port, environment):
    process = subprocess.Popen(
        ["taskset", "-c", "0", *map(str, command)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return process, port
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{command[0]} did not start")


def measure(servers, scratch, options):
    results = {name: [] for name in servers}
    for turn in range(options.rounds + 1):
        for name, (process, port) in servers.items():
            result = one_round(process.pid, port, scratch, options.connections, options.seconds if turn else 1)
            if turn:  # the first one warms up
                results[name].append(result)
                print(f"{turn} {name:24} {result['rate']:9,.0f} per CPU-second  {result}", flush=True)
    return results


def one_round(pid, port, scratch, connections, seconds):
    before = cpu_seconds(pid)
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(scratch / "wrk.lua"),
               f"http://127.0.0.1:{port}/"]  # fmt: skip
    output = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True).stdout
    result = json.loads(output.partition("RESULT ")[2])
    used = cpu_seconds(pid) - before
    return {**result, "cpu": round(used / result["seconds"], 2), "rate": result["requests"] / used}


def cpu_seconds(pid):
    total = 0.0
    for each in family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def family(pid):
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def report(results):
    """Print the medians with their spread; {name: figures}."""
    base = statistics.median(each["rate"] for each in results["nginx constant 302"])
    summary = {}
    for name, rounds in results.items():
        middle = {key: statistics.median(each[key] for each in rounds) for key in ("rate", "p50", "p99")}
        bad = sum(each["bad"] for each in rounds)
        share = middle["rate"] / base
        rate, rates = round(middle["rate"]), [each["rate"] for each in rounds]
        second = statistics.median(each["requests"] / each["seconds"] for each in rounds)
        summary[name] = {"per_cpu_second": rate, "of_nginx": round(share, 3), "per_second": round(second), "bad": bad}
        spread = f"{min(rates) / base:.1%} to {max(rates) / base:.1%}"
        print(f"{name:24} {rate:9,} per CPU-second = {share:6.1%} of nginx ({spread}), bad {bad}")
    plain = summary["plainest Django view"]["per_cpu_second"]
    for name in summary:
        if name.startswith("edge"):
            print(f"{name:24} {summary[name]['per_cpu_second'] / plain:9.1f} times the plainest Django view")
    return summary


def under_load(name, port, scratch, saturation, options):
    """Milliseconds of an answer while 70 % of `saturation` requests a second come in, at their own pace."""
    if shutil.which("h2load") is None:
        return {}
    addresses, log, connections = scratch / "addresses", scratch / "h2load.log", 50
    choice = random.Random(1)
    addresses.write_text("".join(
        f"http://127.0.0.1:{port}/c/L{choice.randrange(options.links):05d}?sub1=camp{choice.randrange(50)}"
        f"&sub2=%D0%BA{choice.randrange(500)}&sub3=x{choice.randrange(99999)}\n" for _ in range(1000)
    ))  # fmt: skip
    log.unlink(missing_ok=True)
    headers = {
        ":authority": HOST, "user-agent": AGENT, "accept-language": "en-US,en;q=0.5", "x-forwarded-for": "9.9.9.9",
        "referer": "https://pub.example/page/1",
    }  # fmt: skip
    pace = ["--warm-up-time=1s", f"-D{options.seconds}", f"--rps={0.7 * saturation / connections:.1f}"]
    command = ["taskset", "-c", "1", "h2load", "--h1", f"-c{connections}", "-m1", "-t1", *pace]
    command += [f"--log-file={log}", "-i", addresses]
    for header, value in headers.items():
        command += ["-H", f"{header}: {value}"]
    subprocess.run(list(map(str, command)), capture_output=True, timeout=options.seconds + 60, check=True)
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    times = sorted(int(row[2]) / 1000 for row in rows if len(row) == 3)
    bad = sum(not row[1].startswith("30") for row in rows if len(row) == 3)
    found = {f"p{share}_ms": round(times[int(len(times) * share / 100)], 2) for share in (50, 99)}
    print(f"{name:24} at 70 %: {len(times) / options.seconds:8,.0f} a second, {found}, other answers {bad}")
    return found


if __name__ == "__main__":
    main()
