#include "styler/train/crops.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

/// Crops that are cut before they are asked for.
constexpr int64_t kAhead = 4;

/// Numbers that go by seed and number of a crop alone, the same everywhere: the standard fixes this engine's output,
/// but not that of its distributions.
class CropDice {
 public:
  CropDice(uint64_t seed, int64_t number) : engine_(seed) {
    std::seed_seq sequence{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                           static_cast<uint32_t>(number), static_cast<uint32_t>(number >> 32)};
    engine_.seed(sequence);
  }
  /// From 0 to below 1.
  double roll() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  int64_t below(int64_t limit) { return static_cast<int64_t>(roll() * static_cast<double>(limit)); }

 private:
  std::mt19937_64 engine_;
};

int64_t short_edge(const at::Tensor& picture) { return std::min(picture.size(2), picture.size(3)); }

}  // namespace

Crops::Crops(PictureStock stock, CropOptions options)
    : stock_(std::move(stock)), options_(options), thread_([this](const std::stop_token& stopped) { work(stopped); }) {
  STYLER_ASSERT(!stock_.names.empty() && options_.edge > 0 && options_.stride > 0);
  STYLER_ASSERT(options_.least_zoom > 0 && options_.least_zoom <= options_.most_zoom);
}

Crops::~Crops() {
  thread_.request_stop();
  changed_.notify_all();
}

at::Tensor Crops::crop(int64_t number) {
  std::unique_lock lock(mutex_);
  next_ = number;
  ready_.erase(ready_.begin(), ready_.lower_bound(number));
  changed_.notify_all();
  changed_.wait(lock, [&] { return failure_ || ready_.contains(number); });
  if (!ready_.contains(number)) std::rethrow_exception(failure_);
  at::Tensor result = ready_.at(number);
  ready_.erase(number);
  next_ = number + options_.stride;
  changed_.notify_all();
  return result;
}

std::vector<std::string> Crops::left_out() const {
  const std::scoped_lock lock(mutex_);
  return left_out_;
}

void Crops::work(const std::stop_token& stopped) {
  const at::NoGradGuard no_grad;
  std::unique_lock lock(mutex_);
  int64_t number = 0;  // the next to be cut
  const auto finds_wanted = [&] {
    const int64_t first = next_.value_or(0), last = next_ ? first + kAhead * options_.stride : first;
    for (number = first; number < last; number += options_.stride) {
      if (!ready_.contains(number)) return true;
    }
    return false;
  };
  while (changed_.wait(lock, stopped, finds_wanted)) {
    lock.unlock();
    at::Tensor result;
    std::exception_ptr failure;
    try {
      result = cut(number);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure) {
      failure_ = failure;
      changed_.notify_all();
      return;
    }
    if (next_ && number >= *next_) ready_[number] = std::move(result);
    changed_.notify_all();
  }
}

at::Tensor Crops::decoded(size_t index) const {
  const at::Tensor read = stock_.read(index);
  // What is larger than the largest square has use for is made smaller once, instead of for every crop.
  const double useful = options_.most_zoom * static_cast<double>(options_.edge);
  const double factor = useful / static_cast<double>(short_edge(read));
  at::Tensor small = read.to(at::kFloat);
  if (factor < 1) {
    const auto scaled = [&](int64_t edge) {
      return std::max<int64_t>(1, std::llround(factor * static_cast<double>(edge)));
    };
    small = resized(small, {scaled(read.size(2)), scaled(read.size(3))});
  }
  return small.mul(255).round_().clamp_(0, 255).to(at::kByte);
}

at::Tensor Crops::picture(size_t index) {
  if (unreadable_.contains(index)) return {};
  const auto found = std::ranges::find(cache_, index, &Decoded::index);
  if (found != cache_.end()) {
    cache_.splice(cache_.begin(), cache_, found);
    return cache_.front().picture;
  }
  try {
    cache_.push_front({index, decoded(index)});
  } catch (const Error& error) {
    unreadable_.insert(index);
    const std::scoped_lock lock(mutex_);
    left_out_.push_back(stock_.names[index] + ": " + error.what());
    return {};
  }
  at::Tensor result = cache_.front().picture;
  cached_bytes_ += result.numel();
  while (cached_bytes_ > options_.cache_bytes && cache_.size() > 1) {
    cached_bytes_ -= cache_.back().picture.numel();
    cache_.pop_back();
  }
  return result;
}

at::Tensor Crops::cut(int64_t number) {
  CropDice dice(options_.seed, number);
  at::Tensor source;
  while (!source.defined()) {
    if (unreadable_.size() == stock_.names.size()) {
      throw Error(ErrorCode::Input, "none of the " + std::to_string(stock_.names.size()) + " pictures can be read");
    }
    source = picture(static_cast<size_t>(dice.below(static_cast<int64_t>(stock_.names.size()))));
  }
  const auto edge = static_cast<double>(options_.edge);
  const auto largest = static_cast<double>(short_edge(source));
  const double low = std::min(options_.least_zoom * edge, largest), high = std::min(options_.most_zoom * edge, largest);
  const int64_t square = std::max<int64_t>(1, std::llround(low + (high - low) * dice.roll()));
  const int64_t row = dice.below(source.size(2) - square + 1), column = dice.below(source.size(3) - square + 1);
  at::Tensor part = source.narrow(2, row, square).narrow(3, column, square).to(at::kFloat).div_(255);
  if (options_.flips && dice.roll() < 0.5) part = part.flip({3});
  return resized(part, {options_.edge, options_.edge}).clamp_(0, 1).contiguous();
}

}  // namespace styler
