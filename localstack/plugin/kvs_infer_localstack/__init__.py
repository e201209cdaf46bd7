"""LocalStack without Docker: functions as child processes, emulators from the project's build."""
