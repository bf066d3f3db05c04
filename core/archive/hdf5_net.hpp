#pragma once

#include <cstdint>
#include <string>

namespace nmc::archive::hdf5 {

/// From now on the end of the program by a signal (SIGSEGV, SIGBUS, SIGFPE, SIGABRT) is exit code 2
/// and a message that this file is damaged. What require_survivable() did not see is caught so:
/// the library reads past the ends of what is damaged, which ends one process and spares the next.
void spread_net(std::int64_t file, const std::string& path);

/// The file is closed: signals do what they did before. Nothing where there was no net.
void take_net_away(std::int64_t file);

}  // namespace nmc::archive::hdf5
