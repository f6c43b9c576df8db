#include "styler/app/commands/batch/jobs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "styler/app/folders/output_name.hpp"
#include "styler/app/folders/picture_sources.hpp"
#include "styler/base/error.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// A content and a style.
using Pair = std::pair<SourcePicture, SourcePicture>;

/// Several pictures need their word in the name; of pairs, each may be told by one of the two.
void check_word_for(const std::string& word, size_t pictures, const OutputName& name) {
  if (pictures < 2 || name.has(word)) return;
  reject("--name '" + name.form() + "' gives the pictures of " + std::to_string(pictures) + " " + word +
         "s one name, so that each would overwrite the one before; add {" + word + "} to --name");
}

std::vector<Pair> each_with_each(const JobSources& sources, const OutputName& name) {
  SourceSearch search{"--content", sources.recursive, sources.output_folder, sources.extension};
  const std::vector<SourcePicture> contents = pictures_of_source(sources.content, search);
  search.option = "--style";
  std::vector<SourcePicture> styles = pictures_of_source(sources.style, search);
  // Styles stand in the middle of names, where a folder would split them.
  for (SourcePicture& style : styles) style.name = fs::path(style.name).filename().string();
  check_word_for("content", contents.size(), name);
  check_word_for("style", styles.size(), name);
  std::vector<Pair> pairs;
  pairs.reserve(contents.size() * styles.size());
  for (const SourcePicture& style : styles) {
    for (const SourcePicture& content : contents) pairs.emplace_back(content, style);
  }
  return pairs;
}

/// By style, so that what was computed of one serves all its jobs; each pair once.
void put_in_order(std::vector<Pair>& pairs) {
  const auto key = [](const Pair& pair) {
    const auto& [content, style] = pair;
    return std::tie(style.name, style.file.native(), content.name, content.file.native());
  };
  std::ranges::sort(pairs, {}, key);
  const auto repeated = std::ranges::unique(pairs, {}, key);
  pairs.erase(repeated.begin(), repeated.end());
}

NameWords words_of(const Pair& pair, const std::string& extension) {
  const auto& [content, style] = pair;
  return {{"content", content.name},
          {"style", style.name},
          {"content_ext", content.extension},
          {"style_ext", style.extension},
          {"ext", extension}};
}

BatchJob job_of(const Pair& pair, const OutputName& name, const JobSources& sources) {
  const auto& [content, style] = pair;
  return {content.file, style.file, sources.output_folder / name.filled(words_of(pair, sources.extension)),
          content.name, style.name, content.name + " × " + style.name};
}

std::string inputs_of(const Pair& pair) {
  return "'" + pair.first.file.string() + "' × '" + pair.second.file.string() + "'";
}

/// What tells two jobs apart of which the name makes one.
std::string remedy(const Pair& a, const Pair& b, const OutputName& name) {
  const NameWords words = words_of(a, "");
  const NameWords others = words_of(b, "");
  for (const char* word : {"content", "style", "content_ext", "style_ext"}) {
    if (words.at(word) != others.at(word) && !name.has(word)) return std::string("add {") + word + "} to --name";
  }
  return "rename one of the pictures";
}

/// \param pairs  those of the jobs, in their order.
void check_distinct(const std::vector<BatchJob>& jobs, const std::vector<Pair>& pairs, const OutputName& name) {
  std::unordered_map<std::string, size_t> owners;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto [owner, is_new] = owners.emplace(jobs[i].output.lexically_normal().native(), i);
    if (is_new) continue;
    const Pair& other = pairs[owner->second];
    reject("--name '" + name.form() + "' gives both " + inputs_of(other) + " and " + inputs_of(pairs[i]) +
           " the output '" + jobs[i].output.string() + "'; " + remedy(other, pairs[i], name));
  }
}

/// No output may be an input, by links and detours either.
void check_inputs_are_kept(const std::vector<BatchJob>& jobs) {
  std::map<fs::path, fs::path> canonical;  // a picture is in many jobs, but asking the system takes time
  for (const BatchJob& job : jobs) {
    for (const fs::path& file : {job.content, job.style}) {
      if (!canonical.contains(file)) canonical.emplace(file, canonical_path(file));
    }
  }
  std::unordered_map<std::string, fs::path> inputs;
  for (const auto& [file, target] : canonical) inputs.emplace(target.native(), file);
  for (const BatchJob& job : jobs) {
    const auto input = inputs.find(canonical_path(job.output).native());
    if (input == inputs.end()) continue;
    reject("the output '" + job.output.string() + "' of " + job.name + " is the input '" + input->second.string() +
           "'; give --output a folder of its own, or --name another form");
  }
}

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

std::vector<BatchJob> list_jobs(const JobSources& sources) {
  sources.validate();
  check_format(sources.extension);
  const OutputName name(sources.name);
  std::vector<Pair> pairs = sources.pairs.empty() ? each_with_each(sources, name) : pairs_of_list(sources.pairs);
  put_in_order(pairs);
  std::vector<BatchJob> jobs;
  jobs.reserve(pairs.size());
  for (const Pair& pair : pairs) jobs.push_back(job_of(pair, name, sources));
  check_distinct(jobs, pairs, name);
  check_inputs_are_kept(jobs);
  return jobs;
}

std::vector<std::filesystem::path> output_folders(const std::vector<BatchJob>& jobs) {
  std::set<std::filesystem::path> folders;
  for (const BatchJob& job : jobs) folders.insert(job.output.parent_path());
  return {folders.begin(), folders.end()};
}

std::vector<BatchJob> jobs_of_shard(const std::vector<BatchJob>& jobs, Shard shard) {
  STYLER_ASSERT(1 <= shard.index && shard.index <= shard.count);
  const auto count = static_cast<uint64_t>(shard.count);
  const auto remainder = static_cast<uint64_t>(shard.index - 1);
  std::vector<BatchJob> chosen;
  std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(chosen),
               [&](const BatchJob& job) { return stable_hash(job.name) % count == remainder; });
  return chosen;
}

}  // namespace styler::app
