"""Answers with its version, and with what the database says; ends after the requests it has."""

import json
import os
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VERSION = Path("VERSION").read_text().strip()
HEALTHY = not Path("UNHEALTHY").exists()


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        healthy = HEALTHY
        if self.path == "/health":
            asked = ["psql", "-qAt", "-h", "db", "-U", "field", "-c", "SELECT 1"]
            healthy = healthy and subprocess.run(asked, check=False, timeout=2).returncode == 0
        body = json.dumps({"version": VERSION, "greeting": os.environ["GREETING"]}).encode()
        self.send_response(200 if healthy else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64


server = Server(("", 8000), Answer)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print("web", VERSION, flush=True)
server.serve_forever(poll_interval=0.1)
server.server_close()
