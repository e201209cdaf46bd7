package io.kvsinfer.embedded;

import java.nio.ByteBuffer;
import org.gaul.shaded.org.eclipse.jetty.http.HttpFields;
import org.gaul.shaded.org.eclipse.jetty.io.Content;
import org.gaul.shaded.org.eclipse.jetty.server.Handler;
import org.gaul.shaded.org.eclipse.jetty.server.Request;
import org.gaul.shaded.org.eclipse.jetty.server.Response;
import org.gaul.shaded.org.eclipse.jetty.util.Callback;

/**
 * Reads the rest of a request's body before the first byte of its answer goes out. S3Proxy answers
 * what it refuses without having read it; Jetty then ends the connection behind an answer that
 * promised to keep it, and the client's next call on it breaks. A body that goes on for too long is
 * left unread, and the answer says that the connection ends.
 */
final class RequestDrain extends Handler.Wrapper {
  private final long most;

  /**
   * @param most of a body that is read for nothing but the connection, in bytes
   */
  RequestDrain(Handler behind, long most) {
    super(behind);
    this.most = most;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(request, new DrainingResponse(request, response, most), callback);
  }

  private static final class DrainingResponse extends Response.Wrapper {
    private final Request request;
    private long left;

    DrainingResponse(Request request, Response behind, long most) {
      super(request, behind);
      this.request = request;
      this.left = most;
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      if (isCommitted()) {
        super.write(last, content, callback);
      } else {
        drain(() -> super.write(last, content, callback));
      }
    }

    /** Reads on as the body comes in; Jetty's idle timeout ends the wait for one that does not. */
    private void drain(Runnable then) {
      boolean whole = false;
      boolean broken = false;
      while (!whole && !broken && left > 0) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(() -> drain(then));
          return;
        }
        left -= chunk.remaining();
        broken = Content.Chunk.isFailure(chunk);
        whole = chunk.isLast() && !broken;
        chunk.release();
      }
      if (!whole) {
        getHeaders().put(HttpFields.CONNECTION_CLOSE);
      }
      then.run();
    }
  }
}
