#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "core/options/options.hpp"
#include "physics/graphs/lattice.hpp"

/// The keys of [system] that systems on hypercubic lattices share, and the temperature.
namespace nmc::catalog {

/// L, dim, boundary; L is required unless there is another way to say the graph.
[[nodiscard]] std::vector<OptionSpec> lattice_options(bool is_L_required = true);
/// beta and T, of which one must be given.
void add_temperature(std::vector<OptionSpec>& options);

/// From L, dim and boundary, checked. A `dimension` above 0 is the only one that is allowed.
[[nodiscard]] Lattice read_lattice(const Options& options, Index dimension = 0);
[[nodiscard]] double read_beta(const Options& options);

/// A key that the job gives and nobody would read is an error: "L = 8 does nothing: why".
void refuse_given(const Options& options, std::initializer_list<const char*> keys,
                  const std::string& why);

/// Calls `make` and puts "job.ini:7: ", the place of `key`, before the message of a UserError.
template <class Make>
auto at_key(const Options& options, const char* key, const Make& make) {
  try {
    return make();
  } catch (const UserError& error) {
    options.fail(key, error.what());
  }
}

}  // namespace nmc::catalog
