#include "styler/options/machine/process_place.hpp"

#include <map>
#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

using Set = std::map<std::string, std::string>;

ProcessPlace place_with(const Set& set) {
  return process_place([&](const char* name) -> std::optional<std::string> {
    const auto found = set.find(name);
    return found == set.end() ? std::nullopt : std::optional(found->second);
  });
}

Set launched(const Set& others = {}) {
  Set set = {{"WORLD_SIZE", "4"},       {"RANK", "3"},        {"LOCAL_RANK", "1"},
             {"LOCAL_WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "29500"}};
  for (const auto& [name, value] : others) set[name] = value;
  return set;
}

Set in_a_step(const Set& others = {}) {
  Set set = {{"SLURM_STEP_NUM_TASKS", "3"},        {"SLURM_PROCID", "2"},   {"SLURM_LOCALID", "0"},
             {"SLURM_STEP_TASKS_PER_NODE", "2,1"}, {"SLURM_JOB_ID", "417"}, {"SLURM_STEP_ID", "2"},
             {"SLURM_STEP_NODELIST", "n7"}};
  for (const auto& [name, value] : others) set[name] = value;
  return set;
}

}  // namespace

TEST_CASE("a process that nothing is told of is alone, and so is one of one", "[process_place]") {
  for (const Set& set :
       {Set{}, Set{{"RANK", "3"}, {"MASTER_ADDR", "a"}}, Set{{"WORLD_SIZE", ""}}, Set{{"WORLD_SIZE", "1"}},
        Set{{"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "8"}}, Set{{"SLURM_NTASKS", "8"}, {"SLURM_PROCID", "0"}}}) {
    const ProcessPlace place = place_with(set);
    CHECK(place.count == 1);
    CHECK(place.rank == 0);
  }
}

TEST_CASE("torchrun's variables are read, and its own port is left to it", "[process_place]") {
  const ProcessPlace place = place_with(launched());
  CHECK(place.count == 4);
  CHECK(place.rank == 3);
  CHECK(place.local_rank == 1);
  CHECK(place.local_count == 2);
  CHECK(place.address == "a");
  CHECK(place.port == 29500);
  CHECK(place_with(launched({{"TORCHELASTIC_USE_AGENT_STORE", "True"}})).port == 30500);
  CHECK(place_with(launched({{"TORCHELASTIC_USE_AGENT_STORE", "True"}, {"MASTER_PORT", "65000"}})).port == 64000);
  CHECK(place_with(launched({{"TORCHELASTIC_USE_AGENT_STORE", "False"}})).port == 29500);
  CHECK(place_with(launched({{"SLURM_STEP_NUM_TASKS", "2"}})).count == 4);  // torchrun within a step of Slurm's
}

TEST_CASE("the variables of a step of Slurm's are read", "[process_place]") {
  const ProcessPlace place = place_with(in_a_step());
  CHECK(place.count == 3);
  CHECK(place.rank == 2);
  CHECK(place.local_rank == 0);
  CHECK(place.local_count == 2);
  CHECK(place.address == "n7");
  CHECK(place.port == 24172);
  CHECK(place_with(in_a_step({{"MASTER_PORT", "77"}})).port == 77);
  CHECK(place_with(in_a_step({{"MASTER_ADDR", "b"}})).address == "b");
  for (const auto& [list, first] :
       Set{{"n7,n9", "n7"}, {"n[03-05,9]", "n03"}, {"n[3,7-9]-ib,m1", "n3-ib"}, {"a,n[1-2]", "a"}, {"n[12]", "n12"}}) {
    CHECK(place_with(in_a_step({{"SLURM_STEP_NODELIST", list}})).address == first);
  }
}

TEST_CASE("what is missing or can't be is named", "[process_place]") {
  for (const char* const name : {"RANK", "MASTER_ADDR", "MASTER_PORT"}) {
    Set set = launched();
    set.erase(name);
    CHECK_THROWS_WITH(place_with(set),
                      support::contains(std::string(name) + " is not set") && support::contains("WORLD_SIZE is 4"));
  }
  for (const auto& [name, value] : Set{{"RANK", "4"},
                                       {"RANK ", "x"},
                                       {"WORLD_SIZE", "two"},
                                       {"MASTER_PORT", "0"},
                                       {"LOCAL_RANK", "-1"},
                                       {"LOCAL_WORLD_SIZE", "5"}}) {
    const std::string named = name.substr(0, name.find(' '));
    CHECK_THROWS_WITH(place_with(launched({{named, value}})),
                      support::contains("the environment's " + named + " is '" + value + "'") &&
                          support::contains("whole number from"));
  }
  CHECK_THROWS_WITH(place_with(launched({{"WORLD_SIZE", "0"}})), support::contains("WORLD_SIZE is '0'"));
  CHECK_THROWS_WITH(place_with(in_a_step({{"SLURM_PROCID", "3"}})), support::contains("SLURM_PROCID is '3'"));
  CHECK_THROWS_WITH(place_with(in_a_step({{"SLURM_STEP_NODELIST", "n["}})), support::contains("MASTER_ADDR"));
}

}  // namespace styler
