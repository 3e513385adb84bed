package dev.tersor.core.board;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.device.CNumbers;

/** The texts of images: {@code images.h}, {@code images.c}, and a line for each with its class. */
record TestImages(LabelledImages images, JavaClasses java) {
  private static final int PIXELS_A_LINE = 24;

  String header() {
    return """
        /* The first test images of %s, with the scores and classes that Java gives them. */
        #ifndef IMAGES_H
        #define IMAGES_H

        #include "network.h"

        #define IMAGES %d

        extern const uint8_t images_pixels[IMAGES][NETWORK_PIXELS];
        extern const uint8_t images_classes[IMAGES];
        extern const uint8_t images_labels[IMAGES];
        extern const float images_scores[IMAGES][NETWORK_CLASSES];

        #endif
        """
        .formatted(images.name(), images.count());
  }

  String text() {
    StringBuilder text = new StringBuilder("#include \"images.h\"\n\n");
    text.append("const uint8_t images_pixels[IMAGES][NETWORK_PIXELS] = {\n");
    for (int image = 0; image < images.count(); image++) {
      text.append("  {");
      for (int at = 0; at < images.shape().size(); at++) {
        text.append(at == 0 ? "" : at % PIXELS_A_LINE == 0 ? ",\n   " : ", ");
        text.append(images.pixel(image, at));
      }
      text.append("},\n");
    }
    text.append("};\nconst uint8_t images_classes[IMAGES] = {");
    java.classes().forEach(number -> text.append(number).append(", "));
    text.append("};\nconst uint8_t images_labels[IMAGES] = {");
    for (int image = 0; image < images.count(); image++) {
      text.append(images.label(image)).append(", ");
    }
    text.append("};\nconst float images_scores[IMAGES][NETWORK_CLASSES] = {\n");
    java.scores().forEach(own -> text.append("  {").append(CNumbers.floats(own)).append("},\n"));
    return text.append("};\n").toString();
  }

  /** What the program in C has to say. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    for (int image = 0; image < images.count(); image++) {
      lines.append(
          "image %d class %d label %d%n"
              .formatted(image, java.classes().get(image), images.label(image)));
    }
    return lines.toString();
  }
}
