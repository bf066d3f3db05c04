#include "core/chain_rows.hpp"

#include <gtest/gtest.h>

namespace nmc {
namespace {

TEST(ChainRows, EveryRowIsOneRungOfOneChain) {
  const ChainRows rows(6, 4);
  EXPECT_EQ(rows.rows(), 24);
  EXPECT_EQ(rows.pairs(), 3);
  Index next = 0;
  for (Index chain = 0; chain < rows.chains(); ++chain)
    for (Index rung = 0; rung < rows.rungs(); ++rung) {
      EXPECT_EQ(rows.row(chain, rung), next);
      EXPECT_EQ(rows.chain_of(next), chain);
      EXPECT_EQ(rows.rung_of(next), rung);
      ++next;
    }
  EXPECT_EQ(ChainRows::among(24, 4).chains(), 6);
}

TEST(ChainRows, IndicesTakeTheRowsOfARungOfAChainAndOfTheFirstOfAPair) {
  const ChainRows rows(4, 3);
  const Column all = Column::LinSpaced(rows.rows(), 0, 11);
  const auto taken = [&](const auto& index) { return Column(all(index)); };
  EXPECT_TRUE((taken(rows.of_rung(1)) == (Column(4) << 1, 4, 7, 10).finished()).all());
  EXPECT_TRUE((taken(rows.of_chain(2)) == (Column(3) << 6, 7, 8).finished()).all());
  EXPECT_TRUE((taken(rows.of_pair(1)) == taken(rows.of_chain(2))).all());
}

TEST(ChainRows, PartnersAreTheSameRungOfTheTwoChainsOfAPair) {
  const ChainRows rows(4, 3);
  for (Index row = 0; row < rows.rows(); ++row) {
    const Index partner = rows.partner(row);
    EXPECT_EQ(rows.partner(partner), row);
    EXPECT_NE(rows.is_first_of_pair(row), rows.is_first_of_pair(partner));
    EXPECT_EQ(rows.rung_of(partner), rows.rung_of(row));
    EXPECT_EQ(rows.chain_of(partner) / 2, rows.chain_of(row) / 2);
  }
}

}  // namespace
}  // namespace nmc
