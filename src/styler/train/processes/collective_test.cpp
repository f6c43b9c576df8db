#include "styler/train/processes/collective.hpp"

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/processes.hpp"
#include "support/tensors.hpp"

namespace styler {

TEST_CASE("Means over several processes are taken of all that is given in one sum", "[collective]") {
  const int count = GENERATE(2, 3);
  std::vector<at::Tensor> weights(static_cast<size_t>(count)), others_weights(weights);
  std::vector<double> numbers(weights.size());
  support::in_processes(count, [&](Collective& others) {
    const auto rank = static_cast<size_t>(others.rank());
    weights[rank] = at::full({2, 3}, others.rank());
    others_weights[rank] = at::full({4}, 10 * others.rank());
    numbers[rank] = 100.0 * others.rank();
    SharedMeans means;
    means.add(weights[rank]);
    means.add(numbers[rank]);
    means.add(others_weights[rank]);
    means.take(others);
  });
  const double mean = (count - 1) / 2.0;
  for (size_t rank = 0; rank < weights.size(); ++rank) {
    CHECK(weights[rank].sizes() == at::IntArrayRef({2, 3}));
    CHECK(weights[rank].allclose(at::full({2, 3}, mean)));
    CHECK(others_weights[rank].allclose(at::full({4}, 10 * mean)));
    CHECK(numbers[rank] == support::Approx(100 * mean));
  }
}

TEST_CASE("What the first process has goes to the others bit for bit", "[collective]") {
  std::vector<at::Tensor> one(3), other(3);
  support::in_processes(3, [&](Collective& others) {
    const auto rank = static_cast<size_t>(others.rank());
    one[rank] = support::noise({3, 4}, at::kFloat, rank);
    other[rank] = support::noise({7}, at::kFloat, 10 + rank);
    take_from_first({one[rank], other[rank]}, others);
  });
  for (size_t rank = 0; rank < 3; ++rank) {
    CHECK(at::equal(one[rank], support::noise({3, 4}, at::kFloat, 0)));
    CHECK(at::equal(other[rank], support::noise({7}, at::kFloat, 10)));
  }
}

TEST_CASE("Processes that have something else than the first are named in all", "[collective]") {
  const auto others_of = [](const std::vector<std::string>& texts) {
    std::vector<std::vector<int>> found(texts.size());
    support::in_processes(static_cast<int>(texts.size()), [&](Collective& others) {
      const auto rank = static_cast<size_t>(others.rank());
      found[rank] = with_other_text(texts[rank], others);
    });
    CHECK(found == std::vector<std::vector<int>>(texts.size(), found.front()));
    return found.front();
  };
  CHECK(others_of({"same", "same", "same"}).empty());
  CHECK(others_of({"same", "else", "same"}) == std::vector<int>{1});
  CHECK(others_of({"else", "same", "same"}) == std::vector<int>{1, 2});
}

}  // namespace styler
