package dev.tersor.core.data;

import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches as the binary version of CIFAR-10 has them: records of a label byte and the image,
 * channel after channel. Nothing but the length says how many there are.
 */
public final class CifarBatches {
  private final String name;
  private final ImageShape shape;
  private final List<String> classes;
  private final int record;
  private final List<byte[]> batches = new ArrayList<>();
  private long total;

  /**
   * A set without batches as yet.
   *
   * @param name of the set
   */
  public CifarBatches(String name, ImageShape shape, List<String> classes) {
    this.name = name;
    this.shape = shape;
    this.classes = List.copyOf(classes);
    this.record = 1 + shape.size();
  }

  /**
   * Reads a file, packed with gzip or not, to its end, and appends its records.
   *
   * @param file its name, for messages
   * @throws MalformedInputException naming the file, the byte and what was expected, if it is
   *     damaged
   */
  public void append(String file, InputStream in) throws IOException {
    ImageFile bytes = ImageFile.open(file, in);
    byte[] batch = bytes.atMost((int) (ImageFile.MAX_BYTES - total));
    bytes.end();
    for (int at = 0, i = 0; at < batch.length; at += record, i++) {
      if (batch.length - at < record) {
        throw new MalformedInputException(
            file
                + ": ends after "
                + (batch.length - at)
                + " of the "
                + record
                + " bytes of record "
                + i,
            batch.length);
      }
      ImageFile.checkLabel(file, batch[at], classes.size(), i, at);
    }
    batches.add(batch);
    total += batch.length;
  }

  /** The set of all batches that were appended. */
  public LabelledImages images() {
    int count = (int) (total / record);
    byte[] pixels = new byte[count * shape.size()];
    byte[] labels = new byte[count];
    int image = 0;
    for (byte[] batch : batches) {
      for (int at = 0; at < batch.length; at += record, image++) {
        labels[image] = batch[at];
        System.arraycopy(batch, at + 1, pixels, image * shape.size(), shape.size());
      }
    }
    return new LabelledImages(name, shape, classes, pixels, labels);
  }
}
