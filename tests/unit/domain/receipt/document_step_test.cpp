#include "domain/receipt/document_step.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using Kind = DocumentStep::Kind;
using State = DocumentState;

PaymentDocument document(State state, bool stands) {
  PaymentDocument made;
  made.state = state;
  made.receipt_stands = stands;
  return made;
}

TEST(NextDocumentStep, BringsTheProviderToWhatOurReceiptsSay) {
  EXPECT_EQ(next_step({}).kind, Kind::nothing);
  EXPECT_EQ(next_step({document(State::wanted, true)}).kind, Kind::issue);
  EXPECT_EQ(next_step({document(State::refused, true)}).kind, Kind::issue);
  EXPECT_EQ(next_step({document(State::issued, true)}).kind, Kind::nothing);
  EXPECT_EQ(next_step({document(State::issued, false)}).kind, Kind::cancel);
  EXPECT_EQ(next_step({document(State::unwanted, false)}).kind, Kind::nothing);
  EXPECT_EQ(next_step({document(State::cancelled, false)}).kind, Kind::nothing);
  EXPECT_EQ(next_step({document(State::cancelled, true)}).kind, Kind::stuck);
}

TEST(NextDocumentStep, DecidesNothingWhileAnOutcomeIsUnknown) {
  for (const auto state : {State::sending, State::cancelling})
    for (const bool stands : {true, false}) {
      const auto step = next_step({document(state, stands), document(State::wanted, true)});
      EXPECT_EQ(step.kind, Kind::ask);
      EXPECT_EQ(step.document, 0U);
    }
}

TEST(NextDocumentStep, ReplacesWhatStandsAtTheProviderHoweverManyReceiptsWereBetween) {
  const auto step = next_step(
      {document(State::issued, false), document(State::unwanted, false), document(State::wanted, true)});
  EXPECT_EQ(step.kind, Kind::replace);
  EXPECT_EQ(step.document, 2U);
  EXPECT_EQ(step.old, 0U);
  EXPECT_EQ(next_step({document(State::issued, false), document(State::unwanted, false)}).kind, Kind::cancel);
  EXPECT_EQ(next_step({document(State::cancelled, false), document(State::wanted, true)}).kind, Kind::issue);
}

}  // namespace
}  // namespace bccid
