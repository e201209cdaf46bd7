"""Runs Java functions as child processes under AWS's runtime interface client.

KVS_INFER_JAVA_HOME   the JDK
KVS_INFER_RIC         class path of aws-lambda-java-runtime-interface-client and what it needs
KVS_INFER_RIC_LIBRARY its native library, unpacked
KVS_INFER_ECS         where functions find ECS, set at LocalStack's start
"""

import os
import subprocess
import threading

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from .runtime_api import Answer, RuntimeApi

SETUP_SECONDS = 120
CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
LIBRARY = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI"
# Of the host's variables a function sees no others.
KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")


class _Process:
    """One process with a Runtime API of its own."""

    def __init__(self, command: list[str], variables: dict[str, str], folder: str, log):
        self.api = RuntimeApi()
        try:
            self._child = subprocess.Popen(
                command,
                cwd=folder,
                env={**variables, "AWS_LAMBDA_RUNTIME_API": self.api.address},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError:
            self.api.close()
            raise
        self._reader = threading.Thread(target=self._read, args=(log,), daemon=True)
        self._reader.start()

    def _read(self, log):
        for line in self._child.stdout:
            log(line.decode(errors="replace"))

    def ended(self) -> bool:
        return self._child.poll() is not None

    def end(self):
        self._child.kill()
        self._child.wait()
        self._reader.join(5)
        self.api.close()


class ProcessExecutor(RuntimeExecutor):
    """An execution environment. A process that was killed for its time-out, or that ended, is
    replaced at the next invocation, as in Lambda."""

    def __init__(self, id, function_version):
        super().__init__(id, function_version)
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._variables: dict[str, str] = {}
        self._process: _Process | None = None
        self._stopped = False

    def start(self, env_vars):
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._variables = {
            **kept,
            "AWS_ENDPOINT_URL_ECS": os.environ["KVS_INFER_ECS"],
            **{name: str(value) for name, value in env_vars.items()},
        }
        failure = self._fresh()
        if failure is not None:
            raise RuntimeError(f"{failure.payload.decode()}\n{self.get_logs()[-4000:]}")

    def stop(self):
        with self._lock:
            self._stopped = True
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def invoke(self, payload):
        request_id = payload["invoke-id"]
        seconds = int(self.function_version.config.timeout)
        before = len(self._lines)
        self._log(f"START RequestId: {request_id}\n")
        process = self._process
        failure = None
        if process is None or process.ended():
            failure = self._fresh()
            process = self._process
        if failure is not None:
            answer = failure
        elif process is None:
            answer = Answer.error("Runtime.ExitError", "the environment was stopped")
        else:
            answer = process.api.invoke(
                request_id,
                payload["invoked-function-arn"],
                payload.get("trace-id") or "",
                payload["payload"].encode(),
                seconds,
                process.ended,
            )
        if answer is None:
            process.end()
            answer = Answer.error(
                "Sandbox.Timedout",
                f"RequestId: {request_id} Error: Task timed out after {seconds}.00 seconds",
            )
            self._log(answer.payload.decode() + "\n")
        self._log(f"END RequestId: {request_id}\n")
        logs = "".join(self._lines[before:])
        return InvocationResult(request_id, answer.payload, is_error=answer.is_error, logs=logs)

    def get_logs(self):
        return "".join(self._lines)

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"

    def get_runtime_endpoint(self):
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version):
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        if function_version.config.code:
            function_version.config.code.destroy_cached()

    @classmethod
    def validate_environment(cls):
        return all(os.environ.get(n) for n in ("KVS_INFER_JAVA_HOME", "KVS_INFER_RIC"))

    def _log(self, line: str):
        self._lines.append(line)

    def _fresh(self) -> Answer | None:
        """A new process that is set up; what went wrong, else None."""
        settings = self.function_version.config
        if not (settings.runtime or "").startswith("java"):
            return Answer.error(
                "Runtime.InvalidRuntime", f"runs Java functions only, not {settings.runtime}"
            )
        folder = str(settings.code.get_unzipped_code_location())
        with self._lock:
            if self._stopped:
                return Answer.error("Runtime.ExitError", "the environment was stopped")
            variables = {
                **self._variables,
                "LAMBDA_TASK_ROOT": folder,
                "_HANDLER": settings.handler,
                "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings.runtime}",
                "TZ": "UTC",
            }
            process = self._process = _Process(
                self._command(folder, settings), variables, folder, self._log
            )
        failure = process.api.await_setup(process.ended, SETUP_SECONDS)
        if failure is not None:
            process.end()
        return failure

    @staticmethod
    def _command(folder: str, settings) -> list[str]:
        library = os.environ.get("KVS_INFER_RIC_LIBRARY")
        return [
            os.path.join(os.environ["KVS_INFER_JAVA_HOME"], "bin", "java"),
            f"-Xmx{max(64, int(settings.memory_size * 0.8))}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            *([f"-D{LIBRARY}={library}"] if library else []),
            "-cp",
            os.pathsep.join([folder, os.path.join(folder, "lib", "*"), os.environ["KVS_INFER_RIC"]]),
            CLIENT,
            settings.handler,
        ]


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *args, **kwargs):
        return ProcessExecutor
