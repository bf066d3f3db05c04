#include "core/parallel/available_memory.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "tests/core/archive/scratch.hpp"

namespace nmc {
namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST(AvailableMemory, IsTheLeastThatAGroupAboveLeaves) {
  const archive::Scratch scratch;
  const std::filesystem::path root = scratch.file("cgroup");
  write(scratch.file("list"), "0::/slurm/job_5/step_0\n");
  EXPECT_TRUE(std::isinf(memory_left_in_groups(scratch.file("list"), root)));
  write(root / "slurm/job_5/memory.max", "1000\n");
  write(root / "slurm/job_5/memory.current", "700\n");
  write(root / "slurm/job_5/memory.stat", "anon 600\ninactive_file 50\n");
  write(root / "slurm/memory.max", "max\n");
  write(root / "slurm/memory.current", "5000\n");
  EXPECT_EQ(memory_left_in_groups(scratch.file("list"), root), 350);
}

TEST(AvailableMemory, ReadsGroupsOfVersionOne) {
  const archive::Scratch scratch;
  const std::filesystem::path root = scratch.file("cgroup");
  write(scratch.file("list"),
        "11:devices:/slurm\n7:cpuset,memory:/slurm/job_5\n1:name=systemd:/x\n0::/y\n");
  const std::filesystem::path group = root / "memory/slurm/job_5";
  write(group / "memory.limit_in_bytes", "4000\n");
  write(group / "memory.usage_in_bytes", "1000\n");
  write(group / "memory.stat", "inactive_file 1\ntotal_inactive_file 200\n");
  EXPECT_EQ(memory_left_in_groups(scratch.file("list"), root), 3200);
}

TEST(AvailableMemory, IsSomethingHere) {
  EXPECT_GT(available_memory(), 1e6);
  EXPECT_LT(available_memory(), 1e16);
}

}  // namespace
}  // namespace nmc
