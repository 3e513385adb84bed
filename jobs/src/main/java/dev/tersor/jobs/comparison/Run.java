package dev.tersor.jobs.comparison;

import java.sql.Timestamp;

/**
 * A run that left rows.
 *
 * @param version of Tersor; null where the run did not end
 * @param started null where the run did not end
 * @param failed cells of its grid without a verified result
 * @param ended false where it was killed, or is still running
 */
public record Run(String id, String version, Timestamp started, long failed, boolean ended) {
  static Run unfinished(String id) {
    return new Run(id, null, null, 0, false);
  }
}
