#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace styler::app {

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);
/// The same back; none where the text is something else.
std::optional<std::string> bytes_of_base64(std::string_view text);

/// The address of `file` relative to the folder of `page`, percent-encoded byte by byte, so that every name that the
/// system can hold is a valid link and none can be taken for a scheme such as `javascript:`.
std::string relative_link(const std::filesystem::path& file, const std::filesystem::path& page);

/// JSON that can stand inside a <script> element: ASCII alone and without `<`, so that nothing in it can end the
/// element. Texts that are no UTF-8 get replacement characters.
std::string json_for_script(const nlohmann::ordered_json& data);

}  // namespace styler::app
