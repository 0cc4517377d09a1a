// Go: a file of structs with theorydb tags, as gofmt would lay it out.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "codegen/keywords_table.h"
#include "codegen/languages.h"
#include "codegen/literals.h"
#include "codegen/naming.h"
#include "codegen/native.h"
#include "dms/names.h"
#include "dms/wording.h"

namespace tabletheory::codegen {
namespace {

struct GoType {
  std::string_view name;
  std::string_view stored;  // what the library stores it as; empty: the tag has to say
  bool has_none;            // nil, or the zero time: no pointer is needed
  std::string_view word;    // of the tag, that goes with the type
};

const GoType& go_type(Native native) {
  static constexpr GoType kTypes[kNatives] = {
      {"string", "S", false, ""},
      {"time.Time", "S", true, ""},
      {"int64", "N", false, ""},
      {"tabletheory.Number", "N", false, ""},
      {"[]byte", "B", true, ""},
      {"bool", "BOOL", false, ""},
      {"any", "", true, ""},
      {"map[string]any", "M", true, ""},
      {"[]any", "L", true, ""},
      {"[]string", "SS", true, "set"},
      {"[]tabletheory.Number", "NS", true, "set"},
      {"[][]byte", "BS", true, "set"},
      {"any", "", true, "json"},
  };
  return kTypes[static_cast<std::size_t>(native)];
}

// A struct tag: between back-ticks where the words hold none.
std::string go_tag(const std::vector<std::string>& words) {
  const std::string tag = "theorydb:" + quoted(fmt::format("{}", fmt::join(words, ",")), Language::kGo);
  return tag.contains('`') ? quoted(tag, Language::kGo) : fmt::format("`{}`", tag);
}

bool ends_with_white_space(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return dms::unsafe_reason(text.substr(begin)).contains("white space");
}

struct GoField {
  std::string name, type, tag;
};

// Columns as gofmt has them: names padded in all lines, types where a tag follows, as wide as in the lines around that
// have one, too.
std::string aligned(const std::vector<GoField>& fields) {
  std::size_t name_width = 0;
  for (const GoField& field : fields) name_width = std::max(name_width, field.name.size());
  std::string out;
  for (std::size_t begin = 0; begin < fields.size();) {
    std::size_t end = begin;
    std::size_t type_width = 0;
    while (end < fields.size() && !fields[end].tag.empty())
      type_width = std::max(type_width, fields[end++].type.size());
    for (; begin < end; ++begin)
      out += fmt::format("\t{:{}} {:{}} {}\n", fields[begin].name, name_width, fields[begin].type, type_width,
                         fields[begin].tag);
    if (end < fields.size()) {
      out += fmt::format("\t{:{}} {}\n", fields[end].name, name_width, fields[end].type);
      begin = end + 1;
    }
  }
  return out;
}

class GoModel {
 public:
  GoModel(const dms::Model& model, std::string type, Refusals& refusals)
      : model_(model), type_(std::move(type)), refusals_(refusals) {
    std::vector<std::string> wanted;
    for (const dms::Attribute& attribute : model.attributes) wanted.push_back(go_identifier(attribute.attribute));
    names_ = distinct(wanted, "");
  }

  std::string code() {
    std::vector<GoField> fields;
    for (const std::size_t i : order()) fields.push_back(field(model_.attributes[i], names_[i]));
    refuse_undeclared(model_, model_.protected_attributes, model_.place, "write_policy.protected_attributes",
                      refusals_);
    return fmt::format("\n// {} is an item of the table {}.\ntype {} struct {{\n\t_ struct{{}} {}\n\n{}}}\n", type_,
                       model_.table_name, type_, go_tag(model_words()), aligned(fields));
  }

 private:
  // The fields' order: the document's, but for indexes of several key attributes, whose order Go takes from the fields.
  std::vector<std::size_t> order() {
    const std::size_t count = model_.attributes.size();
    std::vector<std::set<std::size_t>> before(count);
    for (const dms::Index& index : model_.indexes)
      for (const auto* keys : {&index.partition, &index.sort})
        for (std::size_t i = 1; i < keys->size(); ++i)
          before[position((*keys)[i].attribute)].insert(position((*keys)[i - 1].attribute));
    std::vector<std::size_t> out;
    std::vector<bool> done(count, false);
    while (out.size() < count) {
      std::size_t next = 0;
      const auto waits = [&](std::size_t i) {
        return std::ranges::any_of(before[i], [&](std::size_t other) { return !done[other]; });
      };
      while (next < count && (done[next] || waits(next))) ++next;
      if (next == count) {
        refuse_circle();
        return out;
      }
      done[next] = true;
      out.push_back(next);
    }
    return out;
  }

  void refuse_circle() {
    std::vector<std::string> names;
    dms::Place place = model_.place;
    for (const dms::Index& index : model_.indexes) {
      if (index.partition.size() < 2 && index.sort.size() < 2) continue;
      names.push_back(index.name);
      place = index.place;
    }
    refusals_.add(place,
                  fmt::format("model {}: the indexes {} name the same key attributes in different orders; Go takes the "
                              "order of key attributes from the order of the struct's fields",
                              model_.name, fmt::join(names, ", ")),
                  "give the attributes one order in all these indexes");
  }

  std::size_t position(std::string_view attribute) const {
    return static_cast<std::size_t>(model_.find_attribute(attribute) - model_.attributes.data());
  }

  std::vector<std::string> model_words() {
    std::vector<std::string> words{"model:" + model_.name, "table:" + model_.table_name,
                                   fmt::format("dms:{}", dms::version_name(model_.version))};
    if (model_.naming != dms::Naming::kCamelCase) words.push_back(fmt::format("naming:{}", naming_name(model_.naming)));
    if (model_.write_mode == dms::WriteMode::kWriteOnce) words.emplace_back("write_once");
    if (model_.discriminator) words.push_back(discriminator_word());
    for (const dms::Index& index : model_.indexes) {
      if (index.projection == dms::Index::Projection::kAll) continue;
      words.push_back(fmt::format("projection:{}={}{}{}", index.name, projection_name(index.projection),
                                  index.fields.empty() ? "" : " ", fmt::join(index.fields, " ")));
    }
    return words;
  }

  std::string discriminator_word() {
    const dms::Discriminator& discriminator = *model_.discriminator;
    if (discriminator.value.contains(',') || ends_with_white_space(discriminator.value))
      refusals_.add(model_.place,
                    fmt::format("model {}: the discriminator's value {} {}, and words of a Go struct tag are separated "
                                "by commas and trimmed",
                                model_.name, dms::in_quotes(discriminator.value),
                                discriminator.value.contains(',') ? "holds a comma" : "ends with white space"),
                    "choose another value, or open the table with the document: Client.Dynamic");
    return fmt::format("discriminator:{}={}", discriminator.attribute, discriminator.value);
  }

  GoField field(const dms::Attribute& attribute, const std::string& name) const {
    const GoType& type = go_type(native_of(attribute));
    std::vector<std::string> words = roles(attribute);
    const std::string_view key = words.empty() ? "" : std::string_view(words.front());
    if (dms::attribute_name(name, model_.naming, key) != attribute.attribute)
      words.push_back("attr:" + attribute.attribute);
    if (!type.word.empty()) words.emplace_back(type.word);
    if (type.stored != type_name(attribute.type)) words.push_back(fmt::format("type:{}", type_name(attribute.type)));
    if (attribute.format != dms::Format::kNone)
      words.push_back(fmt::format("format:{}", format_name(attribute.format)));
    const std::pair<std::string_view, bool> flags[] = {
        {"required", attribute.required},          {"optional", attribute.optional},
        {"omitempty", attribute.omit_empty},       {"binary", attribute.binary},
        {"protected", is_protected(attribute)},    {"encrypted", attribute.encryption == 1},
        {"encrypted:2", attribute.encryption == 2}};
    for (const auto& [word, set] : flags)
      if (set) words.emplace_back(word);
    add_indexes(attribute.attribute, words);
    const bool points = !type.has_none && needs_optional(model_, attribute);
    return {name, fmt::format("{}{}", points ? "*" : "", type.name), words.empty() ? std::string() : go_tag(words)};
  }

  // Keys first: a `pk` behind an index would be the index's.
  std::vector<std::string> roles(const dms::Attribute& attribute) const {
    std::vector<std::string> words;
    if (attribute.attribute == model_.partition.attribute) words.emplace_back("pk");
    if (model_.sort && attribute.attribute == model_.sort->attribute) words.emplace_back("sk");
    for (const std::string_view role : {"created_at", "updated_at", "version", "ttl"})
      if (attribute.has_role(role)) words.emplace_back(role);
    return words;
  }

  bool is_protected(const dms::Attribute& attribute) const {
    return std::ranges::find(model_.protected_attributes, attribute.attribute) != model_.protected_attributes.end();
  }

  void add_indexes(std::string_view attribute, std::vector<std::string>& words) const {
    const auto holds = [&](const std::vector<dms::KeyAttribute>& keys) {
      return std::ranges::find(keys, attribute, &dms::KeyAttribute::attribute) != keys.end();
    };
    for (const dms::Index& index : model_.indexes) {
      if (!index.global) {
        if (holds(index.sort)) words.push_back(fmt::format("lsi:{},sk", index.name));
        continue;
      }
      if (holds(index.partition)) words.push_back(fmt::format("index:{},pk", index.name));
      if (holds(index.sort)) words.push_back(fmt::format("index:{},sk", index.name));
    }
  }

  const dms::Model& model_;
  std::string type_;
  Refusals& refusals_;
  std::vector<std::string> names_;
};

// Lower-case letters and digits, as package names are; not a keyword, nor a name that the go command treats its own
// way.
std::string go_package(std::string_view name_space) {
  constexpr std::string_view kSpecial[] = {"documentation", "init", "main"};
  std::string name = fmt::format("{}", fmt::join(namespace_parts(name_space), ""));
  std::erase(name, '_');
  const bool is_taken = std::ranges::binary_search(kGoKeywords, std::string_view(name)) ||
                        std::ranges::find(kSpecial, name) != std::end(kSpecial);
  return is_taken ? name + "models" : name;
}

std::string go_imports(const dms::Document& document) {
  bool uses_time = false;
  bool uses_numbers = false;
  for (const dms::Model& model : document.models) {
    for (const dms::Attribute& attribute : model.attributes) {
      const Native native = native_of(attribute);
      uses_time = uses_time || native == Native::kTimestamp;
      uses_numbers = uses_numbers || native == Native::kNumber || native == Native::kNumberSet;
    }
  }
  constexpr std::string_view kSdk = "tabletheory \"github.com/theory-cloud/tabletheory/go\"";
  if (uses_time && uses_numbers) return fmt::format("\nimport (\n\t\"time\"\n\n\t{}\n)\n", kSdk);
  if (uses_numbers) return fmt::format("\nimport {}\n", kSdk);
  return uses_time ? "\nimport \"time\"\n" : "";
}

}  // namespace

std::string go_code(const dms::Document& document, Refusals& refusals) {
  std::vector<std::string> wanted;
  for (const dms::Model& model : document.models) {
    wanted.push_back(model.name);
    char& first = wanted.back().front();
    if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  }
  const std::vector<std::string> types = distinct(wanted, "");
  std::string models;
  for (std::size_t i = 0; i < types.size(); ++i) models += GoModel(document.models[i], types[i], refusals).code();
  return fmt::format("\npackage {}\n{}{}", go_package(document.name_space), go_imports(document), models);
}

}  // namespace tabletheory::codegen
