// The vocabulary of scenario files as data (docs/spec/scenarios.md): which keys an object may have and what each holds,
// which arguments an operation takes, which expectations there are and to what kind of result they apply.
//
// Constant tables; nothing else. The loader walks them, so a word that is not here is an error of the scenario.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tabletheory::contract {

enum class Form : std::uint8_t {
  kText,       // a string; a number counts as its text
  kInteger,    // a number without fraction, or its text
  kBool,       // true or false
  kValue,      // any value
  kValues,     // a list of any values
  kTexts,      // a list of strings
  kTextMap,    // an object whose values are strings
  kItem,       // an object of attributes
  kItems,      // a list of them
  kObject,     // an object with the keys of `keys`
  kObjects,    // a list of them
  kOneObject,  // an object with exactly one of the keys of `keys`
};

struct KeyShape {
  std::string_view name;
  Form form;
  bool required = false;
  std::span<const KeyShape> keys = {};  // of kObject, kObjects, kOneObject
};

// What a step gives its expectations to look at.
enum class Subject : std::uint8_t {
  kOutcome,  // success or an error
  kItem,     // one item: returned, or read back after a write
  kItems,    // a list of items
  kPage,     // a list of items and a cursor
  kCount,    // a number
};

struct Operation {
  std::string_view name;
  Subject subject;
  std::span<const KeyShape> arguments;
};

struct ExpectationKey {
  std::string_view name;
  Form form;
  std::span<const Subject> subjects;  // what it can be checked on
};

std::span<const KeyShape> scenario_keys();
std::span<const Operation> operations();
const Operation* find_operation(std::string_view name);  // nullptr when there is none
std::span<const ExpectationKey> expectation_keys();      // those about data
const ExpectationKey* find_expectation(std::string_view name);
std::span<const std::string_view> action_kinds();  // of transact_write
std::span<const std::string_view> runtimes();      // cpp, go, ts, py

}  // namespace tabletheory::contract
