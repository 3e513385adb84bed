#include "tersor_tflm.h"

#include <new>

#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/decode_state.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_arena_constants.h"
#include "tensorflow/lite/micro/micro_context.h"
#include "tensorflow/lite/micro/micro_log.h"

extern "C" {
#include "tersor_bitmap.h"
#include "tersor_dcsr.h"
#include "tersor_groups.h"
}

namespace tersor {
namespace {

using tflite::DecodeState;
using tflite::MicroContext;

// Ancillary data, behind the frame's version: bytes 5 streams, 6 those of them that are the remainder's,
// 7 sizes of groups, 8 to 15 the sizes. Then for each stream its width, its symbols and its bytes, as 32
// bits each. The streams lie one after the other in the encoded tensor, packed.
constexpr size_t kVersion = 4;
constexpr size_t kStreams = 5;
constexpr size_t kRest = 6;
constexpr size_t kClasses = 7;
constexpr size_t kSizes = 8;
constexpr size_t kMostClasses = 8;
constexpr size_t kStreamBytes = 12;

class LayerState : public DecodeState {
 public:
  LayerState(const TfLiteContext* context, tflite::MicroProfilerInterface* profiler)
      : DecodeState(context, profiler) {}

  // One in memory of the arena, whose delete is this class's own; a null pointer if there is none.
  static DecodeState* Create(const TfLiteContext* context, tflite::MicroProfilerInterface* profiler) {
    void* memory = tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(LayerState));
    return memory != nullptr ? new (memory) LayerState(context, profiler) : nullptr;
  }

  TfLiteStatus Setup(const TfLiteTensor& input, const TfLiteTensor& ancillary,
                     const TfLiteTensor& output) override {
    const uint8_t* frame = tflite::GetTensorData<uint8_t>(&ancillary);
    const size_t number = frame[kStreams];
    const size_t rest = frame[kRest];
    const uint8_t* described = frame + kDcmSizeInBytes;
    if (frame[kVersion] != 1 || rest > number || frame[kClasses] > kMostClasses ||
        ancillary.bytes < kDcmSizeInBytes + number * kStreamBytes || output.type != kTfLiteInt8) {
      MicroPrintf("DECODE: a damaged layer");
      return kTfLiteError;
    }
    void* memory =
        tflite::GetMicroContext(context_)->AllocatePersistentBuffer(number * sizeof(tersor_stream));
    if (memory == nullptr) {
      MicroPrintf("DECODE: no memory for %u streams", static_cast<unsigned>(number));
      return kTfLiteError;
    }
    tersor_stream* streams = static_cast<tersor_stream*>(memory);
    const uint8_t* payload = tflite::GetTensorData<uint8_t>(&input);
    size_t left = input.bytes;
    for (size_t i = 0; i < number; i++, described += kStreamBytes) {
      const uint32_t length = tersor_u32(described + 8);
      if (length > left) {
        MicroPrintf("DECODE: a stream of %u bytes of %u", static_cast<unsigned>(length),
                    static_cast<unsigned>(left));
        return kTfLiteError;
      }
      streams[i] = tersor_stream();
      streams[i].width = static_cast<uint8_t>(tersor_u32(described));
      streams[i].count = tersor_u32(described + 4);
      streams[i].bytes = payload;
      streams[i].length = length;
      streams[i].open = tersor_packed;
      payload += length;
      left -= length;
    }
    rest_ = tersor_layer();
    rest_.weights = static_cast<uint32_t>(tflite::NumElements(&output));
    rest_.bits = 8;
    layer_ = rest_;
    layer_.streams = streams;
    layer_.classes = frame[kClasses];
    layer_.sizes = frame + kSizes;
    rest_.streams = streams + (number - rest);
    rest_.decode = tersor_dcsr;
    layer_.remainder = rest > 0 ? &rest_ : nullptr;
    switch (Type(ancillary)) {
      case kBitmap:
        layer_.decode = number == 2 ? tersor_bitmap : nullptr;
        break;
      case kDcsr:
        layer_.decode = number == 6 ? tersor_dcsr : nullptr;
        break;
      default:
        layer_.decode = number - rest == Streams() && (rest == 0 || rest == 6) ? tersor_groups : nullptr;
    }
    return layer_.decode != nullptr ? kTfLiteOk : kTfLiteError;
  }

  TfLiteStatus Decode(const TfLiteEvalTensor&, const TfLiteEvalTensor&,
                      const TfLiteEvalTensor& output) override {
    uint8_t* codes = output.data.uint8;
    return layer_.decode(&layer_, codes) ? kTfLiteOk : kTfLiteError;
  }

 private:
  // Those of groups: how many there are, and for each size starts, strides and lanes.
  size_t Streams() const {
    size_t streams = 1;
    for (size_t i = 0; i < layer_.classes; i++) {
      streams += layer_.sizes[i] > 1 ? 3 : 2;
    }
    return streams;
  }

  tersor_layer layer_ = {};
  tersor_layer rest_ = {};

  TF_LITE_REMOVE_VIRTUAL_DELETE
};

DecodeState* State(TfLiteContext* context, uint8_t type) {
  tflite::MicroProfilerInterface* profiler = tflite::GetMicroContext(context)->GetAlternateProfiler();
  if (type == DecodeState::kDcmTypeLUT) {
    return DecodeState::CreateDecodeStateLUT(context, profiler);
  }
  if (type == DecodeState::kDcmTypeHuffman) {
    return DecodeState::CreateDecodeStateHuffman(context, profiler);
  }
  if (type == DecodeState::kDcmTypePrune) {
    return DecodeState::CreateDecodeStatePrune(context, profiler);
  }
  if (type < kBitmap || type > kHybrid) {
    MicroPrintf("DECODE: a type %u that is not known", type);
    return nullptr;
  }
  return LayerState::Create(context, profiler);
}

// The tensors of one output while they are looked at.
struct Tensors {
  Tensors(MicroContext* context, TfLiteNode* node, int number)
      : micro(context),
        encoded(micro->AllocateTempInputTensor(node, 2 * number)),
        ancillary(micro->AllocateTempInputTensor(node, 2 * number + 1)),
        output(micro->AllocateTempOutputTensor(node, number)) {}

  ~Tensors() {
    for (TfLiteTensor* tensor : {output, ancillary, encoded}) {
      if (tensor != nullptr) {
        micro->DeallocateTempTfLiteTensor(tensor);
      }
    }
  }

  bool AreStored() const {
    return encoded != nullptr && ancillary != nullptr && output != nullptr &&
           tflite::IsConstantTensor(encoded) && tflite::IsConstantTensor(ancillary) &&
           ancillary->bytes >= DecodeState::kDcmSizeInBytes && DecodeState::Version(*ancillary) == 1;
  }

  MicroContext* micro;
  TfLiteTensor* encoded;
  TfLiteTensor* ancillary;
  TfLiteTensor* output;
};

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  MicroContext* micro = tflite::GetMicroContext(context);
  const int outputs = tflite::NumOutputs(node);
  if (outputs == 0 || tflite::NumInputs(node) != 2 * outputs) {
    return kTfLiteError;
  }
  void* memory = micro->AllocatePersistentBuffer(outputs * sizeof(DecodeState*));
  if (memory == nullptr) {
    return kTfLiteError;
  }
  DecodeState** states = static_cast<DecodeState**>(memory);
  node->user_data = states;
  // Memory beside the arena is this operator's until the next DECODE.
  micro->ResetDecompressionMemoryAllocations();
  for (int i = 0; i < outputs; i++) {
    Tensors tensors(micro, node, i);
    if (!tensors.AreStored()) {
      MicroPrintf("DECODE: its inputs are not stored as they should be");
      return kTfLiteError;
    }
    states[i] = State(context, DecodeState::Type(*tensors.ancillary));
    if (states[i] == nullptr) {
      return kTfLiteError;
    }
    if (tensors.output->data.data == nullptr) {
      void* beside =
          micro->AllocateDecompressionMemory(tensors.output->bytes, tflite::MicroArenaBufferAlignment());
      if (beside != nullptr) {
        tensors.output->data.data = beside;
        tflite::micro::GetEvalOutput(context, node, i)->data.data = beside;
      }
    }
    if (states[i]->Setup(*tensors.encoded, *tensors.ancillary, *tensors.output) != kTfLiteOk) {
      return kTfLiteError;
    }
  }
  return kTfLiteOk;
}

TfLiteStatus Eval(TfLiteContext* context, TfLiteNode* node) {
  DecodeState** states = static_cast<DecodeState**>(node->user_data);
  for (int i = 0; i < tflite::NumOutputs(node); i++) {
    if (states[i]->Decode(*tflite::micro::GetEvalInput(context, node, 2 * i),
                          *tflite::micro::GetEvalInput(context, node, 2 * i + 1),
                          *tflite::micro::GetEvalOutput(context, node, i)) != kTfLiteOk) {
      MicroPrintf("DECODE: damaged weights");
      return kTfLiteError;
    }
  }
  return kTfLiteOk;
}

}  // namespace

TFLMRegistration RegisterDecode() {
  return tflite::micro::RegisterOp(nullptr, Prepare, Eval);
}

}  // namespace tersor
