#include "styler/app/job/observers/observers.hpp"

#include "styler/app/job/observers/snapshots.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

struct CountingObserver : Observer {
  explicit CountingObserver(Control wanted = Control::Continue) : answer(wanted) {}
  void on_scale(const ScaleEvent&) override { ++scales; }
  Control on_iteration(const IterationEvent&) override {
    ++iterations;
    return answer;
  }
  void on_scale_end(const ScaleEvent&, const Summary&) override { ++ends; }
  void on_warning(const std::string&) override { ++warnings; }

  Control answer;
  int scales = 0, iterations = 0, ends = 0, warnings = 0;
};

}  // namespace

TEST_CASE("every observer of a list hears everything, and each can stop the run", "[observers]") {
  CountingObserver first(Control::Stop);
  CountingObserver second;
  ObserverList list;
  CHECK(list.on_iteration({}) == Control::Continue);
  list.add(first);
  list.add(second);
  list.on_scale({});
  CHECK(list.on_iteration({}) == Control::Stop);
  list.on_scale_end({}, {});
  list.on_warning("x");
  for (const CountingObserver& observer : {first, second}) {
    CHECK(observer.scales == 1);
    CHECK(observer.iterations == 1);
    CHECK(observer.ends == 1);
    CHECK(observer.warnings == 1);
  }
}

TEST_CASE("intermediate pictures lie beside the output and sort in order", "[observers]") {
  CHECK(snapshot_file("out.png", 2, 50) == "out_s2_0050.png");
  CHECK(snapshot_file("a/b.c/my.out.jpg", 1, 12345) == "a/b.c/my.out_s1_12345.jpg");
}

}  // namespace styler::app
