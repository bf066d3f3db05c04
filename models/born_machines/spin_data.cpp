#include "models/born_machines/spin_data.hpp"

#include <map>
#include <string>

namespace nmc {

SpinData spin_data(const Batch& s, const std::vector<Index>& order) {
  std::map<std::string, Index> times;
  std::string row(order.size(), '0');
  for (Index c = 0; c < s.rows(); ++c) {
    for (std::size_t place = 0; place < order.size(); ++place)
      row[place] = s(c, order[place]) > 0 ? '1' : '0';
    ++times[row];
  }
  SpinData data{std::vector<std::vector<std::uint8_t>>(order.size()), Column(std::ssize(times))};
  Index at = 0;
  for (const auto& [spins, count] : times) {
    for (std::size_t place = 0; place < order.size(); ++place)
      data.up[place].push_back(spins[place] == '1' ? 1 : 0);
    data.weight(at++) = static_cast<double>(count) / static_cast<double>(s.rows());
  }
  return data;
}

}  // namespace nmc
