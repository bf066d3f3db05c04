#include "drivers/row_check.hpp"

#include <fmt/format.h>

#include "core/errors.hpp"

namespace nmc::drivers {

void require_numbers(const Batch& values, const std::string& name) {
  if (!values.isNaN().any()) return;
  Index row = 0;
  while (!values.row(row).isNaN().any()) ++row;
  throw UserError(fmt::format(
      "{} of row {} (the first is 0) is no number: its entries are beyond what doubles hold the "
      "squares of, or what the network was made for; leave the row out",
      name, row));
}

void require_numbers(const Column& values, const std::string& name) {
  require_numbers(Batch(values), name);
}

}  // namespace nmc::drivers
