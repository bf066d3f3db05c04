#include "drivers/report/draw_column.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace nmc::drivers {
namespace {

constexpr Index kPieceNumbers = Index{1} << 20;

// HDF5 takes one thread at a time.
std::mutex& library_lock() {
  static std::mutex lock;
  return lock;
}

}  // namespace

DrawColumn::DrawColumn(std::string name, Index draws, Index chains, Read read)
    : name_(std::move(name)), draws_(draws), chains_(chains), read_(std::move(read)) {}

DrawColumn DrawColumn::held(const std::string& name, const Chains& values) {
  return {name, values.rows(), values.cols(),
          [values](Range draws) { return Chains(values.middleRows(draws.first, draws.count)); }};
}

DrawColumn DrawColumn::stored(const archive::File& file, const std::string& variable, Index place) {
  const archive::Shape shape = file.shape(variable);
  const std::string name = variable.substr(variable.find_last_of('/') + 1);
  return {name, shape.at(1), shape.at(0), [&file, variable, shape, place](Range draws) {
            archive::Part part{{0, draws.first}, {shape[0], draws.count}};
            if (shape.size() == 3) {
              part.start.push_back(place);
              part.count.push_back(1);
            }
            const std::lock_guard lock(library_lock());
            const std::vector<double> values = file.read_part(variable, part);
            return Chains(Eigen::Map<const Chains>(values.data(), draws.count, shape[0]));
          }};
}

void DrawColumn::for_each_piece(const std::function<void(const Chains&)>& use) const {
  const Index most = is_large() ? std::max<Index>(1, kPieceNumbers / chains_) : draws_;
  for (Index first = 0; first < draws_; first += most)
    use(read({first, std::min(most, draws_ - first)}));
}

statistics::DrawBlocks DrawColumn::blocks() const {
  auto blocks = statistics::DrawBlocks::within(chains_, kBlockNumbers);
  for_each_piece([&](const Chains& draws) { blocks.add(draws); });
  return blocks;
}

DrawColumn DrawColumn::mapped(const std::string& name,
                              const std::function<Chains(const Chains&)>& change) const {
  return {name, draws_, chains_,
          [read = read_, change](Range draws) { return change(read(draws)); }};
}

DrawColumn DrawColumn::polled(const std::function<void()>& poll) const {
  return {name_, draws_, chains_, [read = read_, poll](Range draws) {
            poll();
            return read(draws);
          }};
}

}  // namespace nmc::drivers
