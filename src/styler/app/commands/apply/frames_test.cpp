#include "styler/app/commands/apply/frames.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

namespace styler::app {
namespace {

/// A pipe that gives a few bytes at a time.
ByteSource pipe_of(std::string bytes, size_t most = 3) {
  return [bytes = std::move(bytes), at = size_t{0}, most](char* to, size_t count) mutable {
    const size_t taken = std::min({count, most, bytes.size() - at});
    std::copy_n(bytes.data() + at, taken, to);
    at += taken;
    return taken;
  };
}

std::string frames_refusal(const std::string& bytes, std::optional<Size> raw = {}) {
  return support::message_of(ErrorCode::Input, [&] {
    FrameReader reader(pipe_of(bytes), raw, 1000);
    while (reader.next().defined()) {
    }
  });
}

}  // namespace

TEST_CASE("frames of PPM follow one another, each of its own size", "[frames]") {
  const std::string first(2 * 3 * 3, 'a'), second(1 * 4 * 3, 'b');
  FrameReader reader(pipe_of("P6\n3 2\n255\n" + first + "P6 # a note\n4\t1 255\n" + second), {}, 1000);
  const Frame one = reader.next(), two = reader.next();
  CHECK(one.sizes() == at::IntArrayRef({2, 3, 3}));
  CHECK(one.eq('a').all().item<bool>());
  CHECK(two.sizes() == at::IntArrayRef({1, 4, 3}));
  CHECK(two.eq('b').all().item<bool>());
  CHECK_FALSE(reader.next().defined());
  CHECK(ppm_header({2, 3}) == "P6\n3 2\n255\n");
}

TEST_CASE("raw frames are told by their size alone", "[frames]") {
  FrameReader reader(pipe_of(std::string(2 * 2 * 5 * 3, 'x'), 7), Size{2, 5}, 1000);
  CHECK(reader.next().sizes() == at::IntArrayRef({2, 5, 3}));
  CHECK(reader.next().defined());
  CHECK_FALSE(reader.next().defined());
}

TEST_CASE("what is no frame is refused with its number, and what ends within one", "[frames]") {
  const std::string good = "P6\n1 1\n255\nabc";
  CHECK_THAT(frames_refusal("hello"), support::contains("frame 1 of standard input does not begin as PPM"));
  CHECK_THAT(frames_refusal(good + "P5\n1 1\n255\na"), support::contains("frame 2 of standard input does not begin"));
  CHECK_THAT(frames_refusal(good + "P6\n1 1\n255\nab"), support::contains("ends after 2 of its 3 bytes"));
  CHECK_THAT(frames_refusal("P6\n1 1\n65535\nabcdef"), support::contains("values up to 65535"));
  CHECK_THAT(frames_refusal("P6\n1000 1000\n255\n"),
             support::contains("has 1000x1000 pixels but may have at most 1000"));
  CHECK_THAT(frames_refusal("P6\n999999999999999999 1\n255\n"), support::contains("too large a number"));
  CHECK_THAT(frames_refusal("P6\n0 1\n255\n"), support::contains("has 0x1 pixels but must have some"));
  CHECK_THAT(frames_refusal("P6\nx"), support::contains("none of PPM's"));
  CHECK_THAT(frames_refusal(std::string(20, 'x'), Size{2, 3}),
             support::contains("frame 2 of standard input ends after 2"));
}

TEST_CASE("a frame's picture goes back into the same frame", "[frames]") {
  const Frame frame = at::arange(24, at::kByte).mul(10).view({2, 4, 3});
  const at::Tensor picture = picture_of_frame(frame);
  CHECK(picture.sizes() == at::IntArrayRef({1, 3, 2, 4}));
  CHECK(at::equal(frame_of_picture(picture), frame));
}

}  // namespace styler::app
