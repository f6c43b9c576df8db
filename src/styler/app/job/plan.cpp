#include "styler/app/job/plan.hpp"

#include "styler/app/host/memory.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/fine_style.hpp"
#include "styler/app/job/networks.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/fine_style.hpp"

namespace styler::app {
namespace {

JobPlan::FineStyle plan_fine_style(const JobInput& input, const JobOptions& options, const Machine& machine,
                                   const MemoryBudget& budget) {
  const Size size = finest_style_size(input, options, machine.network(kPictureNetwork).min_edge());
  const StyleExtent strokes{own_size(input.fine_style)};
  const NetworkMemory memory = network_memory(machine.choice.device, machine.choice.threads);
  const StylizeOptions stylize = fine_stroke_options(options.stylize, size.long_edge());
  const int64_t min_edge = machine.network(kFineStyleNetwork).min_edge();
  return {size, plan_run({size, {strokes}, stylize, min_edge, memory, budget}).back()};
}

}  // namespace

JobPlan plan_job(const JobInput& input, const JobOptions& options, const Machine& machine) {
  const MachineChoice& choice = machine.choice;
  const MemoryBudget budget = memory_budget(options.stylize.memory, choice);
  JobPlan plan;
  plan.limit_bytes = budget.limit_bytes;
  plan.peak_so_far_bytes = choice.device.device.is_cpu() ? peak_memory_bytes() : 0;
  const PlannedRun run(original_size(input.pictures), style_extents(input.pictures), options.stylize,
                       machine.network(kPictureNetwork).min_edge(), network_memory(choice.device, choice.threads),
                       budget, weight_maps(input.pictures));
  const std::vector<MemoryPlan> plans = plan_run(run);
  for (size_t i = 0; i < plans.size(); ++i) {
    const Scale& scale = run.schedule[i];
    plan.scales.push_back(
        {scale, style_sizes(run.styles, scale.size, run.options.style_scale, run.min_edge), plans[i]});
  }
  if (!options.fine_style.empty()) plan.fine_style = plan_fine_style(input, options, machine, budget);
  return plan;
}

}  // namespace styler::app
