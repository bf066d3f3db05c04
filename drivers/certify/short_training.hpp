#pragma once

namespace nmc {
class Target;
class Trainable;
}  // namespace nmc

namespace nmc::certify {

/// A few hundred steps of reverse KL with draws of fixed seeds: a network as it starts proposes
/// next to nothing that a density of many numbers accepts, and a step that never moves shows no
/// fault. Stops where a loss is not finite. Networks of numbers whose states are counted need none
/// of it.
void train_shortly(const Target& target, Trainable& model);

}  // namespace nmc::certify
