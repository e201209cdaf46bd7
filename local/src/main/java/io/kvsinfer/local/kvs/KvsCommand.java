package io.kvsinfer.local.kvs;

import picocli.CommandLine.Command;

/** {@code kvs-infer kvs}: the local Kinesis Video Streams on its own. */
@Command(
    name = "kvs",
    description = "Kinesis Video Streams on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = KvsServeCommand.class)
public final class KvsCommand {}
