#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// What a job writes, but for intermediate pictures; empty where the options name none.
std::vector<NamedFile> files_written(const JobOptions& options);

/// What a job reads, but for the checkpoint that it goes on from, which it may replace; empty where the options name
/// none.
/// \throws as style_files()
std::vector<NamedFile> files_read(const JobOptions& options);

/// Checks that none of the files that will be written is one of the others or another of them; empty ones are left out.
/// \throws Error{InvalidArgument} naming both.
void check_distinct(const std::vector<NamedFile>& written, const std::vector<NamedFile>& others);

/// Checks the files that a job will write, before anything is read or logged: check_writable() has nothing against
/// them, the picture's format is known, and none of them is an input or another of them. Leaves all files as they are.
/// \throws Error{InvalidArgument} for files that clash, Error{Output} for the rest.
void check_files(const JobOptions& options);

/// Removes what a job that was killed left unfinished where this one will write: of a checkpoint it can take gigabytes.
void remove_abandoned_files_of(const JobOptions& options);

}  // namespace styler::app
