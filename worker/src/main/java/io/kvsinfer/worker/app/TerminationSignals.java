package io.kvsinfer.worker.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * SIGTERM, SIGINT and SIGHUP before the JVM begins to shut down. Shutdown hooks all run at once,
 * and one of them is ONNX Runtime's, which frees its environment: a session that is opened or run
 * after that crashes the process. Whoever has to finish work first cannot do it in a hook.
 */
final class TerminationSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private TerminationSignals() {}

  /**
   * Has each of the signals run an action, on a thread of its own, instead of ending the process.
   * By reflection, since the compiler warns of {@code sun.misc.Signal} without a way to say that it
   * is meant.
   *
   * @param action has to end the process
   * @return whether this JVM can do so; if not, signals start its shutdown as they always do
   */
  @SuppressWarnings("ReferenceEquality") // a proxy equals itself only
  static boolean handle(Runnable action) {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                action.run();
                yield null;
              }
              case "equals" -> arguments != null && proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "termination signals";
            };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
      for (String name : NAMES) {
        Object one = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, type).invoke(null, one, proxy);
      }
      return true;
    } catch (InvocationTargetException e) {
      // Started with -Xrs, or a signal that this system does not have.
      return false;
    } catch (ReflectiveOperationException e) {
      // A runtime without the module jdk.unsupported.
      return false;
    }
  }
}
