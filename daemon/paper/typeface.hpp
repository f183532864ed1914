#pragma once

#include "base/result.hpp"
#include "paper/rows.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace bccid {

// The family that papers are set in: every Vietnamese letter, figures of one width.
inline constexpr std::string_view kPaperFamily = "DejaVu Sans";

// A cell's text, broken into lines.
class SetText {
 public:
  struct State;
  explicit SetText(std::unique_ptr<State> state);
  SetText(SetText&&) noexcept;
  SetText& operator=(SetText&&) noexcept;
  ~SetText();

  std::size_t lines() const;
  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// One family of fonts, looked up once. Only one thread at a time may use it and what it has set.
class Typeface {
 public:
  // Errors: unavailable, when the machine has no such family. Another one is never taken in its place: it
  // might have no Vietnamese, and the same paper would look different on every machine.
  static Result<Typeface> open(std::string_view family = kPaperFamily);
  Typeface(Typeface&&) noexcept;
  Typeface& operator=(Typeface&&) noexcept;
  ~Typeface();

  // Breaks a cell's text between words, and within a word that is wider than the cell.
  SetText set(const PaperCell& cell) const;

 private:
  struct State;
  explicit Typeface(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace bccid
