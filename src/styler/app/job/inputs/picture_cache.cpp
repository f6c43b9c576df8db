#include "styler/app/job/inputs/picture_cache.hpp"

#include <algorithm>
#include <utility>

#include "styler/base/file/sha256.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

namespace fs = std::filesystem;

LoadedFile load_file(const fs::path& file) {
  LoadedFile loaded{read_picture_bytes(file), {}};
  loaded.sha256 = sha256_of(loaded.bytes);
  return loaded;
}

PictureCache::Entry& PictureCache::entry(const fs::path& file) {
  const auto known = entries_.find(file);
  if (known != entries_.end()) return known->second;
  LoadedFile loaded = load_file(file);  // a file that can't be read now may be there for the next job
  return entries_.emplace(file, Entry{std::move(loaded), {}, {}, {}}).first->second;
}

const std::string& PictureCache::sha256(const fs::path& file) { return entry(file).loaded.sha256; }

const Picture& PictureCache::picture(const fs::path& file, const ReadOptions& options, const WarningSink& warn) {
  Entry& known = entry(file);
  if (known.failure) std::rethrow_exception(known.failure);
  if (!known.picture) {
    const WarningSink collect = [&](const std::string& sentence) { known.warnings.push_back(sentence); };
    try {
      known.picture = decode_picture(known.loaded.bytes, file, options, collect);
    } catch (...) {
      known.failure = std::current_exception();
      throw;
    }
    known.loaded.bytes = {};
  }
  for (const std::string& sentence : known.warnings) {
    if (warn) warn(sentence);
  }
  return *known.picture;
}

LoadedFile PictureCache::take(const fs::path& file) {
  auto known = entries_.extract(file);
  if (known.empty() || known.mapped().picture) return load_file(file);
  return std::move(known.mapped().loaded);
}

void PictureCache::keep(const std::vector<fs::path>& files) {
  std::erase_if(entries_, [&](const auto& entry) { return std::ranges::find(files, entry.first) == files.end(); });
}

}  // namespace styler::app
