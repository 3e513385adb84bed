package dev.tersor.core.checkpoint;

/** An attribute of a node that {@link OnnxGraphBuilder} writes. */
public final class OnnxAttribute {
  private static final int NAME = 1;
  private static final int FLOAT = 2;
  private static final int INT = 3;
  private static final int INTS = 8;
  private static final int TYPE = 20;
  private static final int TYPE_FLOAT = 1;
  private static final int TYPE_INT = 2;
  private static final int TYPE_INTS = 7;

  private final OnnxMessage message;

  private OnnxAttribute(OnnxMessage message) {
    this.message = message;
  }

  public static OnnxAttribute decimal(String name, float value) {
    return new OnnxAttribute(
        new OnnxMessage().text(NAME, name).decimal(FLOAT, value).number(TYPE, TYPE_FLOAT));
  }

  public static OnnxAttribute number(String name, long value) {
    return new OnnxAttribute(
        new OnnxMessage().text(NAME, name).number(INT, value).number(TYPE, TYPE_INT));
  }

  public static OnnxAttribute numbers(String name, long... values) {
    OnnxMessage message = new OnnxMessage().text(NAME, name).number(TYPE, TYPE_INTS);
    for (long value : values) {
      message.number(INTS, value);
    }
    return new OnnxAttribute(message);
  }

  OnnxMessage message() {
    return message;
  }
}
