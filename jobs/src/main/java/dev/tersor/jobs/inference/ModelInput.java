package dev.tersor.jobs.inference;

import java.util.Arrays;

/**
 * Numbers that a model takes, of all samples: whole numbers or others, in row-major order.
 *
 * @param name of the model's input
 * @param dims samples first
 * @param floats null where they are whole numbers
 * @param integers null where they are not
 */
@SuppressWarnings("ArrayRecordComponent") // large, and read alone
public record ModelInput(String name, long[] dims, float[] floats, long[] integers) {
  /** How many samples there are. */
  int samples() {
    return dims.length == 0 ? 0 : Math.toIntExact(dims[0]);
  }

  /** Those of some samples. */
  ModelInput part(int from, int to) {
    long[] own = dims.clone();
    own[0] = (long) to - from;
    int each = 1;
    for (int i = 1; i < dims.length; i++) {
      each = Math.toIntExact(each * dims[i]);
    }
    return new ModelInput(
        name,
        own,
        floats == null ? null : Arrays.copyOfRange(floats, from * each, to * each),
        integers == null ? null : Arrays.copyOfRange(integers, from * each, to * each));
  }
}
