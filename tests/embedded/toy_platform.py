"""A platform of three small programs under the real supervisor: `python toy_platform.py up|manage …` in a test."""

import dataclasses
import sys
from pathlib import Path

from cpanet.embedded import options
from cpanet.embedded.launch import up
from cpanet.embedded.manage import manage
from cpanet.embedded.processes import Plan, Service, Stage, Step

# A door that answers the health page.
DOOR = """
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/" else 404); self.end_headers()
    def log_message(self, *args): pass
print("door open", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
# A worker with a child of its own; both are deaf to polite requests.
DEAF = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
print("busy", subprocess.Popen([sys.executable, "-c", child]).pid, flush=True)
time.sleep(600)
"""
# A process that dies at once.
FRAIL = "print('hello and goodbye', flush=True); raise SystemExit(3)"
DEMO = """
import json, os, pathlib
site = "http://alpha.localhost/"
people = [{"role": "webmaster", "url": site, "email": "alice@example.com", "password": "pass-word"}]
demo = {"sites": [{"title": "Alpha", "url": site}], "people": people}
pathlib.Path(os.environ["CPANET_DATA_DIR"], "demo.json").write_text(json.dumps(demo))
"""


def plan(wanted: options.Options) -> Plan:
    """Shaped like the platform's own plan."""
    python = (sys.executable, "-u", "-c")
    return Plan(
        before=(Step("migrate", (*python, "print('tables made')")),),
        services=(
            Service("door", (*python, DOOR, str(wanted.port)), Stage.DOORS),
            Service("deaf", (*python, DEAF), Stage.BACKGROUND, grace=1),
            Service("frail", (*python, FRAIL), Stage.BACKGROUND),
        ),
        demo=Step("demo", (*python, DEMO), needed=False),
        health=(wanted.host, wanted.port, "/health/"),
        ports=(("CPANET_PORT", wanted.port),),
    )


def main(arguments: list[str]) -> int:
    """What `python -m cpanet.embedded` does, with the toy in place of the platform."""
    wanted = dataclasses.replace(options.read(), checkout=Path(__file__).parent / "toy_checkout")
    if arguments[0] == "up":
        return up(demo=True, wanted=wanted, plan=plan(wanted))
    return manage(arguments[1:], wanted)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except options.StartError as error:
        sys.exit(f"cpanet cannot start: {error}")
