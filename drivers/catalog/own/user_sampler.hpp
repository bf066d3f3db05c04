#pragma once

#include <functional>
#include <memory>

#include "drivers/catalog/entries/user_system.hpp"
#include "samplers/proposal/move.hpp"

/// Entries of a user's samplers.
namespace nmc::catalog {

template <class Made>
using MakeFor = std::function<std::unique_ptr<Made>(const Options&, const System&)>;

/// As often per step as the key `proposals` says, 0 for once per site.
[[nodiscard]] SamplerEntry user_move(const UserKeys& keys, const MakeFor<Move>& make);
[[nodiscard]] SamplerEntry user_proposal(const UserKeys& keys, const MakeFor<Proposal>& make);
[[nodiscard]] SamplerEntry user_sampler(const UserKeys& keys, const MakeFor<Sampler>& make);

}  // namespace nmc::catalog
