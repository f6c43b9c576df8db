#include "styler/app/commands/batch/jobs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/folders/folder_jobs.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// What calls content and style in --name.
std::vector<std::string> words() { return {"content", "style"}; }

/// For what messages call the options by which the sources are named.
using DescribedSources = Described<JobSources>;

std::vector<PictureSet> each_with_each(const JobSources& sources, const OutputName& name, const WarningSink& warn) {
  const DescribedSources described{JobSources()};
  SourceSearch search{described.name(&JobSources::content), sources.recursive, sources.output_folder,
                      sources.extension};
  search.warn = warn;
  const std::vector<SourcePicture> contents = pictures_of_sources(sources.content, search);
  search.option = described.name(&JobSources::style);
  std::vector<SourcePicture> styles = pictures_of_sources(sources.style, search);
  // Styles stand in the middle of names, where a folder would split them.
  for (SourcePicture& style : styles) style.name = fs::path(style.name).filename().string();
  check_tells_apart(name, "content", contents.size());
  check_tells_apart(name, "style", styles.size());
  std::vector<PictureSet> pairs;
  pairs.reserve(contents.size() * styles.size());
  for (const SourcePicture& style : styles) {
    for (const SourcePicture& content : contents) pairs.push_back({content, style});
  }
  return pairs;
}

std::vector<PictureSet> listed_pairs(const fs::path& list) {
  std::vector<PictureSet> pairs;
  for (auto& [content, style] : pairs_of_list(list, DescribedSources(JobSources()).name(&JobSources::pairs))) {
    pairs.push_back({std::move(content), std::move(style)});
  }
  return pairs;
}

}  // namespace

std::vector<BatchJob> list_jobs(const JobSources& sources, const WarningSink& warn) {
  sources.validate();
  check_format(sources.extension);
  const OutputName name(sources.name, words());  // what is wrong with it is told before the pictures are looked for
  std::vector<BatchJob> jobs;
  for (FolderJob& job :
       folder_jobs(sources.pairs.empty() ? each_with_each(sources, name, warn) : listed_pairs(sources.pairs), words(),
                   sources)) {
    const SourcePicture& content = job.inputs[0];
    const SourcePicture& style = job.inputs[1];
    jobs.push_back({content.file, style.file, job.output, content.name, style.name, job.name});
  }
  return jobs;
}

std::vector<fs::path> outputs_of(const std::vector<BatchJob>& jobs) {
  std::vector<fs::path> outputs;
  outputs.reserve(jobs.size());
  for (const BatchJob& job : jobs) outputs.push_back(job.output);
  return outputs;
}

std::vector<BatchJob> jobs_of_shard(const std::vector<BatchJob>& jobs, Shard shard) {
  std::vector<BatchJob> chosen;
  std::ranges::copy_if(jobs, std::back_inserter(chosen), [&](const BatchJob& job) { return shard.holds(job.name); });
  return chosen;
}

}  // namespace styler::app
