package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Effect;
import io.kvsinfer.local.fault.TamperedOutput;
import io.kvsinfer.local.http.BrokenAnswer;
import io.kvsinfer.local.http.HttpAnswer;
import io.kvsinfer.local.http.HttpHandler;
import io.kvsinfer.local.http.HttpRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests to what answers them, and refusals to how AWS spells them. */
final class Router implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Router.class);
  private static final int LARGEST_CALL = 1 << 20;

  private interface Call {
    Reply answer(ApiRequest request);
  }

  /**
   * What answers, and what faults are looked up by.
   *
   * @param api the call's name, or that of what HLS serves
   * @param stream where the request names one
   */
  private record Addressed(String api, Optional<String> stream, Reply reply) {}

  private final Map<String, Call> calls = new HashMap<>();
  private final Hls hls;
  private final PutMedia putMedia;
  private final Faults faults;
  private final FaultDesk faultDesk;

  Router(
      ControlPlane control,
      Hls hls,
      GetMedia media,
      PutMedia putMedia,
      Archive archive,
      Clip clip,
      Images images,
      Faults faults) {
    this.hls = hls;
    this.putMedia = putMedia;
    this.faults = faults;
    this.faultDesk = new FaultDesk(faults);
    calls.put("/createStream", control::create);
    calls.put("/describeStream", control::describe);
    calls.put("/listStreams", control::list);
    calls.put("/updateStream", control::update);
    calls.put("/updateDataRetention", control::updateRetention);
    calls.put("/deleteStream", control::delete);
    calls.put("/getDataEndpoint", control::dataEndpoint);
    calls.put("/tagStream", control::tag);
    calls.put("/untagStream", control::untag);
    calls.put("/listTagsForStream", control::tags);
    calls.put("/getHLSStreamingSessionURL", hls::sessionUrl);
    calls.put("/getMedia", media::getMedia);
    calls.put("/listFragments", archive::listFragments);
    calls.put("/getMediaForFragmentList", archive::mediaForFragmentList);
    calls.put("/getClip", clip::getClip);
    calls.put("/getImages", images::getImages);
  }

  @Override
  public void handle(HttpRequest request, HttpAnswer answer)
      throws IOException, InterruptedException {
    answer.header("x-amzn-RequestId", UUID.randomUUID().toString());
    answer.header("Access-Control-Allow-Origin", "*");
    try {
      if (request.method().equals("OPTIONS")) {
        preflight(answer);
      } else if (request.path().equals(FaultDesk.PATH)) {
        send(request, answer, faultDesk.answer(request));
      } else {
        Addressed addressed = addressed(request);
        tamper(answer, addressed);
        send(request, answer, cut(addressed));
      }
    } catch (ApiException e) {
      refuse(answer, e);
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.path(), e);
      if (answer.begun()) {
        throw new BrokenAnswer(BrokenAnswer.End.RESET);
      }
      refuse(answer, new ApiException(500, "InternalFailure", "A fault of this server."));
    }
  }

  /** What browsers ask before they send what they deem unusual. */
  private static void preflight(HttpAnswer answer) throws IOException {
    answer.header("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE, OPTIONS");
    answer.header("Access-Control-Allow-Headers", "*");
    answer.whole(204, "text/plain", new byte[0]);
  }

  private Addressed addressed(HttpRequest request) throws IOException {
    String path = request.path();
    if (path.startsWith(Hls.PATH)) {
      if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
        throw new ApiException(405, "MethodNotAllowed", "Playlists and fragments are read by GET.");
      }
      return hlsReply(path.substring(Hls.PATH.length()), request.query());
    }
    Call call = calls.get(path);
    boolean put = path.equals("/putMedia");
    if ((call == null && !put) || !request.method().equals("POST")) {
      throw new ApiException(
          404,
          "UnknownOperationException",
          "This server has no call %s %s.".formatted(request.method(), path));
    }
    SignatureShape.check(request);
    String api = Character.toUpperCase(path.charAt(1)) + path.substring(2);
    if (call == null) {
      Optional<String> stream =
          request.header("x-amzn-stream-name").or(() -> inArn(request.header("x-amzn-stream-arn")));
      faults.meet(api, stream);
      return new Addressed(api, stream, putMedia.putMedia(request));
    }
    byte[] body = request.body().readNBytes(LARGEST_CALL + 1);
    if (body.length > LARGEST_CALL) {
      throw new ApiException(413, "RequestEntityTooLarge", "A call has at most 1 MiB.");
    }
    ApiRequest members = ApiRequest.parse(body);
    Optional<String> stream = members.text("StreamName").or(() -> inArn(members.text("StreamARN")));
    faults.meet(api, stream);
    return new Addressed(api, stream, call.answer(members));
  }

  private Addressed hlsReply(String file, Map<String, String> query) {
    int dot = file.indexOf('.');
    String api = dot < 1 ? "" : Character.toUpperCase(file.charAt(0)) + file.substring(1, dot);
    Optional<String> stream = hls.streamOf(query);
    faults.meet(api, stream);
    return new Addressed(api, stream, hls.get(file, query));
  }

  private static Optional<String> inArn(Optional<String> arn) {
    return arn.map(text -> text.split("/", -1)).filter(p -> p.length == 3).map(p -> p[1]);
  }

  private void tamper(HttpAnswer answer, Addressed to) {
    if (to.reply() instanceof Reply.Streamed) {
      answer.tamper(out -> new TamperedOutput(out, () -> faults.breakage(to.api(), to.stream())));
    }
  }

  /** A whole answer meets at most one fault, known before its length is announced. */
  private Reply cut(Addressed to) {
    if (!(to.reply() instanceof Reply.Whole whole)) {
      return to.reply();
    }
    Optional<Effect.Breakage> due = faults.breakage(to.api(), to.stream());
    if (due.isEmpty()) {
      return whole;
    }
    if (due.get() instanceof Effect.Truncation cut && cut.clean()) {
      int left = (int) Math.min(cut.afterBytes(), whole.body().length);
      return new Reply.Whole(
          whole.status(), whole.contentType(), Arrays.copyOf(whole.body(), left));
    }
    return new Reply.Broken(whole, due.get());
  }

  private static void refuse(HttpAnswer answer, ApiException e) throws IOException {
    answer.header("x-amzn-ErrorType", e.type());
    answer.whole(e.status(), "application/json", Reply.bytes(Map.of("Message", e.text())));
  }

  private static void send(HttpRequest request, HttpAnswer answer, Reply reply)
      throws IOException, InterruptedException {
    switch (reply) {
      case Reply.Whole whole -> answer.whole(whole.status(), whole.contentType(), whole.body());
      case Reply.Broken broken -> {
        Reply.Whole whole = broken.whole();
        answer.tamper(out -> new TamperedOutput(out, once(broken.how())));
        answer.whole(whole.status(), whole.contentType(), whole.body());
      }
      case Reply.Streamed streamed -> {
        try {
          streamed.body().transfer(request.body(), answer.stream(streamed.contentType()));
        } finally {
          streamed.release().run();
        }
      }
    }
  }

  private static Supplier<Optional<Effect.Breakage>> once(Effect.Breakage breakage) {
    boolean[] met = {false};
    return () -> {
      Optional<Effect.Breakage> due = met[0] ? Optional.empty() : Optional.of(breakage);
      met[0] = true;
      return due;
    };
  }
}
