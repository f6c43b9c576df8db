#include "styler/weights/foreign/onnx_file.hpp"

#include <ATen/ops/eye.h>
#include <ATen/ops/zeros.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/generator/onnx_model.hpp"

namespace styler {
namespace {

[[noreturn]] void fail_onnx(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::Weights, file.string() + " can't be imported: " + what +
                                      "; take another network, or export this one anew without that");
}

std::string onnx_bytes(const std::filesystem::path& file) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  std::ifstream stream(file, std::ios::binary);
  if (problem || !stream) {
    throw Error(ErrorCode::Weights, file.string() + " cannot be read: " +
                                        (problem ? problem.message() : std::generic_category().message(errno)) +
                                        "; check the path");
  }
  if (size > static_cast<uintmax_t>(kMostOnnxBytes)) {
    fail_onnx(file, "it has more than " + std::to_string(kMostOnnxBytes >> 20) + " MB");
  }
  std::string bytes(size, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<size_t>(stream.gcount()));
  return bytes;
}

StyledGenerator graph_styles(std::string bytes, const std::vector<at::Tensor>& styles) {
  const auto graph = std::make_shared<const PictureGraph>(std::move(bytes));
  const int64_t numbers = graph->style_numbers();
  const bool wants_paintings = numbers > 0 && !graph->knows_its_styles();
  if (styles.empty() == wants_paintings) {
    reject(wants_paintings ? "it takes " + std::to_string(numbers) +
                                 " numbers of a style from another network, which --style-network names, with "
                                 "paintings in --style"
                           : "it takes no numbers from another network, so leave --style-network and --style out");
  }
  std::vector<at::Tensor> rows = styles;
  if (numbers == 0) rows = {at::zeros({0}, at::kFloat)};
  if (numbers > 0 && rows.empty()) {
    for (const at::Tensor& row : at::eye(numbers, at::kFloat).unbind(0)) rows.push_back(row.clone());
  }
  for (const at::Tensor& row : rows) {
    if (row.numel() == numbers) continue;
    reject("it takes " + std::to_string(numbers) + " numbers of a style but --style-network makes " +
           std::to_string(row.numel()));
  }
  return {Generator(graph, rows.front()), {rows.begin() + 1, rows.end()}};
}

}  // namespace

bool is_onnx_file(const std::filesystem::path& file) { return file.extension() == ".onnx"; }

StyledGenerator onnx_generator(const std::filesystem::path& file, const std::vector<at::Tensor>& styles) {
  std::string bytes = onnx_bytes(file);
  try {
    if (styles.empty()) {
      if (std::optional<StyledGenerator> ours = generator_in_onnx_model(bytes)) return *std::move(ours);
    }
    return graph_styles(std::move(bytes), styles);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::InvalidArgument) throw;
    fail_onnx(file, error.what());
  }
}

StyleGraph onnx_style_network(const std::filesystem::path& file) {
  try {
    return StyleGraph(onnx_bytes(file));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::InvalidArgument) throw;
    fail_onnx(file, error.what());
  }
}

}  // namespace styler
