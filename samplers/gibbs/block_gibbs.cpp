#include "samplers/gibbs/block_gibbs.hpp"

#include <array>
#include <string>
#include <utility>

namespace nmc {
namespace {

const Blocks::Shape& shape_of(const Blocks& blocks, std::size_t block) {
  return blocks.shapes()[block];
}

/// Numbers first, first + 1, … of the kind that a block is drawn from.
Batch numbers_for(const Blocks::Shape& shape, const Streams& streams, Index chains, Index first) {
  Batch numbers(chains, shape.size);
  if (shape.support == Support::real)
    fill_normal(streams.with(Purpose::propose), numbers, first);
  else
    fill_uniform(streams.with(Purpose::gibbs), numbers, first);
  return numbers;
}

/// Standard normals, spins of either sign or labels, each as likely.
Batch random_block(const Blocks::Shape& shape, const Streams& streams, Index chains) {
  Batch y(chains, shape.size);
  if (shape.support == Support::real) {
    fill_normal(streams.with(Purpose::init), y);
    return y;
  }
  fill_uniform(streams.with(Purpose::init), y);
  if (shape.support.kind == Support::Kind::label)
    return (y * static_cast<double>(shape.support.states)).floor();
  return (y < 0.5).select(Batch::Ones(chains, shape.size), -Batch::Ones(chains, shape.size));
}

}  // namespace

BlockGibbs::BlockGibbs(const Blocks& blocks, const Target& target)
    : blocks_(blocks), target_(target) {
  require(blocks.shapes().size() == 2, "block_gibbs draws two blocks in turn and there are " +
                                           std::to_string(blocks.shapes().size()) +
                                           "; join them to two, the even ones and the odd ones");
  require(
      shape_of(blocks, 0).size == target.sites() && shape_of(blocks, 0).support == target.support(),
      "block 0 and the density differ in size or support; give the density of block 0");
}

Batch BlockGibbs::other(const Batch& x, const Streams& streams) const {
  const std::array<Batch, 2> all{x, Batch()};
  return blocks_.draw(1, all, numbers_for(shape_of(blocks_, 1), streams, x.rows(), 0));
}

Batch BlockGibbs::configuration(const Batch& y, const Streams& streams) const {
  const Blocks::Shape &mine = shape_of(blocks_, 0), &others = shape_of(blocks_, 1);
  const bool shares = (mine.support == Support::real) == (others.support == Support::real);
  const std::array<Batch, 2> all{Batch(), y};
  return blocks_.draw(0, all, numbers_for(mine, streams, y.rows(), shares ? others.size : 0));
}

void BlockGibbs::init(ChainState& state, const Streams& streams, Index chains) const {
  if (!state.spins.empty()) {
    state.x = state.spins.unpack();
    state.spins = Spins();
  }
  if (state.x.cols() == 0)
    state.x = configuration(random_block(shape_of(blocks_, 1), streams, chains), streams);
  state.log_p = target_.log_density(state.x);
}

StepInfo BlockGibbs::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  state.x = configuration(other(state.x, streams), streams);
  state.log_p = target_.log_density(state.x);
  StepInfo info;
  info.acceptance = Column::Ones(chains);
  info.accepted = Column::Ones(chains);
  info.diverging = Column::Zero(chains);
  return info;
}

}  // namespace nmc
