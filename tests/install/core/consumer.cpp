// Ten lines that use the library as anybody's program would.
#include <ATen/ops/allclose.h>
#include <ATen/ops/rand.h>

#include <iostream>
#include <styler/core/loss/style/gram_matrix.hpp>
#include <styler/core/stylize/stylizer.hpp>  // which reaches nearly all that is installed

int main() {
  const at::Tensor gram = styler::gram_matrix(at::rand({1, 8, 5, 7}));
  std::cout << "a Gram matrix of " << gram.size(0) << " by " << gram.size(1) << '\n';
  return at::allclose(gram, gram.t()) ? 0 : 1;
}
