#include "styler/core/optimizer/optimizer.hpp"

#include <utility>

#include "styler/core/optimizer/adam.hpp"
#include "styler/core/optimizer/lbfgs.hpp"

namespace styler {

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Preconditioner preconditioner) {
  options.validate();
  if (options.method == OptimizerMethod::Adam) return make_adam(options.learning_rate);
  return make_lbfgs(options, std::move(preconditioner));
}

}  // namespace styler
