#include "drivers/page/section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drivers/figures/draw.hpp"
#include "drivers/figures/xml.hpp"

namespace nmc::drivers::page {
namespace {

using figures::escaped;

std::string head_html(const std::vector<std::string>& head) {
  std::string html = "<tr>";
  for (const std::string& word : head) html += "<th scope=\"col\">" + escaped(word) + "</th>";
  return html + "</tr>";
}

std::string row_html(const std::vector<std::string>& row, const std::string& link) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string words = escaped(row[i]);
    if (i > 0)
      html += "<td>" + words + "</td>";
    else if (link.empty())
      html += "<th scope=\"row\">" + words + "</th>";
    else
      html += fmt::format("<th scope=\"row\"><a href=\"{}\">{}</a></th>", link, words);
  }
  return html + "</tr>\n";
}

}  // namespace

std::string id_of(const std::string& name) {
  std::string id = name;
  std::ranges::replace_if(
      id,
      [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !is_letter && !(c >= '0' && c <= '9');
      },
      '-');
  return id;
}

Section::Section(std::string id, std::string heading)
    : id_(std::move(id)), heading_(std::move(heading)) {}

void Section::add(const std::string& html) {
  if (is_among_drawings_) body_ += "</div>\n";
  is_among_drawings_ = false;
  body_ += html;
}

void Section::paragraph(const std::string& words) {
  if (!words.empty()) add("<p>" + escaped(words) + "</p>\n");
}

void Section::heading(const std::string& words) {
  add("<h3>" + escaped(words) + "</h3>\n");
}

void Section::sentences(const std::vector<std::pair<std::string, std::string>>& list) {
  if (list.empty()) return;
  std::string html = "<ul>";
  for (const auto& [word, sentence] : list)
    html += fmt::format("<li>{}{}</li>\n",
                        word.empty() ? "" : fmt::format("<strong>{}:</strong> ", escaped(word)),
                        escaped(sentence));
  add(html + "</ul>\n");
}

void Section::table(const Table& table) {
  if (table.rows.empty()) return;
  std::string html = fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>"
      "<caption>{0}</caption>",
      escaped(table.caption));
  if (!table.head.empty()) html += "<thead>" + head_html(table.head) + "</thead>";
  html += "<tbody>\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    html += row_html(table.rows[i], i < table.links.size() ? table.links[i] : "");
  add(html + "</tbody></table></div>\n");
}

void Section::drawing(const std::string& svg, const std::string& caption,
                      const std::string& numbers) {
  if (!is_among_drawings_) body_ += "<div class=\"figures\">\n";
  is_among_drawings_ = true;
  body_ += fmt::format(
      "<figure>{}<figcaption>{}</figcaption><details class=\"numbers\"><summary>numbers</summary>"
      "<pre>{}</pre></details></figure>\n",
      svg, escaped(caption), escaped(numbers));
}

void Section::figure(const figures::Figure& figure) {
  if (!figures::has_marks(figure)) return;
  const std::string id = fmt::format("{}-{}", id_, ++drawings_);
  drawing(figures::figure_svg(figure, id), figure.title + ". " + figure.description,
          figures::numbers(figure));
}

void Section::gallery(const figures::Gallery& gallery) {
  if (gallery.images.empty()) return;
  const std::string id = fmt::format("{}-{}", id_, ++drawings_);
  drawing(figures::gallery_svg(gallery, id), gallery.title + ". " + gallery.description,
          figures::numbers(gallery));
}

void Section::explorer(const Explorer& explorer) {
  if (explorer.pictures.size() == 0) return;
  add(explorer_html(explorer, fmt::format("{}-{}", id_, ++drawings_)));
  has_explorer_ = true;
}

void Section::folded(const std::string& heading, const std::string& text) {
  if (text.empty()) return;
  add(fmt::format("<details class=\"numbers\"><summary>{}</summary><pre>{}</pre></details>\n",
                  escaped(heading), escaped(text)));
}

std::string Section::html() const {
  const std::string kind = kind_.empty() ? "" : fmt::format(" class=\"{}\"", kind_);
  return fmt::format(
      "<section id=\"{0}\"{1} aria-labelledby=\"{0}-h\"><h2 id=\"{0}-h\">{2}</h2>\n"
      "{3}{4}</section>\n",
      id_, kind, escaped(heading_), body_, is_among_drawings_ ? "</div>\n" : "");
}

}  // namespace nmc::drivers::page
