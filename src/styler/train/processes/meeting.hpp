#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <memory>

#include "styler/options/machine/process_place.hpp"
#include "styler/train/processes/collective.hpp"

namespace styler {

/// Whether processes can train together in this build, with tensors that are on such a device.
bool can_train_together(at::Device device);

/// Waits for the other processes, for some minutes. Networks that are slow to answer, or names of machines that are not
/// theirs, are told as they are to PyTorch: GLOO_SOCKET_IFNAME names the interface.
/// \param device   where the rows to be summed are: on GPUs NCCL sums them, elsewhere Gloo.
/// \param stopped  asked several times a second.
/// \return nullptr when `stopped` said so.
/// \throws Error{Device} when they don't come or cannot be reached.
std::unique_ptr<Collective> meet_processes(const ProcessPlace& place, at::Device device,
                                           const std::function<bool()>& stopped);

}  // namespace styler
