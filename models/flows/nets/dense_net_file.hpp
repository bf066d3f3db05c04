#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/model_entries.hpp"

namespace nmc {

/// One net in a group of a model file: W0 (outputs, inputs), b0, W1, …; `widths` from the inputs to
/// the outputs, `parameters` in that order.
void write_dense_net(archive::File& file, const std::string& group, const std::vector<int>& widths,
                     std::span<const double> parameters);

/// Widths of its hidden layers, one at least. UserError for entries of the group other than these
/// and those of the net.
[[nodiscard]] std::vector<int> read_hidden_widths(const archive::File& file,
                                                  const std::string& group, KnownEntries known);

/// Its parameters; UserError where a shape is another one.
[[nodiscard]] std::vector<double> read_dense_net(const archive::File& file,
                                                 const std::string& group,
                                                 const std::vector<int>& widths);

}  // namespace nmc
