package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The samples of a fragment, in memory or in a file of their own. */
public sealed interface FragmentMedia {
  /**
   * In decoding order.
   *
   * @throws UncheckedIOException when their file is gone, as it is once the fragment is not kept
   */
  List<Sample> samples();

  /** Bytes of media. */
  long bytes();

  /** Kept in memory. */
  record InMemory(List<Sample> samples) implements FragmentMedia {
    public InMemory {
      samples = List.copyOf(samples);
    }

    @Override
    public long bytes() {
      return samples.stream().mapToLong(sample -> sample.data().length).sum();
    }
  }

  /** Kept in a file, read anew each time. */
  record InFile(Path file, long bytes) implements FragmentMedia {

    /** Writes samples to a file. */
    static InFile write(Path file, List<Sample> samples) {
      long bytes = 0;
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
        out.writeInt(samples.size());
        for (Sample sample : samples) {
          out.writeLong(sample.decodeUs());
          out.writeLong(sample.presentUs());
          out.writeBoolean(sample.keyframe());
          out.writeInt(sample.data().length);
          out.write(sample.data());
          bytes += sample.data().length;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("fragment " + file.getFileName() + " cannot be kept", e);
      }
      return new InFile(file, bytes);
    }

    @Override
    public List<Sample> samples() {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        int count = in.readInt();
        List<Sample> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          long decodeUs = in.readLong();
          long presentUs = in.readLong();
          boolean keyframe = in.readBoolean();
          byte[] data = new byte[in.readInt()];
          in.readFully(data);
          samples.add(new Sample(data, decodeUs, presentUs, keyframe));
        }
        return samples;
      } catch (IOException e) {
        throw new UncheckedIOException("fragment " + file.getFileName() + " is not kept", e);
      }
    }

    void delete() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("fragment " + file.getFileName() + " stays", e);
      }
    }
  }
}
