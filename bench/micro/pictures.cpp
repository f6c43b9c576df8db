// Pictures to and from the bytes of a file.
#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/image/image_io.hpp"

namespace bench {
namespace {

void count_pixels(benchmark::State& state, styler::Size size) {
  state.counters["pixels/s"] =
      benchmark::Counter(static_cast<double>(size.height * size.width), benchmark::Counter::kIsIterationInvariantRate);
}

void encode(benchmark::State& state, const std::string& name, styler::Size size) {
  const styler::Picture painted{picture(size, /*seed=*/1), {}};
  for (auto _ : state) styler::encode_picture(painted, name);
  count_pixels(state, size);
}

void decode(benchmark::State& state, const std::string& name, styler::Size size) {
  const std::string bytes = styler::encode_picture({picture(size, /*seed=*/1), {}}, name);
  for (auto _ : state) styler::decode_picture(bytes, name);
  count_pixels(state, size);
}

struct NamedSize {
  const char* name;
  styler::Size size;
};

}  // namespace

void add_pictures() {
  for (const std::string format : {"png", "jpg"}) {
    for (const auto& [name, size] : {NamedSize{"1MP", size_of(1152)}, NamedSize{"12MP", size_of(4000)}}) {
      const std::string end = "/" + format + "/" + name;
      const std::string file = "bench." + format;
      add("picture_encode" + end, [=, size = size](benchmark::State& state) { encode(state, file, size); });
      add("picture_decode" + end, [=, size = size](benchmark::State& state) { decode(state, file, size); });
    }
  }
}

}  // namespace bench
