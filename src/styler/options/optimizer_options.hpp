#pragma once

#include <cstdint>

#include "styler/base/text/names.hpp"
#include "styler/options/machine/precision.hpp"

namespace styler {

enum class OptimizerMethod { Lbfgs, Adam };

inline constexpr Names<OptimizerMethod, 2> kOptimizerMethods{
    {{{OptimizerMethod::Lbfgs, "lbfgs"}, {OptimizerMethod::Adam, "adam"}}}};

/// How L-BFGS within stylize() begins.
enum class Preconditioning {
  Pyramid,  ///< Smooth changes go further (core/optimizer/pyramid_preconditioner.hpp).
  None,     ///< The plain method.
};

inline constexpr Names<Preconditioning, 2> kPreconditionings{
    {{{Preconditioning::Pyramid, "pyramid"}, {Preconditioning::None, "none"}}}};

/// From black to white in one step.
inline constexpr double kLargestLearningRate = 255;

/// The most pairs that L-BFGS can be asked to remember.
inline constexpr int64_t kLongestHistory = 1000;

/// Options of minimize() and of the two methods behind it.
struct OptimizerOptions {
  OptimizerMethod method = OptimizerMethod::Lbfgs;
  /// L-BFGS: (step, gradient change) pairs remembered. Memory: 24 bytes per pixel and pair. 10 need 77 iterations for
  /// the loss that 20 reach in 75 (256 px), in less time, since a step is quicker; 20 end within 0.7 % of 100, which
  /// LibTorch and neural-style take.
  int64_t history_size = 10;
  /// L-BFGS: in which the pairs are kept; with bf16 they take 12 bytes per pixel and pair. Auto is fp32 unless a memory
  /// plan (core/memory/plan.hpp) finds that it doesn't fit.
  Precision history_precision = Precision::Auto;
  Preconditioning preconditioner = Preconditioning::Pyramid;
  /// L-BFGS: L1 length of the first step. 0 takes the field's usual min(1, ‖g‖₁), which no large picture feels: spread
  /// over its pixels that is less than float32 can add to a value of 100. stylize() sets its own.
  double first_step_length = 0.0;
  /// Adam: step size in 0–255 units. Gatys' and Johnson's tools use 1 to 10.
  double learning_rate = 5.0;

  /// Stops when the loss has changed by less than this fraction over `change_window` iterations; 0 turns it off.
  double tolerance_change = 0.0;
  int64_t change_window = 10;
  /// Stops when no entry of the gradient exceeds this; 0 stops on a gradient of exactly zero only.
  double tolerance_gradient = 0.0;
  /// Wall-clock limit; 0 means none. Checked after each evaluation.
  double time_limit_seconds = 0.0;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

}  // namespace styler
