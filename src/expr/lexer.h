// Lexer of DynamoDB expressions: text to tokens. Never fails: what is no token becomes one of kind kUnknown, which no
// grammar accepts. Tokens are views into the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tabletheory::expr {

struct Token {
  enum class Kind : std::uint8_t {
    kWord,         // a letter, then letters, digits, `_`: a name, a function or a keyword
    kName,         // #n
    kValue,        // :v
    kDigits,       // 0–9
    kPunctuation,  // ( ) [ ] . , + - = <> < <= > >=
    kUnknown,
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string_view text;

  bool is(std::string_view punctuation) const { return kind == Kind::kPunctuation && text == punctuation; }
  // `upper` is an upper-case keyword; keywords are case-insensitive.
  bool is_keyword(std::string_view upper) const;
};

// The last token is kEnd, with an empty text at the end of the input.
std::vector<Token> tokenize(std::string_view text);

// Letters, digits and `_`.
bool is_word_character(char c);

}  // namespace tabletheory::expr
