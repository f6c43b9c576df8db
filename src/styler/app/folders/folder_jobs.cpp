#include "styler/app/folders/folder_jobs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// By the last picture, so that what was computed of it serves all its jobs.
bool comes_before(const PictureSet& a, const PictureSet& b) {
  const auto key = [](const SourcePicture& picture) { return std::tie(picture.name, picture.file.native()); };
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend(),
                                      [&](const auto& x, const auto& y) { return key(x) < key(y); });
}

void put_in_order(std::vector<PictureSet>& sets) {
  std::ranges::sort(sets, comes_before);
  const auto repeated = std::ranges::unique(
      sets, [](const auto& a, const auto& b) { return !comes_before(a, b) && !comes_before(b, a); });
  sets.erase(repeated.begin(), repeated.end());
}

NameWords words_of(const PictureSet& set, const Words& words, const std::string& extension) {
  NameWords filled{{"ext", extension}};
  for (size_t i = 0; i < words.size(); ++i) {
    filled[words[i]] = set[i].name;
    filled[words[i] + "_ext"] = set[i].extension;
  }
  return filled;
}

std::string name_of(const PictureSet& set) {
  std::string name;
  for (const SourcePicture& picture : set) name += (name.empty() ? "" : " × ") + picture.name;
  return name;
}

std::string inputs_of(const PictureSet& set) {
  std::string inputs;
  for (const SourcePicture& picture : set) inputs += (inputs.empty() ? "'" : " × '") + picture.file.string() + "'";
  return inputs;
}

/// What tells two jobs apart of which the name makes one.
std::string remedy(const PictureSet& a, const PictureSet& b, const Words& words, const OutputName& name) {
  const NameWords ours = words_of(a, words, "");
  const NameWords others = words_of(b, words, "");
  for (const char* ending : {"", "_ext"}) {
    for (const std::string& word : words) {
      if (ours.at(word + ending) != others.at(word + ending) && !name.has(word + ending)) {
        return "add {" + word + ending + "} to --name";
      }
    }
  }
  return "rename one of the pictures";
}

void check_distinct(const std::vector<FolderJob>& jobs, const Words& words, const OutputName& name) {
  std::unordered_map<std::string, size_t> owners;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto [owner, is_new] = owners.emplace(jobs[i].output.lexically_normal().native(), i);
    if (is_new) continue;
    const PictureSet& other = jobs[owner->second].inputs;
    reject("--name '" + name.form() + "' gives both " + inputs_of(other) + " and " + inputs_of(jobs[i].inputs) +
           " the output " + quoted(jobs[i].output) + "; " + remedy(other, jobs[i].inputs, words, name));
  }
}

/// No output may be an input, by links and detours either.
void check_inputs_are_kept(const std::vector<FolderJob>& jobs) {
  std::map<fs::path, fs::path> canonical;  // a picture is in many jobs, but asking the system takes time
  for (const FolderJob& job : jobs) {
    for (const SourcePicture& input : job.inputs) {
      if (!canonical.contains(input.file)) canonical.emplace(input.file, canonical_path(input.file));
    }
  }
  std::unordered_map<std::string, fs::path> inputs;
  for (const auto& [file, target] : canonical) inputs.emplace(target.native(), file);
  for (const FolderJob& job : jobs) {
    const auto input = inputs.find(canonical_path(job.output).native());
    if (input == inputs.end()) continue;
    reject("the output " + quoted(job.output) + " of " + job.name + " is the input " + quoted(input->second) +
           "; give --output a folder of its own, or --name another form");
  }
}

}  // namespace

std::vector<FolderJob> folder_jobs(std::vector<PictureSet> sets, const Words& words, const FolderOptions& options) {
  check_format(options.extension);
  const OutputName name(options.name, words);
  put_in_order(sets);
  std::vector<FolderJob> jobs;
  jobs.reserve(sets.size());
  for (PictureSet& set : sets) {
    STYLER_ASSERT(set.size() == words.size());
    const fs::path output = options.output_folder / name.filled(words_of(set, words, options.extension));
    const std::string job_name = name_of(set);
    jobs.push_back({std::move(set), output, job_name});
  }
  check_distinct(jobs, words, name);
  check_inputs_are_kept(jobs);
  return jobs;
}

std::vector<FolderJob> jobs_of_each_picture(const FolderOptions& options, const std::string& option) {
  const Words words{"content"};
  check_format(options.extension);
  const OutputName name(options.name, words);
  std::vector<PictureSet> sets;
  for (SourcePicture& picture :
       pictures_of_sources(options.content, {option, options.recursive, options.output_folder, options.extension})) {
    sets.push_back({std::move(picture)});
  }
  check_tells_apart(name, words.front(), sets.size());
  return folder_jobs(std::move(sets), words, options);
}

void check_tells_apart(const OutputName& name, const std::string& word, size_t pictures) {
  if (pictures < 2 || name.has(word)) return;
  reject("--name '" + name.form() + "' gives the pictures of " + std::to_string(pictures) + " " + word +
         "s one name, so that each would overwrite the one before; add {" + word + "} to --name");
}

std::vector<fs::path> folders_of(const std::vector<fs::path>& files) {
  std::set<fs::path> folders;
  for (const fs::path& file : files) folders.insert(file.parent_path());
  return {folders.begin(), folders.end()};
}

}  // namespace styler::app
