"""The Lambda Runtime API that one process of a function talks to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The largest answer that Lambda passes on to who waits for it.
LARGEST_ANSWER = 6 * 1024 * 1024


class Answer:
    """What an invocation came to: the payload, and whether it is an error."""

    def __init__(self, payload: bytes, is_error: bool):
        self.payload = payload
        self.is_error = is_error

    @classmethod
    def error(cls, kind: str, message: str) -> "Answer":
        body = {"errorType": kind, "errorMessage": message}
        return cls(json.dumps(body).encode(), True)


class _Invocation:
    def __init__(self, request_id: str, arn: str, trace: str, payload: bytes, deadline_ms: int):
        self.request_id = request_id
        self.arn = arn
        self.trace = trace
        self.payload = payload
        self.deadline_ms = deadline_ms
        self.answer: Answer | None = None


class RuntimeApi:
    """One process, one invocation at a time. An answer counts only for the invocation it names, so
    that a late one is never taken for the next. Thread-safe."""

    def __init__(self):
        self._changed = threading.Condition()
        self._waiting: _Invocation | None = None  # not yet fetched by the process
        self._running: _Invocation | None = None  # fetched, not yet answered
        self._asked = False  # the process has asked for work: it is set up
        self._init_error: Answer | None = None
        self._ended = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def await_setup(self, ended, seconds: float) -> Answer | None:
        """Waits until the process asks for work; what went wrong, else None.

        ended: tells whether the process has ended
        """
        until = time.monotonic() + seconds
        with self._changed:
            while not self._asked and self._init_error is None:
                if self._ended or ended():
                    return Answer.error("Runtime.ExitError", "Runtime exited while it was set up")
                left = until - time.monotonic()
                if left <= 0:
                    return Answer.error("Sandbox.Timedout", f"Set-up took longer than {seconds} s")
                self._changed.wait(min(left, 0.1))
            return self._init_error

    def invoke(self, request_id: str, arn: str, trace: str, payload: bytes, seconds: float, ended):
        """The answer; None when there is none in time."""
        until = time.monotonic() + seconds
        deadline_ms = int((time.time() + seconds) * 1000)
        mine = _Invocation(request_id, arn, trace, payload, deadline_ms)
        with self._changed:
            self._waiting = mine
            self._changed.notify_all()
            while mine.answer is None:
                if self._ended or ended():
                    return Answer.error(
                        "Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited"
                    )
                left = until - time.monotonic()
                if left <= 0:
                    self._waiting = self._running = None
                    return None
                self._changed.wait(min(left, 0.1))
            return mine.answer

    def close(self):
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def _next(self) -> _Invocation | None:
        with self._changed:
            self._asked = True
            self._changed.notify_all()
            while self._waiting is None and not self._ended:
                self._changed.wait()
            self._running, self._waiting = self._waiting, None
            return self._running

    def _answered(self, request_id: str, answer: Answer) -> bool:
        with self._changed:
            running = self._running
            if running is None or running.request_id != request_id:
                return False
            if len(answer.payload) > LARGEST_ANSWER:
                answer = Answer.error(
                    "Function.ResponseSizeTooLarge",
                    f"Response payload size ({len(answer.payload)} bytes) exceeded maximum allowed"
                    f" payload size ({LARGEST_ANSWER} bytes).",
                )
            running.answer, self._running = answer, None
            self._changed.notify_all()
            return True

    def _failed_setup(self, answer: Answer):
        with self._changed:
            self._init_error = answer
            self._changed.notify_all()

    def _handler(api):  # noqa: N805 - self is the request's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                if not self.path.endswith("/runtime/invocation/next"):
                    return self._reply(404)
                work = api._next()
                if work is None:
                    return self._reply(410)
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": work.request_id,
                    "Lambda-Runtime-Deadline-Ms": str(work.deadline_ms),
                    "Lambda-Runtime-Invoked-Function-Arn": work.arn,
                    "Lambda-Runtime-Trace-Id": work.trace,
                    "Content-Type": "application/json",
                }
                return self._reply(200, work.payload, headers)

            def do_POST(self):
                body = self._body()
                *_, request_id, what = self.path.split("/")
                if self.path.endswith("/runtime/init/error"):
                    api._failed_setup(Answer(body, True))
                elif what not in ("response", "error"):
                    return self._reply(404)
                elif not api._answered(request_id, Answer(body, what == "error")):
                    return self._reply(400, b'{"errorType":"InvalidRequestID"}')
                return self._reply(202, b'{"status":"OK"}')

            def _body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = []
                while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass  # trailers
                return b"".join(parts)

            def _reply(self, code: int, body: bytes = b"", headers: dict | None = None):
                self.send_response(code)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the process was killed while it waited

        return Handler
