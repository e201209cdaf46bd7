"""ECS for the functions, which LocalStack lacks: a cluster that runs nothing and has room for nothing.

The scheduler judges items, asks for tasks and is told `RESOURCE:GPU`, as ECS says where a cluster is
full. What it does with tasks that run is shown by the local ECS of `kvs-infer local`, not here.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def _list_tasks(_):
    return {"taskArns": []}


def _describe_tasks(asked):
    return {"tasks": [], "failures": [{"arn": arn, "reason": "MISSING"} for arn in asked["tasks"]]}


def _run_task(_):
    return {"tasks": [], "failures": [{"reason": "RESOURCE:GPU"}]}


ANSWERS = {"ListTasks": _list_tasks, "DescribeTasks": _describe_tasks, "RunTask": _run_task}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        answer = ANSWERS.get(operation)
        if answer is None:
            code, body = 400, {"__type": "UnsupportedFeatureException", "message": operation}
        else:
            code, body = 200, answer(asked)
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def start() -> str:
    """Its address; it ends with the process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
