package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlScriptTest {
  @Test
  void aStatementNeedsTheTablesThatItNames() {
    List<SqlScript.Statement> statements =
        SqlScript.parse(
            """
            -- Cells.
            SELECT count(*) FROM Cells;
            SELECT * FROM models m JOIN `runs` r ON m.run_id = r.run_id;
            SELECT model FROM cellstar;
            SHOW TABLES;
            """);
    assertEquals(
        List.of(
            EnumSet.of(Table.CELLS),
            EnumSet.of(Table.MODELS, Table.RUNS),
            EnumSet.allOf(Table.class),
            EnumSet.allOf(Table.class)),
        statements.stream().map(SqlScript.Statement::tables).toList());
  }
}
