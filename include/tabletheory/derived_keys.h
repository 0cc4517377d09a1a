// Derived keys: key texts put together from inputs by rule, so that every program, in every language, builds the same
// key (docs/derived-keys.md).
//
//     auto keys = tabletheory::DerivedKeys::load_file("orders.keys.yml");    // its own fixtures are checked, too
//     if (!keys)
//       for (const auto& problem : keys.error().diagnostics()) std::cerr << problem.to_string() << '\n';
//     auto customer = keys->key("Order", "customer");                        // Result<DerivedKey>
//     auto pk = customer->evaluate({{"tenant", "Acme/EU"}, {"number", 7}});   // Result<std::string>
//     // "TENANT#acme%2Feu#N-7"
//
// Handles to immutable data: cheap to copy, safe to share between threads. A DerivedKey keeps what it needs of its
// document.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tabletheory/error.h"
#include "tabletheory/number.h"

namespace tabletheory {

namespace detail {
struct DerivedKeysData;
struct DerivedKeyData;
}  // namespace detail

// A value for an input: text, an exact number, a native double (by its shortest digits), a boolean, or null, which is
// always refused by name, so that a missing value never becomes part of a key.
class DerivedKeyInput {
 public:
  DerivedKeyInput(std::nullptr_t) {}                                     // NOLINT(google-explicit-constructor)
  DerivedKeyInput(const char* text) : value_(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  DerivedKeyInput(std::string_view text) : value_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  DerivedKeyInput(std::string text) : value_(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  DerivedKeyInput(Number number) : value_(number) {}                     // NOLINT(google-explicit-constructor)
  DerivedKeyInput(double number) : value_(number) {}                     // NOLINT(google-explicit-constructor)
  DerivedKeyInput(std::same_as<bool> auto boolean) : value_(boolean) {}  // NOLINT(google-explicit-constructor)
  template <std::signed_integral Integer>
  DerivedKeyInput(Integer integer)  // NOLINT(google-explicit-constructor)
      : value_(Number(static_cast<std::int64_t>(integer))) {}

  const std::variant<std::monostate, std::string, Number, double, bool>& value() const { return value_; }

 private:
  std::variant<std::monostate, std::string, Number, double, bool> value_;
};

struct DerivedKeyArgument {
  std::string_view name;
  DerivedKeyInput value;
};

// What a document says about an input of a derived key.
struct DerivedKeyInputInfo {
  std::string name;
  std::string type;  // "string", "number", "boolean", "scalar" (any of these)
  bool optional = false;
};

class DerivedKey {
 public:
  const std::string& name() const;
  const std::string& helper() const;       // what generated code calls the function
  const std::string& description() const;  // may be empty
  std::vector<DerivedKeyInputInfo> inputs() const;

  // The key. ErrInvalidModel naming the input that is missing, given twice, null, not declared, of another type, or not
  // a finite number.
  Result<std::string> evaluate(std::span<const DerivedKeyArgument> arguments) const;
  Result<std::string> evaluate(std::initializer_list<DerivedKeyArgument> arguments) const {
    return evaluate(std::span(arguments.begin(), arguments.size()));
  }

  // For the library.
  explicit DerivedKey(std::shared_ptr<const detail::DerivedKeyData> data) : data_(std::move(data)) {}

 private:
  std::shared_ptr<const detail::DerivedKeyData> data_;
};

class DerivedKeys {
 public:
  // Reads and checks a document, its fixtures included; the file's name decides between JSON (`.json`) and YAML.
  // ErrInvalidModel holding every problem found as a Diagnostic, each with file, line and column.
  static Result<DerivedKeys> load_file(const std::string& path);
  static Result<DerivedKeys> load_text(std::string_view text, std::string_view file_name = "keys.yml");

  // A derived key of a model. ErrInvalidModel naming those there are, with a "did you mean".
  Result<DerivedKey> key(std::string_view model, std::string_view name) const;
  // "0.1" or "0.2".
  const std::string& version() const;
  // The models, and the keys of one of them (none when there is no such model), in the order written.
  std::vector<std::string> models() const;
  std::vector<DerivedKey> keys(std::string_view model) const;

 private:
  explicit DerivedKeys(std::shared_ptr<const detail::DerivedKeysData> data) : data_(std::move(data)) {}
  std::shared_ptr<const detail::DerivedKeysData> data_;
};

}  // namespace tabletheory
