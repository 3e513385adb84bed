package dev.tersor.jobs.inference;

import java.io.Serializable;

/**
 * How many images a network took for what they are.
 *
 * @param correct those whose label has the largest output; of equal ones the first counts
 */
public record Accuracy(int correct, int images) implements Serializable {
  /** The share of them. */
  public double top1() {
    return (double) correct / images;
  }
}
