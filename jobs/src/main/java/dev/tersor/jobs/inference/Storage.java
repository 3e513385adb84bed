package dev.tersor.jobs.inference;

import dev.tersor.core.encode.NetworkSequence;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.symbol.PlainWavelet;
import java.util.List;
import java.util.Optional;

/** How the quantised weights of a network are stored to be run. */
public sealed interface Storage {
  /** Each tensor in its recipe. */
  record Own() implements Storage {
    @Override
    public StoredWeights of(List<NetworkTensor.Coded> tensors) {
      return new ContainerWeights(Optional.empty());
    }
  }

  /** All tensors in one recipe. */
  record OneRecipe(Recipe recipe) implements Storage {
    @Override
    public StoredWeights of(List<NetworkTensor.Coded> tensors) {
      return new ContainerWeights(Optional.of(recipe));
    }
  }

  /** All tensors in one sequence. */
  record OneSequence(PlainWavelet coder) implements Storage {
    @Override
    public StoredWeights of(List<NetworkTensor.Coded> tensors) {
      return new SequencedWeights(tensors, coder);
    }
  }

  /** The tensors of a network, stored so. */
  StoredWeights of(List<NetworkTensor.Coded> tensors);

  /**
   * @param text a recipe, {@code sequence/CODER}, or null for the recipes of a file
   * @throws IllegalArgumentException naming what there is, if it is none
   */
  static Storage parse(String text) {
    if (text == null) {
      return new Own();
    }
    return text.startsWith(NetworkSequence.ENCODING)
        ? new OneSequence(NetworkSequence.coder(text))
        : new OneRecipe(Recipe.parse(text));
  }
}
