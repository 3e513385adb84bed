package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void columnsOfNewerVersionsAreFoundWhereverTheyAre() {
    StructType own = Table.CELLS.schema();
    assertEquals(Optional.empty(), Columns.unknown(own, own));
    assertEquals(
        Optional.of("colour"), Columns.unknown(own, own.add("colour", DataTypes.StringType)));
    StructType found = new StructType();
    for (StructField field : own.fields()) {
      if (field.name().equals("streams")) {
        StructType stream = (StructType) ((ArrayType) field.dataType()).elementType();
        found =
            found.add(
                "streams", DataTypes.createArrayType(stream.add("colour", DataTypes.LongType)));
      } else {
        found = found.add(field);
      }
    }
    assertEquals(Optional.of("streams.colour"), Columns.unknown(own, found));
  }
}
