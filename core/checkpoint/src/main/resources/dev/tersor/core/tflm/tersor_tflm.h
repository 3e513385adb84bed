// Tersor's own forms of weights in TensorFlow Lite Micro: custom types of the DECODE operator, with the
// decoders in C of tersor_bitmap.h, tersor_dcsr.h and tersor_groups.h. Types 0 to 2 are TensorFlow Lite
// Micro's. In the place of resolver.AddDecode():
//
//   tersor::AddDecode(&resolver);
#ifndef TERSOR_TFLM_H
#define TERSOR_TFLM_H

#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace tersor {

enum DecodeType : unsigned char { kBitmap = 128, kDcsr = 129, kGroupwise = 130, kHybrid = 131 };

TFLMRegistration RegisterDecode();

template <unsigned int kOps>
TfLiteStatus AddDecode(tflite::MicroMutableOpResolver<kOps>* resolver) {
  static const TFLMRegistration registration = RegisterDecode();
  return resolver->AddCustom("TFLM_DECODE", &registration);
}

}  // namespace tersor

#endif
