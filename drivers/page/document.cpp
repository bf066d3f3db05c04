#include "drivers/page/document.hpp"

#include <fmt/format.h>

#include <utility>

#include "drivers/figures/look.hpp"
#include "drivers/figures/xml.hpp"
#include "drivers/page/style.hpp"

namespace nmc::drivers::page {

using figures::escaped;

Document::Document(std::string title, std::string note)
    : title_(std::move(title)), note_(std::move(note)) {}

bool Document::add(const Section& section) {
  if (section.is_empty()) return true;
  const std::string html = section.html();
  if (body_.size() + html.size() > kMostBytes) return false;
  body_ += html;
  has_explorer_ = has_explorer_ || section.has_explorer();
  if (section.is_part()) return true;  // the table of tasks leads to them
  contents_ +=
      fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id(), escaped(section.title()));
  return true;
}

std::string Document::html() const {
  return fmt::format(
      "<!DOCTYPE html>\n"
      "<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<title>{0}</title>\n<link rel=\"icon\" href=\"data:,\"/>\n<style>{1}{2}</style></head>\n"
      "<body><header><h1>{0}</h1><p>{3}</p></header>\n"
      "<nav aria-label=\"contents\"><ul>\n{4}</ul></nav>\n<main>\n{5}</main>\n"
      "<script>{6}</script></body></html>\n",
      escaped(title_), page_css() + (has_explorer_ ? explorer_css() : ""),
      figures::figure_css(true), escaped(note_), contents_, body_,
      page_script() + (has_explorer_ ? explorer_script() : ""));
}

}  // namespace nmc::drivers::page
