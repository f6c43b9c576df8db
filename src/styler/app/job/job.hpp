#pragma once

#include <optional>
#include <string>
#include <utility>

#include "styler/app/host/machine.hpp"
#include "styler/app/job/checks.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/app/job/networks.hpp"
#include "styler/app/job/observers/observers.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/plan.hpp"
#include "styler/app/job/record/record.hpp"

namespace styler::app {

/// One picture as it is told to be made: the recipe of all commands that paint.
///
///     check_files(options);                          // files.hpp: before a log is opened
///     Job job = Job::read(options, warn);
///     job.check(warn);
///     const Machine machine = set_up_machine(options.machine, networks_of(options), log);
///     job.paint(machine, {log});
///     job.write(warn);
///
/// A machine serves all jobs whose options ask for the same networks. Each step may run on another thread than the one
/// before it.
class Job {
 public:
  /// Reads and decodes the pictures that the options name, which validate() has passed.
  /// \param shared  see read_inputs().
  /// \throws as read_inputs()
  static Job read(JobOptions options, const WarningSink& warn, PictureCache* shared = nullptr);

  /// Checks what can be told before there is a network.
  /// \throws as check_pictures()
  void check(const WarningSink& warn, const WarningSink& tell = {}) const {
    check_pictures(input_.pictures, options_, warn, tell);
  }

  /// How it would be painted.
  /// \param machine  with networks_of() the options, as for paint().
  /// \throws as plan_run()
  JobPlan plan(const Machine& machine) const { return plan_job(input_, options_, machine); }

  /// Has paint() look for the styles' targets in `cache`, which must outlive it and be of the same networks and
  /// objective. For jobs without regions and without --fine-style, whose styles are not what is in their files.
  void share_style_targets(StyleTargetCache& cache);

  /// Paints, --fine-style's strokes first, and lets go of the pictures that it was made from. Ends before its time at a
  /// signal or where memory runs out, with the best picture so far: record() tells.
  /// \param listeners  during on_iteration() of those of the picture StopSignals::requested() tells whether the run is
  ///                   about to end: with that iteration, or for a signal of that very moment with the next.
  /// \param from       where a painting of the same job stood, to go on from there.
  /// \throws as stylize()
  void paint(const Machine& machine, const PaintListeners& listeners, std::optional<Checkpoint> from = std::nullopt);

  /// Writes the picture, with what it is to hold beside its pixels. Atomic.
  /// \returns the parameters, whether or not they were to be stored.
  /// \throws Error{Output}, Error{Memory}
  std::string write(const WarningSink& warn) const;

  const JobOptions& options() const { return options_; }
  /// What it is made from; without its pictures once it is painted.
  const JobInput& input() const { return input_; }
  /// Of all that it is made from.
  InputHashes hashes(const MachineChoice& machine) const;
  /// What happened; all but the end of it is there once the job is painted.
  const JobRecord& record() const { return record_; }
  /// The result, once it is painted.
  const Picture& picture() const { return picture_; }

 private:
  Job(JobOptions options, JobInput input) : options_(std::move(options)), input_(std::move(input)) {}

  JobOptions options_;
  JobInput input_;
  JobRecord record_;
  Picture picture_;
};

}  // namespace styler::app
