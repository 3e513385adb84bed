package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All datasets of an HDF5 file, group by group. Soft links lead to what is found anyway. */
final class HdfWalk {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_PATH = 60_000;

  /**
   * A dataset.
   *
   * @param path names of the groups and its own, without a slash at the beginning
   */
  record Found(List<String> path, HdfHeader header) {}

  private final PagedFile file;
  private final List<Found> found = new ArrayList<>();
  private final List<String> external = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();

  HdfWalk(PagedFile file) {
    this.file = file;
  }

  List<Found> found() {
    return found;
  }

  /** The links that lead out of the file. */
  List<String> external() {
    return external;
  }

  void read() throws IOException {
    HdfHeader root = HdfFile.open(file).root();
    group(root, List.of(), 0);
  }

  private void group(HdfHeader header, List<String> path, int length) throws IOException {
    // A group that several links lead to, perhaps from within itself, is one group.
    if (!seen.add(header.at())) {
      return;
    }
    if (path.size() > MAX_DEPTH || length > MAX_PATH) {
      throw file.malformed("groups within groups, deeper than " + MAX_DEPTH, header.at());
    }
    for (HdfGroup.Link link : HdfGroup.links(file, header)) {
      List<String> inner = new ArrayList<>(path);
      inner.add(link.name());
      int innerLength = length + 1 + link.name().length();
      // Each path is kept whole.
      file.charge(innerLength, header.at());
      switch (link.kind()) {
        case EXTERNAL -> external.add(String.join("/", inner));
        case HARD -> {
          HdfHeader child = new HdfHeader(file, link.address());
          if (child.first(HdfHeader.DATASPACE).isPresent()) {
            found.add(new Found(inner, child));
          } else {
            group(child, inner, innerLength);
          }
        }
        case SOFT -> {}
      }
    }
  }
}
