#pragma once

#include <string>
#include <vector>

#include "core/archive/graphs/entries.hpp"

namespace nmc::archive {

/// A format of a graph file: its names, its functions, and what it can hold.
struct GraphFormat {
  std::string name;                  ///< of bonds_format and nmc convert --from, --to
  std::vector<std::string> endings;  ///< of file names; the first format that has one takes it
  std::string convention;            ///< numbering and signs, for people
  Index first_site = 0;
  GraphEntries (*read)(const GraphSource& source, const GraphQuery& query) = nullptr;
  void (*write)(const GraphFile& file, const std::string& path) = nullptr;
  bool holds_fields = true;
  bool holds_plaquettes = false;
  bool holds_constant = false;
  bool holds_extents = false;
  bool states_sites = true;  ///< so that sites without bonds are possible
};

}  // namespace nmc::archive
