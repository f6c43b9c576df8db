#include "styler/train/processes/collective.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cstdint>

#include "styler/base/file/sha256.hpp"

namespace styler {
namespace {

/// A digest's bytes, which float32 holds exactly.
at::Tensor digest_of(const std::string& text) {
  const std::string digest = sha256_of(text);
  std::vector<float> numbers;
  numbers.reserve(digest.size());
  for (const char letter : digest) numbers.push_back(static_cast<float>(static_cast<unsigned char>(letter)));
  return at::tensor(numbers);
}

}  // namespace

void SharedMeans::take(Collective& processes) {
  std::vector<at::Tensor> parts;
  parts.reserve(tensors_.size() + 1);
  for (const at::Tensor* const tensor : tensors_) parts.push_back(tensor->reshape({-1}));
  std::vector<float> numbers;
  numbers.reserve(numbers_.size());
  for (const double* const number : numbers_) numbers.push_back(static_cast<float>(*number));
  at::Tensor tail = at::tensor(numbers);
  parts.push_back(parts.empty() ? tail : tail.to(parts.front().device()));
  const at::Tensor means = processes.sum(at::cat(parts)).div_(processes.count());
  int64_t first = 0;
  for (at::Tensor* const tensor : tensors_) {
    *tensor = means.narrow(0, first, tensor->numel()).view(tensor->sizes());
    first += tensor->numel();
  }
  tail = means.narrow(0, first, static_cast<int64_t>(numbers_.size())).cpu();
  for (size_t i = 0; i < numbers_.size(); ++i) *numbers_[i] = tail.data_ptr<float>()[i];
}

void take_from_first(const std::vector<at::Tensor>& tensors, Collective& processes) {
  std::vector<at::Tensor> parts;
  parts.reserve(tensors.size());
  for (const at::Tensor& tensor : tensors) parts.push_back(tensor.detach().reshape({-1}));
  const at::Tensor own = at::cat(parts);
  const at::Tensor all = processes.sum(processes.rank() == 0 ? own : at::zeros_like(own));
  if (processes.rank() == 0) return;
  int64_t first = 0;
  for (const at::Tensor& tensor : tensors) {
    tensor.detach().copy_(all.narrow(0, first, tensor.numel()).view(tensor.sizes()));
    first += tensor.numel();
  }
}

void wait_for_all(Collective& processes) { processes.sum(at::zeros({1})); }

std::vector<int> with_other_text(const std::string& text, Collective& processes) {
  const at::Tensor digest = digest_of(text);
  at::Tensor all = at::zeros({processes.count(), digest.numel()});
  all[processes.rank()].copy_(digest);
  all = processes.sum(all.view({-1})).view(all.sizes());
  std::vector<int> others;
  for (int rank = 1; rank < processes.count(); ++rank) {
    if (!all[rank].equal(all[0])) others.push_back(rank);
  }
  return others;
}

}  // namespace styler
