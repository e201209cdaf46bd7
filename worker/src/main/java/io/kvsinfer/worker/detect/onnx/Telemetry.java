package io.kvsinfer.worker.detect.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Keeps ONNX Runtime from reporting its use to its maker. Since 1.29 it does so on Linux as soon as
 * its library is loaded, and in doing it ends the process with a segmentation fault where the
 * command line is longer than 4 KiB (a class path of a hundred jars is) or the image has no shell.
 * Its own switch works only later; what works is a variable in the environment of the process,
 * which Java itself cannot set.
 */
final class Telemetry {
  private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

  private Telemetry() {}

  /** Must be called before the first use of a class of ONNX Runtime. */
  @SuppressWarnings("restricted") // native access is given by the launcher's flags
  static void off() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      // Not a POSIX system: there the switch of the environment does it.
      return;
    }
    MethodHandle call =
        linker.downcallHandle(
            setenv.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int failed = (int) call.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom("1"), 1);
      if (failed != 0) {
        throw new IllegalStateException("the environment takes no " + VARIABLE);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv failed", e);
    }
  }
}
