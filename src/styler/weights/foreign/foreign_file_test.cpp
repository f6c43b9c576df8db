#include "styler/weights/foreign/foreign_file.hpp"

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("a file's form is told from its content, whatever its name", "[weights][unit]") {
  const TempFolder folder;
  const auto [name, form] =
      GENERATE(table<std::string, ForeignForm>({{"small.h5", ForeignForm::Hdf5},
                                                {"small_legacy.pth", ForeignForm::TorchLegacy},
                                                {"small_zip.pth", ForeignForm::TorchZip},
                                                {"small.safetensors", ForeignForm::Safetensors}}));
  std::filesystem::copy_file(data_file(name), folder / "misnamed.txt");
  CHECK(foreign_form(folder / "misnamed.txt") == form);
}

TEST_CASE("a file of no known form is refused in words that fit it", "[weights][unit]") {
  const TempFolder folder;
  const auto refusal = [&](const std::string& bytes) {
    write_bytes(folder / "x.pth", bytes);
    return message_of(ErrorCode::Weights, [&] { foreign_form(folder / "x.pth"); });
  };
  CHECK_THAT(refusal(""), contains("in no known form"));
  CHECK_THAT(refusal("<html>not found</html>"), contains("in no known form"));
  CHECK_THAT(refusal(std::string(257, '\0') + "ustar" + std::string(300, '\0')), contains("tar archive"));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { foreign_form(folder / "none"); }), contains("cannot be read"));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { foreign_form(folder.path()); }), contains("not a regular file"));
}
