#pragma once

#include <ATen/core/Tensor.h>

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace styler {

/// Where pictures to cut from come from.
struct PictureStock {
  std::vector<std::string> names;  ///< For messages.
  /// The picture of this index, [1, 3, H, W] in [0, 1], any floating point type. Called on a thread of its own.
  /// \throws Error for one that can't be read, which is left out from then on.
  std::function<at::Tensor(size_t index)> read;
};

/// How crops are cut.
struct CropOptions {
  int64_t edge = 256;  ///< Of a crop, in pixels, both ways.
  /// A square of up to so many times the edge is made as small as a crop; of less where a picture has no more. Above 1
  /// a training sees whole things beside details, below it parts are enlarged.
  double least_zoom = 1.0, most_zoom = 3.0;
  bool flips = true;  ///< Every other one from left to right.
  uint64_t seed = 0;
  int64_t stride = 1;  ///< Between the numbers that are asked for one after the other: those ahead are cut first.
  int64_t cache_bytes = int64_t{1} << 29;  ///< Of decoded pictures.
};

/// Random crops of many pictures. Which crop is the i-th goes by the seed, i and the pictures alone: a training that is
/// resumed gets those that it would have got, however far ahead had been read. One thread of its own reads and cuts the
/// next ones while a step computes. For one thread at a time.
class Crops {
 public:
  Crops(PictureStock stock, CropOptions options);
  ~Crops();
  Crops(const Crops&) = delete;
  Crops& operator=(const Crops&) = delete;

  /// The crop of this number, [1, 3, edge, edge], float32 in [0, 1].
  /// \throws Error{Input} when no picture is left that can be read.
  at::Tensor crop(int64_t number);

  /// Pictures that could not be read so far, and why: `name: sentence`, each once and in the order of being met.
  std::vector<std::string> left_out() const;

 private:
  struct Decoded {
    size_t index;
    at::Tensor picture;  ///< 8 bits, and no larger than the largest zoom has use for.
  };

  at::Tensor cut(int64_t number);
  /// Undefined for one that can't be read.
  at::Tensor picture(size_t index);
  at::Tensor decoded(size_t index) const;
  void work(const std::stop_token& stopped);

  const PictureStock stock_;
  const CropOptions options_;
  // Of the thread alone.
  std::list<Decoded> cache_;  ///< The most recently used first.
  int64_t cached_bytes_ = 0;
  std::set<size_t> unreadable_;
  // Of both, under the mutex.
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<int64_t, at::Tensor> ready_;
  std::optional<int64_t> next_;  ///< The first of those that are wanted.
  std::exception_ptr failure_;
  std::vector<std::string> left_out_;
  std::jthread thread_;  // last, so that it ends before what it uses
};

}  // namespace styler
