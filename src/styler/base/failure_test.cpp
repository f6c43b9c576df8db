#include "styler/base/failure.hpp"

#include <c10/util/Exception.h>

#include <filesystem>
#include <new>
#include <system_error>

#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

template <typename Exception>
Failure described(const Exception& exception) {
  return failure_of(std::make_exception_ptr(exception));
}

}  // namespace

TEST_CASE("a user's mistake keeps its sentence; usage has a code of its own", "[failure]") {
  const Failure usage = described(Error(ErrorCode::InvalidArgument, "size is 0"));
  CHECK(usage.exit_code == 2);
  CHECK(usage.sentence == "size is 0");
  for (const auto code : {ErrorCode::Input, ErrorCode::Output, ErrorCode::Weights, ErrorCode::Device, ErrorCode::Memory,
                          ErrorCode::Download}) {
    CHECK(described(Error(code, "x")).exit_code == 1);
  }
}

TEST_CASE("memory that ran out is the machine's, whoever says so", "[failure]") {
  const c10::Error from_torch({__func__, __FILE__, 1},
                              GENERATE("DefaultCPUAllocator: can't allocate memory: you tried …",
                                       "CUDA out of memory. Tried to allocate 20.00 MiB",
                                       "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling …",
                                       "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"));
  for (const Failure& failure : {described(std::bad_alloc()), described(from_torch)}) {
    CHECK(failure.exit_code == 1);
    CHECK_THAT(failure.sentence, support::contains("memory ran out"));
    CHECK_THAT(failure.sentence, support::contains("--size"));
  }
}

TEST_CASE("a thread that may not be started is the machine's limit", "[failure]") {
  const Failure failure = described(std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again)));
  CHECK(failure.exit_code == 1);
  CHECK_THAT(failure.sentence, support::contains("ulimit -u"));
}

TEST_CASE("what the file system refuses is named, with its reason", "[failure]") {
  const auto too_long = std::make_error_code(std::errc::filename_too_long);
  const Failure failure = described(std::filesystem::filesystem_error("status", "a/b", too_long));
  CHECK(failure.exit_code == 1);
  CHECK_THAT(failure.sentence, support::contains("'a/b' can't be used: File name too long"));
}

TEST_CASE("everything else is a bug of ours, told without type names or traces", "[failure]") {
  const c10::Error from_torch({__func__, __FILE__, 1}, "expected at::Tensor of c10::Half\nException raised from …");
  const Failure torch = described(from_torch);
  CHECK(torch.exit_code == 70);
  CHECK(torch.sentence.find("::") == std::string::npos);
  CHECK(torch.sentence.find('\n') == std::string::npos);

  const Failure ours = described(Bug("losses.cpp:12: assertion failed: x > 0"));
  CHECK(ours.exit_code == 70);
  CHECK_THAT(ours.sentence, support::contains("losses.cpp:12"));
  CHECK(described(42).exit_code == 70);
}

}  // namespace styler
