#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "styler/app/commands/train/options.hpp"
#include "styler/options/machine/process_place.hpp"
#include "styler/train/processes/collective.hpp"
#include "styler/train/training.hpp"

namespace styler::app {

/// Where the environment says that this process stands among those that train together.
/// \throws Error{InvalidArgument}
ProcessPlace training_place();

/// What a process there is to do of what all were told: the first writes, the others write nothing and tell of warnings
/// alone; each takes a GPU of its own, or its share of the machine's cores.
/// \throws Error{InvalidArgument} for more photos in a step than there may be.
TrainingOptions options_of_process(const ProcessPlace& place, const TrainingOptions& asked);

/// Waits for the other processes. nullptr: there are none, or a signal asked for an end.
/// \throws Error{Device} where they can't be reached, or this build can't train in several.
std::unique_ptr<Collective> meet_others(const ProcessPlace& place, const TrainingOptions& options);

/// Has all processes end where one was given something else than the first.
/// \param identity  what decides the training.
/// \throws Error{InvalidArgument}
void check_same_training(Collective& others, const TrainingOptions& options, const nlohmann::ordered_json& identity,
                         const TrainingPosition& position);

}  // namespace styler::app
