#pragma once

#include <memory>

#include "styler/core/optimizer/optimizer.hpp"
#include "styler/options/optimizer_options.hpp"

namespace styler {

/// L-BFGS without a line search (Nocedal & Wright 2006, algorithm 7.4): unit steps after a short first one, so one
/// evaluation per iteration. The initial inverse Hessian is γM, with M the preconditioner or else the identity, and
/// γ = sᵀy / yᵀMy of the newest pair. The two-loop recursion runs on the products of all pairs, after the idea of
/// Chen, Wang & Zhou (2014), "Large-scale L-BFGS using MapReduce": a step is five products of a vector with the
/// [m, n] steps or gradient changes, and M twice.
std::unique_ptr<Optimizer> make_lbfgs(const OptimizerOptions& options, Preconditioner preconditioner);

}  // namespace styler
