/* The classes of the test images, a line each; 1 where one or its scores are not those that Java gave. */
#include "images.h"
#include "network.h"

#ifdef TERSOR_BOARD
#include "board.h"
static void print(const char *text) { board_print(text); }
static void number(uint32_t value) { board_number(value); }
#else
#include <stdio.h>
static void print(const char *text) { fputs(text, stdout); }
static void number(uint32_t value) { printf("%lu", (unsigned long)value); }
#endif

/* What sums in another order may change of the largest score. */
static const float TOLERANCE = 1e-3f;

static float magnitude(float value) {
  return value < 0 ? -value : value;
}

static int are_near(const float *scores, const float *expected) {
  float largest = 0;
  float difference = 0;
  for (uint32_t i = 0; i < NETWORK_CLASSES; i++) {
    float other = magnitude(scores[i] - expected[i]);
    largest = magnitude(expected[i]) > largest ? magnitude(expected[i]) : largest;
    difference = other > difference ? other : difference;
  }
  return difference <= TOLERANCE * largest;
}

int main(void) {
  int wrong = 0;
  for (uint32_t i = 0; i < IMAGES; i++) {
    const float *scores = network_scores(images_pixels[i]);
    if (scores == NULL) {
      print("flash is damaged\n");
      return 1;
    }
    uint32_t class = tersor_largest(NETWORK_CLASSES, scores);
    print("image ");
    number(i);
    print(" class ");
    number(class);
    print(" label ");
    number(images_labels[i]);
    if (class != images_classes[i] || !are_near(scores, images_scores[i])) {
      print(" OTHER THAN IN JAVA");
      wrong = 1;
    }
    print("\n");
  }
  return wrong;
}
