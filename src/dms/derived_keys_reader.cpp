// Reads and checks derived-key documents: shape first, then names, then the fixtures.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "dms/derived_keys.h"
#include "dms/document_text.h"
#include "dms/problems.h"
#include "dms/wording.h"

namespace tabletheory::dms {
namespace {

using value::JsonNode;
using Kind = JsonNode::Kind;

constexpr std::string_view kVersionField = "tabletheory_model_contract_version";

class Reader {
 public:
  explicit Reader(Problems& problems) : problems_(problems) {}

  DerivedKeyDocument document(const JsonNode& root) {
    DerivedKeyDocument document;
    if (!object(root, "", {kVersionField, "models"})) return document;
    document.version = text(root, "", kVersionField, true);
    if (!document.version.empty() && document.version != "0.1" && document.version != "0.2") {
      problems_.add(kVersionField, fmt::format("unknown version {}", dms::in_quotes(document.version)),
                    R"(use "0.1" or "0.2")");
    }
    newer_ = document.version != "0.1";
    each(root, "", "models", true,
         [&](const JsonNode& node, const std::string& path) { document.models.push_back(model(node, path)); });
    return document;
  }

 private:
  DerivedKeyModel model(const JsonNode& node, const std::string& path) {
    DerivedKeyModel model;
    if (!object(node, path, {"name", "dms_model", "table", "derived_keys"})) return model;
    model.name = text(node, path, "name", true);
    model.dms_model = text(node, path, "dms_model", true);
    model.table = text(node, path, "table", true);
    unique(models_, model.name, path + ".name", "model");
    std::set<std::string> names;
    each(node, path, "derived_keys", true, [&](const JsonNode& child, const std::string& child_path) {
      model.derived_keys.push_back(derived_key(child, child_path));
      unique(names, model.derived_keys.back().name, child_path + ".name", "derived key");
    });
    return model;
  }

  DerivedKey derived_key(const JsonNode& node, const std::string& path) {
    DerivedKey key;
    if (!object(node, path, {"name", "helper", "description", "join", "inputs", "segments", "fixtures"})) return key;
    key.name = text(node, path, "name", true);
    key.helper = text(node, path, "helper", true);
    key.description = text(node, path, "description", false);
    key.join = text(node, path, "join", true, true);
    std::set<std::string> names;
    each(node, path, "inputs", false, [&](const JsonNode& child, const std::string& child_path) {
      key.inputs.push_back(input(child, child_path));
      unique(names, key.inputs.back().name, child_path + ".name", "input");
    });
    each(node, path, "segments", true, [&](const JsonNode& child, const std::string& child_path) {
      key.segments.push_back(segment(child, child_path, names));
    });
    each(node, path, "fixtures", false, [&](const JsonNode& child, const std::string& child_path) {
      if (problems_.sound_throughout(path)) fixture(child, child_path, key);
    });
    return key;
  }

  DerivedKey::Input input(const JsonNode& node, const std::string& path) {
    DerivedKey::Input input;
    if (!object(node, path, {"name", "ts_name", "type", "optional"})) return input;
    input.name = text(node, path, "name", true);
    input.ts_name = text(node, path, "ts_name", false);
    input.optional = flag(node, path, "optional");
    using enum DerivedKey::InputType;
    std::vector<std::string_view> types;
    for (const auto type : {kString, kNumber, kBoolean, kScalar}) types.push_back(input_type_name(type));
    input.type =
        static_cast<DerivedKey::InputType>(word(text(node, path, "type", true), path + ".type", "input type", types));
    return input;
  }

  DerivedKey::Segment segment(const JsonNode& node, const std::string& path, const std::set<std::string>& inputs) {
    DerivedKey::Segment segment;
    if (!object(node, path,
                {"name", "prefix", "suffix", "literal", "value", "transforms", "default", "optional", "omit_when"})) {
      return segment;
    }
    segment.name = text(node, path, "name", false);
    segment.prefix = text(node, path, "prefix", false, true);
    segment.suffix = text(node, path, "suffix", false, true);
    segment.optional = flag(node, path, "optional");
    if (node.find("default")) segment.default_text = text(node, path, "default", false, true);
    source(node, path, inputs, segment);
    each(node, path, "transforms", false, [&](const JsonNode& child, const std::string& child_path) {
      segment.transforms.push_back(transform(child, child_path));
    });
    if (const JsonNode* omit = node.find("omit_when")) omit_when(*omit, path + ".omit_when", segment);
    return segment;
  }

  // `literal: …`, or `value: {input: …}`, or `value: {literal: …}`.
  void source(const JsonNode& node, const std::string& path, const std::set<std::string>& inputs,
              DerivedKey::Segment& segment) {
    const JsonNode* value = node.find("value");
    if ((value != nullptr) == (node.find("literal") != nullptr)) {
      problems_.add(path, "a segment has either 'literal' or 'value'", "keep one of them");
      return;
    }
    if (!value) {
      segment.source = text(node, path, "literal", true, true);
      return;
    }
    const std::string value_path = path + ".value";
    if (!object(*value, value_path, {"input", "literal"})) return;
    if ((value->find("input") != nullptr) == (value->find("literal") != nullptr)) {
      problems_.add(value_path, "a value has either 'input' or 'literal'", "keep one of them");
      return;
    }
    segment.from_input = value->find("input") != nullptr;
    segment.source = text(*value, value_path, segment.from_input ? "input" : "literal", true, !segment.from_input);
    if (segment.from_input && !segment.source.empty() && !inputs.contains(segment.source)) {
      problems_.add(value_path + ".input", fmt::format("no input is named {}", dms::in_quotes(segment.source)),
                    "declare it in 'inputs'");
    }
  }

  void omit_when(const JsonNode& node, const std::string& path, DerivedKey::Segment& segment) {
    if (!object(node, path, {"empty", "default", "values"})) return;
    segment.omit_empty = flag(node, path, "empty");
    segment.omit_default = flag(node, path, "default");
    each(node, path, "values", false, [&](const JsonNode& child, const std::string& child_path) {
      if (expect(child, child_path, Kind::kString, "a string")) segment.omit_values.push_back(child.text);
    });
  }

  DerivedKey::Transform transform(const JsonNode& node, const std::string& path) {
    constexpr std::array<std::string_view, 4> kTransforms = {"trim", "wildcard_empty", "lowercase", "url_encode"};
    if (!expect(node, path, Kind::kString, "a string")) return DerivedKey::Transform::kTrim;
    const auto transform = static_cast<DerivedKey::Transform>(word(node.text, path, "transform", kTransforms));
    if (!newer_ && transform >= DerivedKey::Transform::kLowercase) {
      problems_.add(path, fmt::format("transform {} exists from version 0.2 on", dms::in_quotes(node.text)),
                    R"(set tabletheory_model_contract_version to "0.2")");
    }
    return transform;
  }

  void fixture(const JsonNode& node, const std::string& path, const DerivedKey& key) {
    if (!object(node, path, {"inputs", "expected"})) return;
    const std::string expected = text(node, path, "expected", true, true);
    const JsonNode* given = node.find("inputs");
    if (!given || !expect(*given, path + ".inputs", Kind::kObject, "an object")) return;
    DerivedKeyInputs inputs;
    for (const auto& member : given->members) {
      if (!fixture_input(member.value, path + ".inputs." + member.name, inputs[member.name])) return;
    }
    const auto made = key.evaluate(inputs);
    if (!made) {
      problems_.add(path, fmt::format("the fixture fails: {}", made.error().message()),
                    "mend the fixture or the segments");
    } else if (*made != expected) {
      problems_.add(path + ".expected",
                    fmt::format("the segments give {}, not {}", dms::in_quotes(*made), dms::in_quotes(expected)),
                    "mend the fixture or the segments");
    }
  }

  bool fixture_input(const JsonNode& node, const std::string& path, DerivedKeyInput& out) {
    switch (node.kind) {
      case Kind::kNull:
        out = std::monostate();
        return true;
      case Kind::kBool:
        out = node.boolean;
        return true;
      case Kind::kString:
        out = node.text;
        return true;
      case Kind::kNumber: {
        Number number;
        if (Number::parse(node.text, number) == Number::ParseError::kNone) {
          out = number;
          return true;
        }
        problems_.add(path, "the number has more than 38 digits or is out of range", "shorten it, or make it a string");
        return false;
      }
      default:
        problems_.add(path, "an input is a string, number, boolean or null", "give one of these");
        return false;
    }
  }

  // --- the shapes of JSON -------------------------------------------------------------------------------------------

  bool expect(const JsonNode& node, const std::string& path, Kind kind, std::string_view what) {
    if (node.kind == kind) return true;
    problems_.add(path, fmt::format("expected {}", what), "change its type");
    return false;
  }

  bool object(const JsonNode& node, const std::string& path, std::initializer_list<std::string_view> known) {
    if (!expect(node, path, Kind::kObject, "an object")) return false;
    const std::vector<std::string_view> names(known);
    for (const auto& member : node.members) {
      if (std::ranges::find(names, member.name) == names.end()) {
        problems_.add_at({member.line, member.column}, join(path, member.name),
                         fmt::format("unknown field {}", dms::in_quotes(member.name)),
                         did_you_mean(member.name, names, "known: " + joined(names)));
      }
    }
    return true;
  }

  std::string text(const JsonNode& node, const std::string& path, std::string_view name, bool required,
                   bool may_be_empty = false) {
    const JsonNode* member = node.find(name);
    if (!member) {
      if (required) problems_.add(path, fmt::format("field {} is missing", dms::in_quotes(name)), "add it");
      return {};
    }
    if (!expect(*member, join(path, name), Kind::kString, "a string")) return {};
    if (member->text.empty() && !may_be_empty)
      problems_.add(join(path, name), fmt::format("{} is empty", dms::in_quotes(name)), "give it a value");
    return member->text;
  }

  bool flag(const JsonNode& node, const std::string& path, std::string_view name) {
    const JsonNode* member = node.find(name);
    return member && expect(*member, join(path, name), Kind::kBool, "true or false") && member->boolean;
  }

  template <class Each>
  void each(const JsonNode& node, const std::string& path, std::string_view name, bool required, Each visit) {
    const JsonNode* list = node.find(name);
    const std::string list_path = join(path, name);
    if (!list) {
      if (required) problems_.add(path, fmt::format("field {} is missing", dms::in_quotes(name)), "add it");
      return;
    }
    if (!expect(*list, list_path, Kind::kArray, "a list")) return;
    if (required && list->elements.empty())
      problems_.add(list_path, fmt::format("{} is empty", dms::in_quotes(name)), "add one");
    for (std::size_t i = 0; i < list->elements.size(); ++i)
      visit(list->elements[i], fmt::format("{}[{}]", list_path, i));
  }

  std::size_t word(const std::string& text, const std::string& path, std::string_view what,
                   std::span<const std::string_view> known) {
    const auto found = std::ranges::find(known, text);
    if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
    if (!text.empty()) {
      problems_.add(path, fmt::format("unknown {} {}", what, dms::in_quotes(text)),
                    did_you_mean(text, known, "use one of: " + joined(known)));
    }
    return 0;
  }

  void unique(std::set<std::string>& names, const std::string& name, const std::string& path, std::string_view what) {
    if (!name.empty() && !names.insert(name).second) {
      problems_.add(path, fmt::format("{} {} is there twice", what, dms::in_quotes(name)), "rename one of them");
    }
  }

  static std::string join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  }

  Problems& problems_;
  std::set<std::string> models_;
  bool newer_ = true;
};

}  // namespace

bool is_derived_keys(const JsonNode& root) {
  return root.kind == Kind::kObject && root.find(kVersionField) != nullptr;
}

Result<DerivedKeyDocument> load_derived_keys_tree(const JsonNode& root, std::string_view file_name) {
  Problems problems(&root, file_name);
  DerivedKeyDocument document = Reader(problems).document(root);
  if (!problems.empty()) return std::unexpected(error_of(std::move(problems).take()));
  return document;
}

Result<DerivedKeyDocument> load_derived_keys_text(std::string_view text, std::string_view file_name) {
  auto tree = read_tree(text, file_name);
  if (!tree) return std::unexpected(error_of(std::move(tree).error()));
  return load_derived_keys_tree(*tree, file_name);
}

Result<DerivedKeyDocument> load_derived_keys_file(const std::string& path) {
  TT_TRY(std::string text, read_file(path));
  return load_derived_keys_text(text, path);
}

}  // namespace tabletheory::dms
