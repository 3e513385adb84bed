package dev.tersor.core.board;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where activations lie in memory: each in the lowest gap that is free from its first step to its
 * last.
 *
 * @param places first number of each
 * @param size numbers of all
 * @param fullest the step at which the most memory is in use
 */
record ActivationMemory(Map<Activation, Integer> places, int size, Step fullest) {

  static ActivationMemory of(Steps steps) {
    Map<Activation, Integer> last = new HashMap<>();
    List<Step> all = steps.all();
    for (int i = 0; i < all.size(); i++) {
      for (Activation activation : all.get(i).activations()) {
        last.put(activation, i);
      }
    }
    last.put(steps.output(), all.size());
    Map<Activation, Integer> places = new HashMap<>();
    places.put(steps.input(), 0);
    int size = steps.input().size();
    Step fullest = all.get(0);
    List<Activation> live = new ArrayList<>(List.of(steps.input()));
    for (int i = 0; i < all.size(); i++) {
      int now = i;
      live.removeIf(activation -> last.get(activation) < now);
      for (Activation activation : all.get(i).activations()) {
        if (!places.containsKey(activation)) {
          int at = gap(live, places, activation.size());
          places.put(activation, at);
          live.add(activation);
          if (at + activation.size() > size) {
            size = at + activation.size();
            fullest = all.get(i);
          }
        }
      }
    }
    return new ActivationMemory(places, size, fullest);
  }

  private static int gap(List<Activation> live, Map<Activation, Integer> places, int size) {
    List<Activation> inOrder = new ArrayList<>(live);
    inOrder.sort(Comparator.comparing(places::get));
    int at = 0;
    for (Activation other : inOrder) {
      if (places.get(other) - at >= size) {
        return at;
      }
      at = Math.max(at, places.get(other) + other.size());
    }
    return at;
  }
}
