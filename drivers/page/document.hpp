#pragma once

#include <string>
#include <vector>

#include "drivers/page/section.hpp"

namespace nmc::drivers::page {

/// Bytes that a page stays below, whatever it shows.
inline constexpr std::size_t kMostBytes = 4'700'000;

/// A page of one file: it reads no other and says all without its script.
class Document {
 public:
  /// `note` stands under the title.
  Document(std::string title, std::string note);

  /// A section without content is left out, and so is one that would not fit: false then.
  bool add(const Section& section);
  [[nodiscard]] std::string html() const;

 private:
  std::string title_, note_, contents_, body_;
  bool has_explorer_ = false;
};

}  // namespace nmc::drivers::page
