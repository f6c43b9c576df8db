// The one file that includes LibTorch's part for several processes, which takes long to compile. Debian's LibTorch has
// it with Gloo, whose headers it needs (libgloo-dev); PyPI's has Gloo inside without its headers, and NCCL beside it.
#include "styler/train/processes/meeting.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "styler/base/error.hpp"

#if STYLER_HAS_GLOO || STYLER_HAS_NCCL
#include <c10/util/Logging.h>

#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#if STYLER_HAS_GLOO
#ifndef USE_C10D_GLOO
#define USE_C10D_GLOO
#endif
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#if STYLER_HAS_NCCL
#ifndef USE_C10D_NCCL
#define USE_C10D_NCCL
#endif
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace styler {

bool can_train_together(at::Device device) {
#if STYLER_HAS_NCCL
  if (device.is_cuda()) return true;
#else
  static_cast<void>(device);
#endif
#if STYLER_HAS_GLOO
  return true;
#else
  return false;
#endif
}

#if STYLER_HAS_GLOO || STYLER_HAS_NCCL
namespace {

/// Clusters start processes one machine after the other.
constexpr std::chrono::minutes kMeetingTime(5);
/// One that is waited for longer is taken for lost: a process that ends is noticed at once, a machine that vanishes
/// without a word only so.
constexpr std::chrono::minutes kLongestStep(10);
/// Between two looks at whether all are there.
constexpr std::chrono::milliseconds kPause(50);

std::string meeting_text(const ProcessPlace& place) {
  return "'" + place.address + ":" + std::to_string(place.port) + "'";
}

/// What LibTorch says, which comes with the places of its source below it.
std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

template <typename Group>
class GroupOf : public Collective {
 public:
  /// \param device  where the group sums.
  GroupOf(const ProcessPlace& place, c10::intrusive_ptr<c10d::Store> store, c10::intrusive_ptr<Group> group,
          at::Device device)
      : Collective(place.rank, place.count), store_(std::move(store)), group_(std::move(group)), device_(device) {}

  at::Tensor sum(const at::Tensor& row) override {
    std::vector<at::Tensor> rows = {row.to(device_, /*non_blocking=*/false, /*copy=*/true).contiguous()};
    try {
      group_->allreduce(rows)->wait();
    } catch (const std::exception& error) {
      throw Error(ErrorCode::Device,
                  "another process of this training has ended or can't be reached any more (" + first_line(error) +
                      "); its own message says why; go on with --resume where there is a checkpoint");
    }
    return rows.front().to(row.device());
  }

 private:
  c10::intrusive_ptr<c10d::Store> store_;  ///< The first process's serves the others.
  c10::intrusive_ptr<Group> group_;
  at::Device device_;
};

/// Where the processes find each other: the first serves it. Nothing when it was stopped.
c10::intrusive_ptr<c10d::Store> store_of(const ProcessPlace& place, const std::function<bool()>& stopped) {
  const auto end = std::chrono::steady_clock::now() + kMeetingTime;
  const auto failed = [&](const std::string& why) {
    throw Error(ErrorCode::Device,
                "the processes of this training can't meet at " + meeting_text(place) + ": " + why +
                    "; see that MASTER_ADDR and MASTER_PORT are a machine and a free port of it that "
                    "all can reach");
  };
  c10::intrusive_ptr<c10d::Store> store;
  while (!store) {
    try {
      c10d::TCPStoreOptions options;
      options.port = static_cast<uint16_t>(place.port);
      options.isServer = place.rank == 0;
      options.numWorkers = place.count;
      options.waitWorkers = false;
      // In which a first process that isn't there yet is asked for again, within.
      options.timeout = std::chrono::seconds(place.rank == 0 ? 60 : 5);
      store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
    } catch (const std::exception& error) {
      if (place.rank == 0 || std::chrono::steady_clock::now() > end) failed(first_line(error));
    }
    if (stopped()) return {};
  }
  store->setTimeout(kMeetingTime);
  for (int64_t come = store->add("come", 1); come < place.count; come = store->add("come", 0)) {
    if (stopped()) return {};
    if (std::chrono::steady_clock::now() > end) {
      failed("of " + std::to_string(place.count) + " only " + std::to_string(come) + " came");
    }
    std::this_thread::sleep_for(kPause);
  }
  return store;
}

#if STYLER_HAS_GLOO
c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_of(const ProcessPlace& place,
                                                   const c10::intrusive_ptr<c10d::Store>& store) {
  const auto options = c10d::ProcessGroupGloo::Options::create(kLongestStep);
  const char* const interface = std::getenv("GLOO_SOCKET_IFNAME");
  options->devices.push_back(interface != nullptr && *interface != 0
                                 ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                                 : c10d::ProcessGroupGloo::createDefaultDevice());
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.count, options);
}
#endif

#if STYLER_HAS_NCCL
c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl_of(const ProcessPlace& place,
                                                   const c10::intrusive_ptr<c10d::Store>& store) {
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = kLongestStep;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, place.rank, place.count, options);
}
#endif

}  // namespace
#endif

std::unique_ptr<Collective> meet_processes(const ProcessPlace& place, at::Device device,
                                           const std::function<bool()>& stopped) {
  STYLER_ASSERT(can_train_together(device) && place.count > 1);
#if STYLER_HAS_GLOO || STYLER_HAS_NCCL
  // What it says on stderr of each try to reach a process that isn't there yet is told by our own sentence.
  constexpr int kFatal = 3;
  FLAGS_caffe2_log_level = kFatal;
  try {
    const auto store = store_of(place, stopped);
    if (!store) return nullptr;
#if STYLER_HAS_NCCL
    if (device.is_cuda()) {
      return std::make_unique<GroupOf<c10d::ProcessGroupNCCL>>(place, store, nccl_of(place, store), device);
    }
#endif
#if STYLER_HAS_GLOO
    return std::make_unique<GroupOf<c10d::ProcessGroupGloo>>(place, store, gloo_of(place, store), at::kCPU);
#endif
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::Device, "the processes of this training met at " + meeting_text(place) +
                                       " but can't reach each other (" + first_line(error) +
                                       "); name a network's interface that all have with GLOO_SOCKET_IFNAME");
  }
#else
  static_cast<void>(stopped);
#endif
  return nullptr;
}

}  // namespace styler
