#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "styler/core/stylize/observer.hpp"
#include "styler/train/crops.hpp"
#include "styler/train/learnt_styles.hpp"
#include "styler/train/trainer.hpp"

namespace styler {

/// When a training ends: after as many steps or seconds, whichever is reached first; 0: of that there is no limit. One
/// of the two is above 0.
struct TrainingLimit {
  int64_t steps = 0;
  double seconds = 0;
};

/// What a generator learns from.
struct TrainingMaterial {
  PictureStock photos;
  PictureStock paintings;  ///< For the discriminator; without a game nobody looks at them.
  /// Photos that it does not learn from, by which it is judged: [1, 3, H, W], float32 in [0, 1], edges at least the
  /// network's min_edge(). May be empty.
  std::vector<at::Tensor> held_out;
  CropOptions crops;  ///< Of the photos; the seed counts for the paintings' as well.
};

/// How far a training is. A step that was refused is one, too: it has used up its photo.
struct TrainingPosition {
  int64_t steps = 0;
  double seconds = 0;
};

/// One step has been done.
struct TrainingEvent {
  TrainingPosition position;
  double progress = 0;  ///< 0 … 1, of the whole training.
  double seconds_left = 0;
  TrainingStep step;
  double learning_rate = 0;
  double win_rate = 0;  ///< Of the discriminator: how often it is right. 0 while there is no game.
  bool stops = false;   ///< Whether a process of this training was told to stop, and so all do after this step.
  const Trainer& trainer;
};

/// The photos that were held out were painted.
struct HeldOutEvent {
  TrainingPosition position;
  const std::vector<at::Tensor>& photos;
  /// In [0, 1], of each photo one for every style that is learnt, one photo's behind another's.
  const std::vector<at::Tensor>& pictures;
  const std::vector<LossBreakdown>& losses;  ///< Of the pictures.
  const Trainer& trainer;
};

/// Told of everything that happens in a training, in every process of it; the default ignores it all. Called on the
/// thread of train().
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  virtual Control on_step(const TrainingEvent&) { return Control::Continue; }
  virtual void on_held_out(const HeldOutEvent&) {}
  /// Something the user should know and that does not end the training: one sentence.
  virtual void on_warning(const std::string&) {}
};

enum class TrainingEnd {
  Done,
  Stopped,   ///< By an observer.
  Diverged,  ///< Step after step was refused, since its numbers were not finite.
};

struct TrainingSummary {
  TrainingEnd end = TrainingEnd::Done;
  TrainingPosition position;
  std::vector<LossBreakdown> held_out;  ///< Of the generator as it is in the end, as HeldOutEvent has them.
  std::vector<std::string> left_out;    ///< Pictures that could not be read, and why.
};

/// What a step of a training shows, by its number: styles take turns, and so do the whole strength and, where others
/// are learnt, another one: by turns one of all there are, spread evenly, and the largest. A crop by itself has one
/// style and strength for all of its round, so that what was found out about it serves again.
/// \param styles  how many are learnt.
ShownStyle shown_in_step(int64_t step, int64_t batch_size, size_t styles, bool knows_strengths);

/// Trains until the limit. Crops are cut on another thread, ahead of the steps; photos that can't be read are left out.
/// Those held out are painted after fifteen seconds, a minute, and every minute from there on, and in the end.
/// A trainer that has joined other processes takes of each step's photos those of its process, and no others are read
/// here; together they learn what one process with so many times the batch learns. The first of them looks at what was
/// held out and its clock counts; when one is told to stop, all do.
/// With a limit of steps alone, the course depends on nothing but the trainer's options, the material and the number of
/// threads: gone on from a state and its position, it ends with the same bytes. Time is the machine's own.
/// \param trainer  new, or restored to where it was at `from`.
/// \throws Error{Input} when no photo can be read, and Error{Device} when another process has ended.
TrainingSummary train(Trainer& trainer, const TrainingMaterial& material, const TrainingLimit& limit,
                      TrainingObserver& observer, TrainingPosition from = {});

}  // namespace styler
