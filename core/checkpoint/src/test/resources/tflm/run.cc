// Runs a .tflite file in TensorFlow Lite Micro: run MODEL INPUTS SEED [SPARE_BYTES]
//
// Prints "arena N", the bytes of the arena in use, then a line of hexadecimal bytes for each input:
// all outputs one after the other. Inputs: 0 is all zeros, 1 counts up, the others are random, of
// floats in [-1, 1). With SPARE_BYTES decoded weights lie in memory of their own beside the arena.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tensorflow/lite/micro/micro_context.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

#ifdef TERSOR_DECODE
#include "tersor_tflm.h"
#endif

namespace {

constexpr size_t kAlignment = 16;

struct Memory {
  explicit Memory(size_t bytes) : all(bytes + kAlignment), size(bytes) {}
  uint8_t* data() {
    uintptr_t at = reinterpret_cast<uintptr_t>(all.data());
    return reinterpret_cast<uint8_t*>((at + kAlignment - 1) / kAlignment * kAlignment);
  }
  std::vector<uint8_t> all;
  size_t size;
};

// A linear congruential generator, so that all hosts give the same inputs.
uint32_t Next(uint64_t* state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<uint32_t>(*state >> 33);
}

void Fill(TfLiteTensor* tensor, int kind, uint64_t* state) {
  if (tensor->type == kTfLiteFloat32) {
    for (size_t i = 0; i < tensor->bytes / sizeof(float); i++) {
      float random = static_cast<float>(static_cast<int32_t>(Next(state) & 0xFFFFFF) - 0x800000) / 0x800000;
      tensor->data.f[i] = kind == 0 ? 0.0f : kind == 1 ? static_cast<float>(i % 251) / 251.0f : random;
    }
    return;
  }
  for (size_t i = 0; i < tensor->bytes; i++) {
    uint8_t random = static_cast<uint8_t>(Next(state) >> 8);
    tensor->data.uint8[i] = kind == 0 ? 0 : kind == 1 ? static_cast<uint8_t>(i) : random;
  }
}

int Fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    return Fail("run MODEL INPUTS SEED [SPARE_BYTES]");
  }
  std::FILE* file = std::fopen(argv[1], "rb");
  if (file == nullptr) {
    return Fail("cannot read the model");
  }
  std::fseek(file, 0, SEEK_END);
  Memory model(static_cast<size_t>(std::ftell(file)));
  std::rewind(file);
  if (std::fread(model.data(), 1, model.size, file) != model.size) {
    return Fail("cannot read the model");
  }
  std::fclose(file);

  tflite::MicroMutableOpResolver<24> ops;
  ops.AddConv2D();
  ops.AddDepthwiseConv2D();
  ops.AddFullyConnected();
  ops.AddAveragePool2D();
  ops.AddMaxPool2D();
  ops.AddSoftmax();
  ops.AddReshape();
  ops.AddAdd();
  ops.AddMul();
  ops.AddSub();
  ops.AddMaximum();
  ops.AddMinimum();
  ops.AddPrelu();
  ops.AddTransposeConv();
  ops.AddBatchMatMul();
  ops.AddConcatenation();
  ops.AddQuantize();
  ops.AddDequantize();
  ops.AddPad();
  ops.AddMean();
  ops.AddRelu();
  ops.AddLogistic();
#ifdef TERSOR_DECODE
  tersor::AddDecode(&ops);
#else
  ops.AddDecode();
#endif

  static Memory arena(size_t{16} << 20);
  std::unique_ptr<Memory> spare;
  std::vector<tflite::MicroContext::AlternateMemoryRegion> regions;
  tflite::MicroInterpreter interpreter(tflite::GetModel(model.data()), ops, arena.data(), arena.size);
  if (argc > 4) {
    spare.reset(new Memory(static_cast<size_t>(std::atoll(argv[4]))));
    regions.push_back({spare->data(), spare->size});
    if (interpreter.SetDecompressionMemory(regions.data(), regions.size()) != kTfLiteOk) {
      return Fail("no memory for decoded weights");
    }
  }
  if (interpreter.AllocateTensors() != kTfLiteOk) {
    return Fail("AllocateTensors failed");
  }
  std::printf("arena %zu\n", interpreter.arena_used_bytes());
  uint64_t state = std::strtoull(argv[3], nullptr, 10);
  for (int kind = 0; kind < std::atoi(argv[2]); kind++) {
    for (size_t i = 0; i < interpreter.inputs_size(); i++) {
      Fill(interpreter.input(i), kind, &state);
    }
    if (interpreter.Invoke() != kTfLiteOk) {
      return Fail("Invoke failed");
    }
    for (size_t i = 0; i < interpreter.outputs_size(); i++) {
      const TfLiteTensor* output = interpreter.output(i);
      for (size_t b = 0; b < output->bytes; b++) {
        std::printf("%02x", output->data.uint8[b]);
      }
    }
    std::printf("\n");
  }
  return 0;
}
