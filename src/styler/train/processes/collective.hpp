#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace styler {

/// What processes that train together do together: they sum rows of numbers. All must ask for the same sums in the same
/// order.
class Collective {
 public:
  Collective(int rank, int count) : rank_(rank), count_(count) {}
  virtual ~Collective() = default;
  Collective(const Collective&) = delete;
  Collective& operator=(const Collective&) = delete;

  int rank() const { return rank_; }
  int count() const { return count_; }

  /// The sum over all processes, the same bits in each. Waits for the slowest.
  /// \param row  float32, [n], as long in all processes; on any device.
  /// \throws Error{Device} when another process has ended.
  virtual at::Tensor sum(const at::Tensor& row) = 0;

 private:
  int rank_, count_;
};

/// Tensors and numbers, each to be replaced by its mean over all processes, which takes one sum.
class SharedMeans {
 public:
  /// Both must outlive it. \param tensor  float32, of one shape in all processes.
  void add(at::Tensor& tensor) { tensors_.push_back(&tensor); }
  void add(double& number) { numbers_.push_back(&number); }
  /// \throws Error{Device}
  void take(Collective& processes);

 private:
  std::vector<at::Tensor*> tensors_;
  std::vector<double*> numbers_;
};

/// Has all tensors be those of the first process, bit for bit.
/// \param tensors  float32, of the same shapes in all processes.
void take_from_first(const std::vector<at::Tensor>& tensors, Collective& processes);

/// Waits until all processes have come here.
/// \throws Error{Device}
void wait_for_all(Collective& processes);

/// The processes whose text differs from the first one's, by their numbers; the same in all of them.
std::vector<int> with_other_text(const std::string& text, Collective& processes);

}  // namespace styler
