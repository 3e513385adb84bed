package dev.tersor.core.board;

import java.util.List;
import java.util.Optional;

/**
 * A call of a C function.
 *
 * @param about what it does, for a comment
 * @param function of {@code tersor_network.h}
 * @param arguments before the activations
 * @param activations that it reads and writes, as the function takes them
 * @param tensor that it decodes, by name; the function then takes the memory last and may fail
 */
record Step(
    String about,
    String function,
    List<String> arguments,
    List<Activation> activations,
    Optional<String> tensor) {}
