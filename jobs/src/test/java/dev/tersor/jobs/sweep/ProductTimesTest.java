package dev.tersor.jobs.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductTimesTest {
  private static Codes codes(int shift) {
    byte[] codes = new byte[30 * 50];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i * 7 % 16 == 8 ? 0 : i * 7 % 16);
    }
    codes[77] += (byte) shift;
    return new Codes(Shape.of(30, 50), codes, new Step(4, 0.1f));
  }

  private static Row measured(Codes codes, Codes stored, long positions) {
    ProductTimes times =
        new ProductTimes(codes.dequantize(), codes.shape(), positions, new Stopwatch(1));
    RowBuilder row = new RowBuilder(Table.CELLS);
    times.measure(
        row, "bitmap", Container.encode(stored, Recipe.parse("bitmap/packed")).container());
    return row.build();
  }

  private static Object value(Row row, String column) {
    return row.get(Table.CELLS.schema().fieldIndex(column));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 784, 50_000})
  void allPositionsCount(long positions) {
    Row row = measured(codes(0), codes(0), positions);
    assertEquals(positions, value(row, "positions"));
    assertTrue((Double) value(row, "product_ns") > 0);
    // No machine does a thousand multiply-accumulates in a nanosecond.
    assertTrue((Double) value(row, "dense_product_ns") > 1.5 * positions);
  }

  @Test
  void anotherWeightFails() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> measured(codes(0), codes(1), 3));
    assertTrue(e.getMessage().contains("that of the dense weights"), e.getMessage());
  }

  @Test
  void longRowsGetFewerInputs() {
    Codes codes = new Codes(Shape.of(1, 1 << 20), new byte[1 << 20], new Step(2, 1));
    Row row = measured(codes, codes, 700);
    assertEquals(700L, value(row, "positions"));
  }
}
