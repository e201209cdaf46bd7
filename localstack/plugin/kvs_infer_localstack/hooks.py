"""LocalStack's own start, with what the project's build has brought instead of downloads.

KVS_INFER_DYNAMODB  class path of DynamoDB Local
KVS_INFER_SQLITE    folder of its native library
"""

import os
from pathlib import Path

from localstack.runtime import hooks
from localstack.services.dynamodb.packages import DynamoDBLocalPackageInstaller
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.kinesis.kinesis_mock_server import KinesisMockNodeServer
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment

from . import full_cluster
from .mappings import complete_mappings

SERVER = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"


@hooks.on_infra_start()
def prepare():
    _dynamodb_from_class_path()
    _kinesis_on_loopback()
    _logs_where_the_function_says()
    complete_mappings()
    os.environ["KVS_INFER_ECS"] = full_cluster.start()


def _dynamodb_from_class_path():
    def command(self) -> list[str]:
        storage = ["-dbPath", self.db_path] if self.db_path else ["-inMemory"]
        return [
            os.path.join(os.environ["KVS_INFER_JAVA_HOME"], "bin", "java"),
            f"-Xmx{self.heap_size}",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            f"-Dsqlite4java.library.path={os.environ['KVS_INFER_SQLITE']}",
            "-cp",
            os.environ["KVS_INFER_DYNAMODB"],
            SERVER,
            "-port",
            str(self.port),
            *storage,
            *(["-sharedDb"] if self.share_db else []),
        ]

    DynamodbServer._create_shell_command = command
    DynamoDBLocalPackageInstaller.install = lambda self, *_, **__: None


def _logs_where_the_function_says():
    original = ExecutionEnvironment.get_log_group_name

    def name(self) -> str:
        return (self.function_version.config.logging_config or {}).get("LogGroup") or original(self)

    ExecutionEnvironment.get_log_group_name = name


def _kinesis_on_loopback():
    first = str(Path(__file__).with_name("loopback.js"))
    original = KinesisMockNodeServer._create_shell_command

    def command(self):
        (node, *rest), variables = original(self)
        return [node, "--require", first, *rest], variables

    KinesisMockNodeServer._create_shell_command = command
