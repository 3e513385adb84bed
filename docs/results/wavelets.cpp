/*
 * Access, rank and select of sdsl-lite's wavelet trees on what WaveletBenchmark has: 2,359,296
 * symbols of 4 bits, normally distributed and quantised, at 16,384 random places. A yardstick; not
 * part of the build.
 *
 *   c++ -O3 -march=native -o wavelets wavelets.cpp -lsdsl -ldivsufsort -ldivsufsort64 && ./wavelets
 *
 * Prints nanoseconds a query, the median of 15 runs with the least and the most; of blocks, which it
 * has no traversal for, nanoseconds a symbol of 256 accesses in a row.
 */
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <random>
#include <sdsl/wavelet_trees.hpp>
#include <string>
#include <vector>

static const int SYMBOLS = 2359296, QUERIES = 1 << 14, RUNS = 15, BLOCK = 256;
static volatile uint64_t seen;

static void print(const char *tree, const char *what, int operations, const std::function<uint64_t()> &run) {
  std::vector<double> times;
  for (int i = 0; i < RUNS; i++) {
    auto start = std::chrono::steady_clock::now();
    for (int k = 0; k < 20; k++) {
      seen = run();
    }
    std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    times.push_back(time.count() / 20 / operations);
  }
  std::sort(times.begin(), times.end());
  printf("%-12s %-7s %7.2f (%.2f to %.2f)\n", tree, what, times[RUNS / 2], times[0], times[RUNS - 1]);
}

template <class Tree>
static void measure(const char *name, const std::string &text, const std::vector<uint32_t> &places,
                    const std::vector<uint8_t> &asked, const std::vector<uint32_t> &occurrences) {
  Tree tree;
  sdsl::construct_im(tree, text.c_str(), 1);
  for (int i = 0; i < QUERIES; i++) {
    uint8_t symbol = text[places[i]];
    if (tree[places[i]] != symbol || tree.select(tree.rank(places[i], symbol) + 1, symbol) != places[i]) {
      fprintf(stderr, "%s is wrong at %u\n", name, places[i]);
      exit(1);
    }
  }
  printf("%-12s %zu bytes\n", name, sdsl::size_in_bytes(tree));
  print(name, "access", QUERIES, [&] {
    uint64_t sum = 0;
    for (uint32_t place : places) sum += tree[place];
    return sum;
  });
  print(name, "rank", QUERIES, [&] {
    uint64_t sum = 0;
    for (int i = 0; i < QUERIES; i++) sum += tree.rank(places[i], asked[i]);
    return sum;
  });
  print(name, "select", QUERIES, [&] {
    uint64_t sum = 0;
    for (int i = 0; i < QUERIES; i++) sum += tree.select(occurrences[i] + 1, asked[i]);
    return sum;
  });
  print(name, "blocks", QUERIES / 16 * BLOCK, [&] {
    uint64_t sum = 0;
    for (int i = 0; i < QUERIES; i += 16) {
      uint32_t from = places[i] / BLOCK * BLOCK;
      for (uint32_t k = from; k < from + BLOCK; k++) sum += tree[k];
    }
    return sum;
  });
}

int main() {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::string text(SYMBOLS, 0);
  std::vector<uint32_t> counts(256);
  for (auto &symbol : text) {
    // Symbols count from 1: sdsl's construction keeps 0 for the end of a text.
    symbol = (char)(1 + ((int)std::max(-7.0, std::min(7.0, std::round(normal(random) * 2.8))) & 15));
    counts[(uint8_t)symbol]++;
  }
  std::vector<uint32_t> places(QUERIES), occurrences(QUERIES);
  std::vector<uint8_t> asked(QUERIES);
  for (int i = 0; i < QUERIES; i++) {
    places[i] = random() % SYMBOLS;
    asked[i] = text[random() % SYMBOLS];
    occurrences[i] = random() % counts[asked[i]];
  }
  measure<sdsl::wt_huff<>>("wt_huff", text, places, asked, occurrences);
  measure<sdsl::wt_blcd<>>("wt_blcd", text, places, asked, occurrences);
}
