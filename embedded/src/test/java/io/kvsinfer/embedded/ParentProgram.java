package io.kvsinfer.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts a child, prints its process id and waits to be killed. */
final class ParentProgram {
  private ParentProgram() {}

  public static void main(String[] args) throws Exception {
    ChildProcess child =
        ChildProcess.start("sleeper", List.of("sleep", "120"), Map.of(), Path.of(args[0]));
    System.out.println(child.pid());
    child.onExit().get();
  }
}
