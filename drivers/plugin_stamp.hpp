#pragma once

/// In every file of a plug-in: what nmc reads off the library before it runs any of it. CMake's
/// nmc_add_plugin defines NMC_PLUGIN_FOR, the build of the package.
#ifdef NMC_PLUGIN_FOR
extern "C" {
[[gnu::used, gnu::visibility("default")]] inline const char nmc_plugin_stamp[] =
    "neuralmc plug-in for: " NMC_PLUGIN_FOR;
}
#define NMC_MAIN()
#else
/// The program of a source that serves as a plug-in too.
#define NMC_MAIN()                  \
  int main(int argc, char** argv) { \
    return nmc::main(argc, argv);   \
  }
#endif
