#include "core/archive/graphs/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/errors.hpp"
#include "core/options/number_text.hpp"

namespace nmc::archive {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

constexpr const char* row_numbers_hint =
    "; row numbers, as pandas writes them? Leave them out: df.to_csv(FILE, index=False)";

/// A word for a message: files may hold anything.
std::string shortened(std::string_view word) {
  constexpr std::size_t most = 60;
  return word.size() <= most ? std::string(word) : std::string(word.substr(0, most)) + "...";
}

template <class Number>
std::errc parse(std::string_view word, Number& value) {
  if (word.size() > 1 && word[0] == '+' && word[1] != '-') word.remove_prefix(1);
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (error == std::errc::result_out_of_range) return error;
  return error == std::errc{} && stop == end ? std::errc{} : std::errc::invalid_argument;
}

}  // namespace

bool GraphLines::next() {
  const std::string_view all = source_.text;
  while (at_ < all.size()) {
    const std::size_t end = std::min(all.find('\n', at_), all.size());
    std::string_view line = all.substr(at_, end - at_);
    at_ = end + 1;
    ++number_;
    if (comment_ != '\0') line = line.substr(0, line.find(comment_));
    text_ = trim(line);
    if (!text_.empty()) return true;
  }
  return false;
}

const GraphLines::Words& GraphLines::words() {
  words_.clear();
  std::string_view rest = text_;
  while (true) {
    const std::size_t end = std::min(rest.find_first_of(" \t\r,;"), rest.size());
    if (end == 0)
      fail(fmt::format("column {} is empty in \"{}\"{}", words_.size() + 1, shortened(text_),
                       words_.empty() ? row_numbers_hint : ""));
    words_.push_back(rest.substr(0, end));
    if (end == rest.size()) return words_;
    rest = rest.substr(std::min(rest.find_first_not_of(blanks, end), rest.size()));
    if (rest.front() != ',' && rest.front() != ';') continue;
    rest.remove_prefix(1);
    rest = rest.substr(std::min(rest.find_first_not_of(blanks), rest.size()));
  }
}

void GraphLines::fail(const std::string& what) const {
  throw UserError(fmt::format("{}:{}: {}", source_.path, number_, what));
}

Index GraphLines::integer(const char* name, std::string_view word) const {
  Index value = 0;
  double real = 0;
  // Numbers of sites and bonds are below this, and may be counted from another first one.
  constexpr Index most = Index{1} << 53;
  if (parse(word, value) == std::errc{}) {
    if (value < -most || value > most) fail(fmt::format("{} = {} is no such number", name, value));
    return value;
  }
  const bool is_real = parse(word, real) == std::errc{};
  fail(fmt::format("{} = {} is not an integer{}", name, shortened(word),
                   is_real ? " (np.savetxt: fmt='%d %d %.17g')" : ""));
}

std::string GraphLines::comma_hint(std::size_t most) const {
  if (words_.size() <= most) return "";
  const auto is_digit = [this](std::size_t at) {
    return at < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at])) != 0;
  };
  for (std::size_t at = 1; at < text_.size(); ++at)
    if (text_[at] == ',' && is_digit(at - 1) && is_digit(at + 1))
      return "; a comma divides values, and decimals need a point: 1.5, not 1,5";
  return "";
}

double GraphLines::real(const char* name, std::string_view word) const {
  double value = 0;
  const std::errc error = parse(word, value);
  if (error == std::errc::result_out_of_range)
    fail(fmt::format("{} = {} does not fit a double", name, shortened(word)));
  if (error != std::errc{})
    fail(fmt::format("{} = {} is not a number{}", name, shortened(word), number_hint(word)));
  return value;
}

}  // namespace nmc::archive
