#include "styler/app/job/inputs/inputs.hpp"

#include <ATen/ops/full.h>

#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

namespace styler::app {
namespace {

/// A photo of 17 megapixels, which is no ordinary one, and a painting.
struct LargePhoto {
  LargePhoto() {
    write_picture({at::full({1, 3, size.height, size.width}, 0.5), {}}, options.content);
    write_picture({support::picture({20, 20}, 2), {}}, options.styles.front());
  }
  support::TempFolder folder;
  Size size{3400, 5000};
  JobOptions options = [&] {
    JobOptions made;
    made.content = folder / "photo.jpg";
    made.styles = {folder / "art.png"};
    return made;
  }();
};

}  // namespace

TEST_CASE("a large photo is read as small as its use allows, and counts as what it is", "[inputs]") {
  LargePhoto photo;
  photo.options.stylize.schedule.size = 512;
  const JobInput small = read_inputs(photo.options, {});
  CHECK(picture_size(small.pictures.content.colour) == Size{850, 1250});
  CHECK(original_size(small.pictures) == photo.size);
  // The same picture as a painting, which is looked at in another size.
  photo.options.styles = {photo.options.content};
  photo.options.stylize.style_scale = 2;
  const JobInput both = read_inputs(photo.options, {});
  CHECK(picture_size(both.pictures.styles[0].picture.colour) == Size{1700, 2500});
  CHECK(style_extents(both.pictures)[0].size == photo.size);
  photo.options.stylize.schedule.size = 0;  // the photo's own
  CHECK(picture_size(read_inputs(photo.options, {}).pictures.content.colour) == photo.size);
}

TEST_CASE("what pictures take while they are read is within the limit, all together", "[inputs]") {
  LargePhoto photo;
  photo.options.machine.device.device = "cpu";
  photo.options.stylize.schedule.size = 0;
  photo.options.stylize.memory.limit_bytes = 1;
  try {
    read_inputs(photo.options, {});
    FAIL("was accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Memory);
    CHECK_THAT(std::string(error.what()), support::contains("photo.jpg") && support::contains("--memory-limit"));
  }
  photo.options.stylize.schedule.size = 100;
  CHECK_NOTHROW(read_inputs(photo.options, {}));
}

}  // namespace styler::app
