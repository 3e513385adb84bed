package dev.tersor.jobs.sql;

import dev.tersor.jobs.config.UsageException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers {@code tensor_decode}, {@code tensor_stats} and {@code tensor_bytes} in every session
 * that starts with sweep.jar on the class path, or whose setting {@code spark.sql.extensions} names
 * this class.
 */
public final class TersorExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  // Kept, so that a session that has the class by both ways sees the same functions twice.
  private static final List<
          Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>>
      FUNCTIONS =
          List.of(
              function(
                  "_FUNC_(container) - The weights of a container, in row-major order.",
                  Map.of(1, new TensorDecode())),
              function(
                  "_FUNC_(container) - What a container holds, and what its bytes are for.",
                  Map.of(1, new TensorStats())),
              function(
                  "_FUNC_(container[, part]) - Bytes of a container, or of a part: value, index,"
                      + " table, codebook, header, payload or total.",
                  Map.of(1, new TensorBytes(false), 2, new TensorBytes(true))));

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    FUNCTIONS.forEach(extensions::injectFunction);
    return BoxedUnit.UNIT;
  }

  /**
   * @param usage what DESCRIBE FUNCTION says
   * @param byArguments the function for each number of arguments
   */
  private static Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>
      function(String usage, Map<Integer, ScalarFunction<?>> byArguments) {
    ScalarFunction<?> first = byArguments.get(1);
    String name = first.name();
    ExpressionInfo info =
        new ExpressionInfo(
            first.getClass().getName(), "", name, usage, "", "", "", "", "", "", "java_udf");
    Function1<Seq<Expression>, Expression> builder =
        new AbstractFunction1<>() {
          @Override
          public Expression apply(Seq<Expression> arguments) {
            ScalarFunction<?> function = byArguments.get(arguments.length());
            if (function == null) {
              throw new UsageException(
                  "%s: %d arguments, expected %s"
                      .formatted(name, arguments.length(), usage.replace("_FUNC_", name)));
            }
            return new ApplyFunctionExpression(function, arguments);
          }
        };
    return new Tuple3<>(new FunctionIdentifier(name), info, builder);
  }
}
