package dev.tersor.jobs.table;

import java.io.IOException;

/** What reads tables, and can do so again from the start. */
@FunctionalInterface
public interface TableRead<T> {
  T read() throws IOException;
}
