package dev.tersor.jobs.choose;

import dev.tersor.core.encode.NetworkLength;
import dev.tersor.core.index.Access;
import dev.tersor.jobs.plan.Setting;
import java.util.List;

/**
 * A way to store a layer, as cells measured it.
 *
 * @param recipe the one of all its segments
 * @param bits of a code
 * @param bytes that it takes of a network file, without texts that it shares with others
 * @param error squared error of its weights, summed over them
 * @param loss what a choice makes least: the same, or what that does to the network's outputs
 * @param nanos of decoding it on one core
 * @param codebookBytes numbers of its codebook, 4 bytes each
 * @param segments the streams of each segment
 */
public record Candidate(
    Setting setting,
    String recipe,
    int bits,
    long bytes,
    double error,
    double loss,
    double nanos,
    Access access,
    long codebookBytes,
    List<List<NetworkLength.Part>> segments) {
  /** The same with another loss. */
  Candidate withLoss(double other) {
    return new Candidate(
        setting, recipe, bits, bytes, error, other, nanos, access, codebookBytes, segments);
  }
}
