#include "styler/app/host/options/machine_options.hpp"

#include <optional>
#include <string>

#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

/// `auto`, `off` or the edge in pixels.
std::string tile_text(std::optional<int64_t> tile) {
  if (!tile) return "auto";
  return *tile == 0 ? "off" : std::to_string(*tile);
}

}  // namespace

void describe(OptionTable& table, MachineOptions& machine) {
  describe_precision(table, machine.device);
  describe_place(table, machine);
}

void describe_precision(OptionTable& table, DeviceOptions& device) {
  using enum OptionFacts;
  table.heading("Machine");
  table
      .choice("--precision", device.precision, kPrecisions,
              "Numbers inside the network; auto takes bf16 where the processor has it")
      .is(DecidesPicture | SetsUpNetwork);
}

void describe_place(OptionTable& table, MachineOptions& machine) {
  using enum OptionFacts;
  describe_processors(table, machine.device);
  table.path("--weights", machine.weights, "VGG19 weights to use; else the first that `styler weights list` shows")
      .is(Reported | ShownWithPicture | SetsUpNetwork | OfWholeSheet | ReadsFile);
}

void describe_processors(OptionTable& table, DeviceOptions& device) {
  using enum OptionFacts;
  table.heading("Machine");
  const auto take_device = [&field = device.device](const std::string& value) {
    field = value;
    return true;
  };
  table
      .text(
          "--device", "auto|cpu|cuda[:N]", [&device] { return device.device; }, take_device, "",
          "Where to compute; auto takes a GPU that LibTorch can use")
      .of(&device.device)
      .is(Reported | SetsUpNetwork)
      .brief("Where to compute: auto, cpu, cuda or cuda:N", "DEVICE");
  const auto take_threads = [&field = device.threads](const std::string& value) {
    const auto threads = parse_threads(value);
    field = threads.value_or(field);
    return threads.has_value();
  };
  table
      .text(
          "--threads", "N", [&device] { return int64_t{device.threads}; }, take_threads,
          "a whole number from 1 to 4096; leave it out for one per physical core",
          "Threads of the processor; where $OMP_NUM_THREADS is set, that many")
      .of(&device.threads)
      .default_text("physical cores")
      .is(Reported | SetsUpNetwork);
}

void describe_limit(OptionTable& table, MemoryOptions& memory) {
  using enum OptionFacts;
  table.heading("Memory");
  const auto take_limit = [&field = memory.limit_bytes](const std::string& value) {
    const auto bytes = parse_bytes(value);
    field = bytes.value_or(field);
    return bytes.has_value();
  };
  table
      .text(
          "--memory-limit", "SIZE", [&memory] { return memory.limit_bytes; }, take_limit,
          "a number of bytes, as in 4G or 500M (of 1024 each way)",
          "Memory that may be in use at most, as in 4G or 500M; what doesn't fit runs in tiles, and then with a "
          "shorter history")
      .default_text("most of what is available")
      .is(Reported | OfWholeSheet)
      .brief("Memory that may be in use, as in 4G");
}

void describe(OptionTable& table, MemoryOptions& memory) {
  using enum OptionFacts;
  describe_limit(table, memory);
  const auto take_tile = [&field = memory.tile](const std::string& value) {
    field = parse_tile(value);
    return field.has_value() || value == "auto";
  };
  table
      .text(
          "--tile", "N|off|auto", [&memory] { return tile_text(memory.tile); }, take_tile,
          "a whole number of pixels, off or auto",
          "Edge of the tiles that the network works on; auto: as memory allows")
      .is(Reported | DecidesCourse);  // the last bits
}

}  // namespace styler::app
