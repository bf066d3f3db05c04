#pragma once

namespace nmc {

/// The program `nmc`: reads the verb, runs it, returns the exit code (0 done, 2 the user's input,
/// 3 numerical failure, 75 stopped after a checkpoint). A user's program calls it after
/// NMC_REGISTER_SYSTEM and gets every verb for its own systems.
int main(int argc, char** argv);

}  // namespace nmc
