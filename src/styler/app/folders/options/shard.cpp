#include "styler/app/folders/options/shard.hpp"

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

/// FNV-1a with 64 bits, its constants as Fowler, Noll and Vo published them. Then the finaliser of MurmurHash3, because
/// the remainder by a small count hangs on FNV's lower bits, which mix too little. Machines that share a folder must
/// agree on it, so it can't be changed.
uint64_t stable_hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  constexpr int kHalf = 33;
  hash = (hash ^ hash >> kHalf) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> kHalf) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> kHalf;
}

}  // namespace

bool Shard::holds(std::string_view name) const {
  STYLER_ASSERT(1 <= index && index <= count);
  return stable_hash(name) % static_cast<uint64_t>(count) == static_cast<uint64_t>(index - 1);
}

Shard parse_shard(const std::string& text) {
  const std::string_view view = text;
  const size_t slash = view.find('/');
  if (slash != std::string_view::npos) {
    const auto index = parse_whole(view.substr(0, slash));
    const auto count = parse_whole(view.substr(slash + 1));
    if (index && count && 1 <= *index && *index <= *count) return {*index, *count};
  }
  reject("--shard is '" + text + "' but must be a part and the number of parts, from 1/1 on, such as 2/8");
}

}  // namespace styler::app
