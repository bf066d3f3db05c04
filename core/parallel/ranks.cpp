#include "core/parallel/ranks.hpp"

#include <algorithm>

namespace nmc {

Range share(Index items, Index parts, Index part) {
  const Index size = items / parts;
  const Index larger = items % parts;  // the first `larger` parts hold one more
  return {part * size + std::min(part, larger), size + (part < larger ? 1 : 0)};
}

Batch Ranks::gather_rows(const Batch& local) const {
  if (size_ == 1) return local;
  Column rows_here(1);
  rows_here(0) = static_cast<double>(local.rows());
  const Column rows = gather(rows_here);
  Column flat(local.size());
  if (local.size() > 0) flat = Eigen::Map<const Column>(local.data(), local.size());
  const Column blocks = gather(flat);
  Batch all(static_cast<Index>(rows.sum()), local.cols());
  Index first = 0;
  for (const double count : rows) {
    const auto here = static_cast<Index>(count);
    all.middleRows(first, here) =
        Eigen::Map<const Batch>(blocks.data() + first * local.cols(), here, local.cols());
    first += here;
  }
  return all;
}

std::vector<std::string> Ranks::gather(const std::string& text) const {
  Column bytes(static_cast<Index>(text.size()));
  for (std::size_t i = 0; i < text.size(); ++i)
    bytes(static_cast<Index>(i)) = static_cast<double>(static_cast<unsigned char>(text[i]));
  Column length(1);
  length(0) = static_cast<double>(text.size());
  const Column all = gather(bytes);
  std::vector<std::string> texts;
  Index first = 0;
  for (const double count : gather(length)) {
    std::string& one = texts.emplace_back();
    for (Index i = 0; i < static_cast<Index>(count); ++i)
      one += static_cast<char>(static_cast<unsigned char>(all(first + i)));
    first += static_cast<Index>(count);
  }
  return texts;
}

double Ranks::ordered_sum(const Column& local) const {
  const Column all = gather(local);
  double total = 0;
  for (const double value : all) total += value;
  return total;
}

}  // namespace nmc
