// The text of a document: which characters it may hold, and where its bytes lie in lines and columns.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "dms/document.h"
#include "tabletheory/error.h"

namespace tabletheory::dms {

// One character of UTF-8 text. `length` is 0 at the end and for bytes that are not UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};
CodePoint decode_code_point(std::string_view text);

// Without the byte order mark that some editors put first.
std::string_view without_byte_order_mark(std::string_view text);

// The text from the beginning of a line on (lines count from 1); empty when it has fewer lines.
std::string_view text_from_line(std::string_view text, int line);

// Turns libyaml's marks, which count characters, into places, which count bytes. Asking in ascending order, as a parser
// does, costs one walk over the text in all.
class PlaceFinder {
 public:
  explicit PlaceFinder(std::string_view text) : text_(text) {}
  Place at_character(std::size_t character);

 private:
  void rewind();

  std::string_view text_;
  std::size_t character_ = 0;
  std::size_t byte_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

// Characters that YAML readers refuse or take differently: bytes that are not UTF-8, control characters, and the line
// breaks of YAML 1.1 that are none in YAML 1.2 (NEL, LS, PS). The first few, with places.
std::vector<Diagnostic> check_yaml_characters(std::string_view text, std::string_view file);

// Problems of one file by line and column; those at one place stay in the order they were found.
std::vector<Diagnostic> ordered_by_place(std::vector<Diagnostic> problems);

}  // namespace tabletheory::dms
