#include "styler/core/storage/safetensors_header.hpp"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "styler/base/error.hpp"

namespace styler::safetensors {
namespace {

using nlohmann::json;

constexpr size_t kMaxDimensions = 8;

/// Goes over a text and notes how far it has come, since the parser tells the place of errors in the grammar alone.
class Cursor {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor() = default;
  Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    const Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }

 private:
  const char* at_ = nullptr;
  const char** furthest_ = nullptr;
};

/// Told of one value after another, takes those that the format has where it has them. The first that is another ends
/// the reading, so nothing that nests deeper is ever entered.
class HeaderReader : public nlohmann::json_sax<json> {
 public:
  HeaderReader(std::string_view text, const Source& source) : text_(text), source_(source), furthest_(text.data()) {}

  Header read() {
    // The parser takes a byte order mark for nothing and a zero byte for the end.
    const size_t first = text_.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text_[first] != '{') missing();
    if (text_.find('\0') != std::string_view::npos) broken("it holds a zero byte");
    const char* const end = text_.data() + text_.size();
    json::sax_parse(Cursor(text_.data(), &furthest_), Cursor(end, &furthest_), this);
    return std::move(header_);
  }

  bool start_object(size_t /*elements*/) override {
    switch (place_) {
      case Place::Outside:
        place_ = Place::Header;
        return true;
      case Place::Header:
        place_ = name_ == "__metadata__" ? Place::Metadata : Place::Tensor;
        if (place_ == Place::Tensor) {
          entry_ = {};
          entry_.name = std::move(name_);
          has_ = {};
        } else if (std::exchange(metadata_seen_, true)) {
          broken("the metadata stand there twice");
        }
        return true;
      default:
        missing();
    }
  }

  bool key(std::string& name) override {
    if (place_ == Place::Tensor) {
      begin_field(name);
    } else {
      name_ = std::move(name);
    }
    return true;
  }

  bool end_object() override {
    if (place_ == Place::Tensor) add_entry();
    place_ = place_ == Place::Header ? Place::Outside : Place::Header;
    return true;
  }

  bool start_array(size_t /*elements*/) override {
    if (place_ != Place::Tensor || field_ == Field::Type) missing();
    place_ = Place::Array;
    return true;
  }

  bool end_array() override {
    place_ = Place::Tensor;
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::Metadata) {
      if (!header_.metadata.emplace(std::move(name_), std::move(text)).second) {
        broken("a metadata key stands there twice");
      }
    } else if (place_ == Place::Tensor && field_ == Field::Type) {
      entry_.type = type_of(text);
    } else {
      missing();
    }
    return true;
  }

  bool number_unsigned(uint64_t number) override {
    if (place_ != Place::Array) missing();
    if (field_ == Field::Offsets) {
      if (offsets_.size() == 2) broken(tensor() + " has more than two offsets");
      offsets_.push_back(number);
    } else {
      if (number > INT64_MAX || entry_.shape.size() == kMaxDimensions) {
        broken("the shape of " + tensor() + " is out of bounds");
      }
      entry_.shape.push_back(static_cast<int64_t>(number));
    }
    return true;
  }

  bool number_float(double /*number*/, const std::string& text) override {
    if (place_ == Place::Array && text.find_first_not_of("0123456789") == std::string::npos) {
      broken("a number does not fit 64 bits");
    }
    missing();
  }

  bool null() override { missing(); }
  bool boolean(bool /*value*/) override { missing(); }
  bool number_integer(int64_t /*number*/) override { missing(); }
  bool binary(json::binary_t& /*bytes*/) override { missing(); }

  bool parse_error(size_t position, const std::string& /*token*/, const json::exception& /*problem*/) override {
    if (place_ == Place::Outside && position > 1) broken("something follows the header's closing brace");
    broken(position > text_.size() ? "the header ends too early" : "the header is not JSON");
  }

 private:
  enum class Place { Outside, Header, Metadata, Tensor, Array };
  enum class Field { Type, Shape, Offsets };

  [[noreturn]] void broken(const std::string& what) const {
    fail(source_, what + " (header, byte " + std::to_string(furthest_ - text_.data()) + ")");
  }

  /// Refuses a value for what the format has in its place.
  [[noreturn]] void missing() const {
    if (place_ == Place::Array) broken("a whole number of at least 0 is missing");
    if (place_ == Place::Outside || place_ == Place::Header) broken("a '{' is missing");
    broken(place_ == Place::Tensor && field_ != Field::Type ? "a '[' is missing" : "a '\"' is missing");
  }

  std::string tensor() const { return "tensor " + quoted_name(entry_.name); }

  void begin_field(const std::string& name) {
    if (name == "dtype") {
      field_ = Field::Type;
    } else if (name == "shape") {
      field_ = Field::Shape;
    } else if (name == "data_offsets") {
      field_ = Field::Offsets;
    } else {
      broken(tensor() + " has an unknown field " + quoted_name(name));
    }
    if (std::exchange(has_[static_cast<size_t>(field_)], true)) {
      broken("a field of " + tensor() + " stands there twice");
    }
  }

  void add_entry() {
    if (has_ != std::array{true, true, true} || offsets_.size() != 2) {
      broken(tensor() + " lacks its type, shape or offsets");
    }
    entry_.begin = offsets_[0];
    entry_.end = offsets_[1];
    offsets_.clear();
    header_.entries.push_back(std::move(entry_));
  }

  at::ScalarType type_of(const std::string& name) const {
    for (const auto& known : kTypes) {
      if (name == known.name) return known.type;
    }
    broken(tensor() + " has the unknown type " + quoted_name(name));
  }

  std::string_view text_;
  const Source& source_;
  const char* furthest_;
  Header header_;
  Place place_ = Place::Outside;
  std::string name_;  ///< The last key of the header or the metadata.
  bool metadata_seen_ = false;
  Entry entry_;  ///< The tensor in work, with what has been read of it.
  Field field_ = Field::Type;
  std::array<bool, 3> has_{};
  std::vector<uint64_t> offsets_;
};

}  // namespace

void fail(const Source& source, const std::string& what) {
  throw Error(source.use.code,
              source.file.string() + " is not a whole .safetensors file: " + what + "; " + source.use.if_broken);
}

std::string utf8_text(std::string_view text) {
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

Header read_header(std::string_view text, const Source& source) {
  const std::string readable = utf8_text(text);
  return HeaderReader(readable, source).read();
}

}  // namespace styler::safetensors
