#include "fixtures.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

namespace styler::parity {
namespace {

std::ifstream open(const std::string& file) {
  const std::string path = std::string(STYLER_PARITY_DATA) + "/" + file;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read the fixture " + path);
  return stream;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

nlohmann::json fixture(const std::string& name) {
  std::ifstream stream = open(name + ".json");
  return nlohmann::json::parse(stream);
}

at::Tensor picture(const std::string& file) {
  std::ifstream stream = open(file);
  std::string magic;
  int64_t width = 0;
  int64_t height = 0;
  int white = 0;
  stream >> magic >> width >> height >> white;
  stream.get();
  std::vector<char> bytes(std::istreambuf_iterator<char>(stream), {});
  if (magic != "P6" || white != 255 || static_cast<int64_t>(bytes.size()) != height * width * 3) {
    throw std::runtime_error(file + " is not an 8-bit binary PPM");
  }
  const at::Tensor pixels = at::from_blob(bytes.data(), {height, width, 3}, at::kByte);
  return pixels.to(at::kDouble).div(255).permute({2, 0, 1}).unsqueeze(0).contiguous();
}

at::Tensor tensor_of(const nlohmann::json& values, at::IntArrayRef shape) {
  return at::tensor(at::ArrayRef<double>(values.get<std::vector<double>>()), at::kDouble).view(shape);
}

at::Tensor tensor_of(const nlohmann::json& shaped) {
  return tensor_of(shaped.at("values"), shaped.at("shape").get<std::vector<int64_t>>());
}

ProbeError probe_error(const at::Tensor& tensor, const nlohmann::json& probes) {
  REQUIRE(tensor.sizes().vec() == probes.at("shape").get<std::vector<int64_t>>());
  const at::Tensor flat = tensor.to(at::kCPU, at::kDouble).contiguous().view({-1});
  const double* found = flat.data_ptr<double>();
  const auto expected = probes.at("values").get<std::vector<double>>();
  double largest = 0;
  for (size_t k = 0; k < expected.size(); ++k) {
    // The same scattered indices as in fixture_files.py: a multiplier without a common factor with any shape.
    const int64_t index = static_cast<int64_t>(k) * 2654435761 % flat.numel();
    largest = std::max(largest, std::abs(found[index] - expected[k]));
  }
  const double norm = probes.at("norm").get<double>();
  return {largest / probes.at("max").get<double>(), std::abs(flat.norm().item<double>() - norm) / norm};
}

double relative_error(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return ((a.to(at::kDouble) - b).abs().max() / b.abs().max()).item<double>();
}

ComputeDevice test_device(c10::ScalarType network_dtype) {
  DeviceOptions options;
  options.device = environment("STYLER_TEST_DEVICE").empty() ? "cpu" : environment("STYLER_TEST_DEVICE");
  options.precision = Precision::Fp32;
  ComputeDevice device = resolve_device(options);
  device.network_dtype = network_dtype;
  return device;
}

std::optional<VggWeights> real_weights() {
  set_threads(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  const std::string named = environment("STYLER_TEST_WEIGHTS");
  const std::filesystem::path file = named.empty() ? STYLER_CHECKOUT_WEIGHTS : named;
  if (std::filesystem::exists(file)) return load_weights(file);
  const std::string message =
      "no weights at " + file.string() + ": run scripts/get_weights.sh, or name a file in $STYLER_TEST_WEIGHTS";
  if (environment("STYLER_REQUIRE_WEIGHTS") == "1") FAIL(message);
  WARN("left out, " << message);
  return std::nullopt;
}

}  // namespace styler::parity
