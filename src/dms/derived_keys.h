// Derived keys: key texts put together from inputs by rule, so that every language builds the same key.
//
// A sidecar document beside the DMS one (docs/spec/byte-formats.md, "Derived keys"). Its own fixtures are checked when
// it loads, so a document that loads gives what it promises.
//
//     auto keys = dms::load_derived_keys_file("orders.keys.yml");
//     keys->find("Order", "customer_key")->evaluate({{"tenant", "acme"}, {"number", Number(7)}});   // "TENANT#acme#7"
//
// Values are immutable once loaded; safe to share between threads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tabletheory/error.h"
#include "tabletheory/number.h"
#include "value/json_text.h"

namespace tabletheory::dms {

// A value handed in: null (always refused, by name), text, an exact number, a native double, a boolean.
using DerivedKeyInput = std::variant<std::monostate, std::string, Number, double, bool>;
using DerivedKeyInputs = std::map<std::string, DerivedKeyInput, std::less<>>;

struct DerivedKey {
  enum class InputType : std::uint8_t { kString, kNumber, kBoolean, kScalar };  // kScalar: any of the three
  enum class Transform : std::uint8_t { kTrim, kWildcardEmpty, kLowercase, kUrlEncode };

  struct Input {
    std::string name;
    std::string ts_name;  // the name TypeScript gives it; empty: the same
    InputType type = InputType::kString;
    bool optional = false;
  };

  struct Segment {
    std::string name;
    std::string prefix, suffix;
    bool from_input = false;
    std::string source;  // the input's name, or the literal text
    std::vector<Transform> transforms;
    std::optional<std::string> default_text;  // when the value is empty
    bool optional = false;                    // left out when still empty
    bool omit_empty = false;                  // omit_when.empty: the same
    bool omit_default = false;                // omit_when.default: left out when the value is the default
    std::vector<std::string> omit_values;     // omit_when.values
  };

  std::string name, helper, description, join;
  std::vector<Input> inputs;
  std::vector<Segment> segments;

  // The key. ErrInvalidModel naming the input that is missing, null, unknown, of another type, or not finite.
  Result<std::string> evaluate(const DerivedKeyInputs& given) const;
};

// "string", "number", "boolean", "scalar".
std::string_view input_type_name(DerivedKey::InputType type);

struct DerivedKeyModel {
  std::string name, dms_model, table;
  std::vector<DerivedKey> derived_keys;
};

struct DerivedKeyDocument {
  std::string version;  // "0.1" or "0.2"
  std::vector<DerivedKeyModel> models;
  // nullptr when the document has no such model or key.
  const DerivedKey* find(std::string_view model, std::string_view key) const;
};

// Reads and checks a document; `.json` names are read as JSON, others as YAML. ErrInvalidModel with every problem.
Result<DerivedKeyDocument> load_derived_keys_text(std::string_view text, std::string_view file_name);
Result<DerivedKeyDocument> load_derived_keys_file(const std::string& path);
// Checks an already parsed tree (see dms/document_text.h).
Result<DerivedKeyDocument> load_derived_keys_tree(const value::JsonNode& root, std::string_view file_name);

// Is this a document of derived keys, and not a schema? Told by its `tabletheory_model_contract_version`.
bool is_derived_keys(const value::JsonNode& root);

// Percent-encodes all but RFC 3986's unreserved characters, byte by byte, in upper case.
std::string percent_encoded(std::string_view text);

// The text of a value after transforms and the implicit encoding of inputs. For segments, and for the golden vectors.
Result<std::string> derived_key_value(const DerivedKeyInput& input,
                                      const std::vector<DerivedKey::Transform>& transforms);

}  // namespace tabletheory::dms
