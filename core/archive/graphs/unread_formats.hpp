#pragma once

#include <string>

#include "core/archive/graphs/source.hpp"

namespace nmc::archive {

/// UserError with the name of the format and the way out where the text or the ending is that of
/// one that is known and not read.
void refuse_unread_format(const GraphSource& source, const std::string& ending);

}  // namespace nmc::archive
