#include "drivers/program.hpp"

int main(int argc, char** argv) {
  return nmc::main(argc, argv);
}
