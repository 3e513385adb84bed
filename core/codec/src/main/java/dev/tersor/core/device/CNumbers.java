package dev.tersor.core.device;

/** Numbers in C. */
public final class CNumbers {
  private static final int A_LINE = 6;

  private CNumbers() {}

  /** Floats without losing a bit; one 0 where there are none, which C needs. */
  public static String floats(float[] numbers) {
    StringBuilder text = new StringBuilder(numbers.length == 0 ? "0" : "");
    for (int i = 0; i < numbers.length; i++) {
      text.append(i == 0 ? "" : i % A_LINE == 0 ? ",\n  " : ", ");
      text.append(Float.toHexString(numbers[i])).append('f');
    }
    return text.toString();
  }
}
