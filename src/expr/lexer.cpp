#include "expr/lexer.h"

#include <algorithm>

namespace tabletheory::expr {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_continuation_byte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

template <class Predicate>
std::size_t run_length(std::string_view text, std::size_t from, Predicate predicate) {
  std::size_t end = from;
  while (end < text.size() && predicate(text[end])) ++end;
  return end - from;
}

std::size_t punctuation_length(std::string_view text) {
  constexpr std::string_view kSingles = "()[].,+-=<>";
  if (text.starts_with("<>") || text.starts_with("<=") || text.starts_with(">=")) return 2;
  return kSingles.find(text.front()) == std::string_view::npos ? 0 : 1;
}

// The token that `text` (not empty, not blank) begins with.
Token first_token(std::string_view text) {
  const char c = text.front();
  if (is_letter(c)) return {Token::Kind::kWord, text.substr(0, run_length(text, 0, is_word_character))};
  if (is_digit(c)) return {Token::Kind::kDigits, text.substr(0, run_length(text, 0, is_digit))};
  if (c == '#' || c == ':') {
    const std::size_t length = run_length(text, 1, is_word_character);
    if (length > 0) return {c == '#' ? Token::Kind::kName : Token::Kind::kValue, text.substr(0, 1 + length)};
  }
  if (const std::size_t length = punctuation_length(text)) return {Token::Kind::kPunctuation, text.substr(0, length)};
  // A whole UTF-8 sequence, so that the message that quotes it stays valid text.
  return {Token::Kind::kUnknown, text.substr(0, 1 + run_length(text, 1, is_continuation_byte))};
}

}  // namespace

bool is_word_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

bool Token::is_keyword(std::string_view keyword) const {
  return kind == Kind::kWord && text.size() == keyword.size() &&
         std::equal(text.begin(), text.end(), keyword.begin(), [](char a, char b) { return upper(a) == b; });
}

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  tokens.reserve(text.size() / 3 + 2);
  std::size_t at = 0;
  while (true) {
    at += run_length(text, at, is_blank);
    if (at == text.size()) break;
    tokens.push_back(first_token(text.substr(at)));
    at += tokens.back().text.size();
  }
  tokens.push_back({Token::Kind::kEnd, text.substr(text.size())});
  return tokens;
}

}  // namespace tabletheory::expr
