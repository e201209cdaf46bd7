package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.EventFormatException;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An event in the spool.
 *
 * @param ordinal 1, 2, … in the order of appending
 */
record SpoolRecord(long ordinal, OutgoingEvent outgoing) {
  private static final int VERSION = 1;
  private static final int MAX_PICTURES = 16;

  IncidentEvent event() {
    return outgoing.event();
  }

  /**
   * The record as it lies on disk: version (1 byte), ordinal (8), then the event's JSON and each
   * picture as bucket, key and JPEG, strings and bytes preceded by their length.
   */
  byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(ordinal);
      writeBytes(out, EventCodec.write(outgoing.event()));
      out.writeInt(outgoing.pictures().size());
      for (Picture picture : outgoing.pictures()) {
        out.writeUTF(picture.object().bucket());
        out.writeUTF(picture.object().key());
        writeBytes(out, picture.jpeg());
      }
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a payload.
   *
   * @throws SpoolFormatException when it is none; its checksum was right, so another version wrote
   *     it
   */
  static SpoolRecord decode(byte[] payload) throws SpoolFormatException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new SpoolFormatException(
            "spool record of version %d, this reads %d".formatted(version, VERSION));
      }
      long ordinal = in.readLong();
      if (!(EventCodec.read(readBytes(in)) instanceof IncidentEvent event)) {
        throw new SpoolFormatException("spool record holds no event");
      }
      int count = in.readInt();
      if (count < 0 || count > MAX_PICTURES) {
        throw new SpoolFormatException("spool record of " + count + " pictures");
      }
      List<Picture> pictures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        pictures.add(new Picture(new S3Object(in.readUTF(), in.readUTF()), readBytes(in)));
      }
      return new SpoolRecord(ordinal, new OutgoingEvent(event, pictures));
    } catch (EventFormatException e) {
      throw new SpoolFormatException("spool record: " + e.getMessage());
    } catch (EOFException e) {
      throw new SpoolFormatException("spool record ends early");
    } catch (SpoolFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
    }
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new SpoolFormatException("spool record claims %d bytes more".formatted(length));
    }
    return in.readNBytes(length);
  }
}
