// The program, many times in children of one process (see serve.hpp).

#include <string>
#include <vector>

#include "drivers/program.hpp"
#include "tests/fuzz/serve.hpp"

int main() {
  return nmc::fuzz::serve([](std::vector<std::string> words) {
    words.insert(words.begin(), "nmc");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    return nmc::main(static_cast<int>(words.size()), argv.data());
  });
}
