package io.kvsinfer.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Reads what it refuses to its end. The server would end the connection otherwise without saying so
 * in its answer, and the client's next call on it would break.
 */
final class DrainingBlobStore extends ForwardingBlobStore {
  DrainingBlobStore(BlobStore behind) {
    super(behind);
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    return drained(payload, () -> super.putBlob(request, payload));
  }

  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream payload) {
    return drained(payload, () -> super.uploadMultipartPart(upload, request, payload));
  }

  private static <T> T drained(InputStream payload, Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException refusal) {
      try {
        payload.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        refusal.addSuppressed(e);
      }
      throw refusal;
    }
  }
}
