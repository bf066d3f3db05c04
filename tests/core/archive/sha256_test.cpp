#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "core/archive/sha256.hpp"
#include "core/archive/sha256_blocks.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

TEST(Sha256, EqualsTheKnownAnswersOfItsStandard) {
  // FIPS 180-4 examples of NIST's Cryptographic Algorithm Validation Program
  EXPECT_EQ(sha256(std::string()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256(std::string("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesArrive) {
  const std::string text(300, 'q');
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 hash;
    hash.update(std::as_bytes(std::span(text.data(), cut)));
    hash.update(std::as_bytes(std::span(text.data() + cut, text.size() - cut)));
    EXPECT_EQ(hash.finish(), sha256(text));
  }
}

TEST(Sha256, InInstructionsIsTheSameAsInPlainCode) {
  std::mt19937 coins(1);
  std::vector<std::byte> bytes(20 * 64);
  for (std::byte& byte : bytes) byte = std::byte(coins() & 0xff);
  for (std::size_t blocks = 0; blocks <= 20; ++blocks) {
    Sha256State fast{1, 2, 3, 4, 5, 6, 7, 0xffffffff}, plain = fast;
    sha256_blocks(fast, std::span(bytes).first(64 * blocks));
    sha256_blocks_plain(plain, std::span(bytes).first(64 * blocks));
    EXPECT_EQ(fast, plain) << blocks;
  }
}

TEST(Sha256, OfAFileSkipsItsBeginning) {
  const Scratch scratch;
  write_text_file(scratch.file("x"), "headabc");
  EXPECT_EQ(sha256_of_file(scratch.file("x"), 4), sha256(std::string("abc")));
  EXPECT_THROW((void)sha256_of_file(scratch.file("y")), UserError);
}

}  // namespace
}  // namespace nmc::archive
