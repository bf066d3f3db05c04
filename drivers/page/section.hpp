#pragma once

#include <string>
#include <vector>

#include "drivers/figures/figure.hpp"
#include "drivers/figures/gallery.hpp"
#include "drivers/page/explorer.hpp"

namespace nmc::drivers::page {

/// Rows of words; the first of each names its row.
struct Table {
  std::string caption;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> links{};  ///< of the first words of the rows, "#id"; may be empty
};

/// A part of a page. Every word that is given to it is escaped.
class Section {
 public:
  /// `id` is its own in the page: letters, digits and hyphens.
  Section(std::string id, std::string heading);

  void paragraph(const std::string& words);
  /// Sentences, each after a word in bold: "refused", "warning", or "" for none.
  void sentences(const std::vector<std::pair<std::string, std::string>>& list);
  void table(const Table& table);
  /// Figures that follow each other stand side by side; one without marks is left out.
  void figure(const figures::Figure& figure);
  void gallery(const figures::Gallery& gallery);
  void explorer(const Explorer& explorer);
  /// Text as it is, to be unfolded.
  void folded(const std::string& heading, const std::string& text);
  void heading(const std::string& words);

  [[nodiscard]] bool is_empty() const { return body_.empty(); }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& title() const { return heading_; }
  /// A class of the style; "" for none.
  void set_kind(const std::string& kind) { kind_ = kind; }
  /// Makes it one of many of a kind, which the contents do not name.
  void set_part() { is_part_ = true; }
  [[nodiscard]] bool is_part() const { return is_part_; }
  [[nodiscard]] bool has_explorer() const { return has_explorer_; }
  [[nodiscard]] std::string html() const;

 private:
  void add(const std::string& html);
  void drawing(const std::string& svg, const std::string& caption, const std::string& numbers);

  std::string id_, heading_, kind_, body_;
  int drawings_ = 0;
  bool is_among_drawings_ = false, is_part_ = false, has_explorer_ = false;
};

/// A name as an id: what is no letter, digit or hyphen becomes a hyphen.
[[nodiscard]] std::string id_of(const std::string& name);

}  // namespace nmc::drivers::page
