#include "models/training/data_source.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace nmc {

DataSet::DataSet(Batch configurations, Index held_out)
    : configurations_(std::move(configurations)), held_out_(held_out) {
  require(held_out >= 0 && held_out < configurations_.rows(),
          "the data set has " + std::to_string(configurations_.rows()) + " configurations and " +
              std::to_string(held_out) + " are held out for validation: none is left to train on");
  for (Index row = 0; row < configurations_.rows(); ++row) {
    require(configurations_.row(row).allFinite(),
            "configuration " + std::to_string(row) +
                " of the data set holds a number that is not finite; remove it");
  }
}

Batch DataSet::rows(const Streams& streams, Index count) const {
  const bool is_validation = streams.purpose == Purpose::validate && held_out_ > 0;
  const Index trained = configurations_.rows() - held_out_;
  const Index first = is_validation ? trained : 0;
  const Index available = is_validation ? held_out_ : trained;
  // Both uses draw from Purpose::data, validation from steps that training never reaches.
  constexpr std::uint64_t kValidation = std::uint64_t{1} << 55;
  Streams order = streams.with(Purpose::data);
  if (streams.purpose == Purpose::validate) order.step |= kValidation;
  const Column u = uniform_column(order, count);
  Batch x(count, sites());
  for (Index c = 0; c < count; ++c) {
    x.row(c) =
        configurations_.row(first + static_cast<Index>(u(c) * static_cast<double>(available)));
  }
  return x;
}

}  // namespace nmc
