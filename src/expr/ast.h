// The one syntax tree of DynamoDB expressions: conditions, filters, key conditions, projections and updates.
//
// Produced by the parser (expr/parser.h) with placeholders resolved against ExpressionAttributeNames and -Values, or by
// hand (the ORM's builder). Consumed by the evaluator (the engine), the printer (the ORM) and checks of raw
// expressions. Nodes are plain data; literal values are held by value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tabletheory/value.h"

namespace tabletheory::expr {

// A document path: a root attribute, then map members and list elements. `a.b[3].c`
struct Path {
  struct Step {
    std::string name;         // a member; empty when `index` counts
    std::int64_t index = -1;  // a list element, from 0; -1 for a member
    bool is_index() const { return index >= 0; }
    friend bool operator==(const Step&, const Step&) = default;
  };
  std::vector<Step> steps;  // the first is always a name

  const std::string& root() const { return steps.front().name; }
  bool is_root() const { return steps.size() == 1; }
  // As people write it: `a.b[3].c`, names resolved.
  std::string to_string() const;
  friend bool operator==(const Path&, const Path&) = default;

  static Path attribute(std::string name) { return Path{{Step{std::move(name), -1}}}; }
  // Reads `a.b[3].c`: any characters but `.` and `[` in names. ErrInvalidOperator when malformed.
  static Result<Path> parse(std::string_view text);
};

// Two paths overlap when one is a prefix of the other; they conflict when one step takes a map member and the other a
// list element of the same parent.
bool overlaps(const Path& a, const Path& b);
bool conflicts(const Path& a, const Path& b);

// An operand: path | literal | size(path) | if_not_exists(path, operand) | list_append(operand, operand) | a ± b.
struct Operand {
  enum class Kind : std::uint8_t { kPath, kLiteral, kSize, kIfNotExists, kListAppend, kPlus, kMinus };
  Kind kind = Kind::kLiteral;
  Path path;                      // kPath, kSize (when its argument is a path), kIfNotExists
  Value literal;                  // kLiteral
  std::string placeholder;        // kLiteral: ":v" as written, for messages; empty when built by hand
  std::vector<Operand> operands;  // kIfNotExists: 1; kListAppend, kPlus, kMinus: 2; kSize of a literal: 1

  static Operand of(Path path);
  static Operand of(Value literal);
};

enum class Comparator : std::uint8_t { kEq, kNe, kLt, kLe, kGt, kGe };

struct Condition {
  enum class Kind : std::uint8_t {
    kCompare,          // operands[0] comparator operands[1]
    kBetween,          // operands[0] BETWEEN operands[1] AND operands[2]
    kIn,               // operands[0] IN (operands[1…])
    kAttributeExists,  // operands[0] is a path
    kAttributeNotExists,
    kAttributeType,  // operands[0] path, operands[1] literal S
    kBeginsWith,     // operands[0], operands[1]
    kContains,
    kAnd,  // children: two or more
    kOr,
    kNot,  // children: one
  };
  Kind kind = Kind::kCompare;
  Comparator comparator = Comparator::kEq;
  std::vector<Operand> operands;
  std::vector<Condition> children;

  static Condition compare(Operand left, Comparator comparator, Operand right);
  static Condition all_of(std::vector<Condition> children);  // one child: that child
  static Condition any_of(std::vector<Condition> children);
  static Condition negate(Condition child);
};

struct UpdateAction {
  enum class Kind : std::uint8_t { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  Path path;
  Operand value;  // not for kRemove; a literal for kAdd and kDelete
};

struct Update {
  std::vector<UpdateAction> actions;  // in the order written
};

struct Projection {
  std::vector<Path> paths;
};

}  // namespace tabletheory::expr
