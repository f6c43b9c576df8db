#pragma once

#include <cstddef>
#include <vector>

#include "styler/app/host/machine.hpp"
#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// The places of a job's networks in its Machine.
inline constexpr size_t kPictureNetwork = 0;
inline constexpr size_t kFineStyleNetwork = 1;

/// The networks that a job needs: as deep as its losses, and another for the strokes of --fine-style.
std::vector<NetworkRequest> networks_of(const JobOptions& options);

}  // namespace styler::app
