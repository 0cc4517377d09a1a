// What ItemFixture's longer members do.
#include "engine/items/item_fixture.h"

#include <fmt/format.h>

#include <regex>

#include "value/wire.h"

namespace tabletheory::engine {
namespace {

// One element per "name:type" of a list.
std::string definitions(const std::string& attributes) {
  static const std::regex kAttribute("(\\w+):(\\w)");
  std::string out;
  for (std::sregex_iterator at(attributes.begin(), attributes.end(), kAttribute), end; at != end; ++at) {
    out += fmt::format(R"({}{{"AttributeName":"{}","AttributeType":"{}"}})", out.empty() ? "" : ",", (*at)[1].str(),
                       (*at)[2].str());
  }
  return out;
}

}  // namespace

std::string ItemFixture::short_error(const std::string& body) {
  value::WireDocument document;
  const auto parsed = document.parse(body);
  std::string_view type;
  std::string_view message;
  if (!parsed || parsed->at_key("__type").get(type) != simdjson::SUCCESS ||
      parsed->at_key("message").get(message) != simdjson::SUCCESS) {
    return body;
  }
  return fmt::format("{}: {}", type.substr(type.find('#') + 1), message);
}

std::string ItemFixture::keys(const std::string& hash, const std::string& range) {
  std::string out = fmt::format(R"([{{"AttributeName":"{}","KeyType":"HASH"}})", hash);
  if (!range.empty()) out += fmt::format(R"(,{{"AttributeName":"{}","KeyType":"RANGE"}})", range);
  return out + "]";
}

std::string ItemFixture::index(const std::string& name, const std::string& key_schema, const std::string& projection,
                               const std::string& included) {
  std::string detail = fmt::format(R"("ProjectionType":"{}")", projection);
  if (!included.empty()) detail += fmt::format(R"(,"NonKeyAttributes":["{}"])", included);
  return fmt::format(R"({{"IndexName":"{}","KeySchema":{},"Projection":{{{}}}}})", name, key_schema, detail);
}

void ItemFixture::create_table(const std::string& name, const std::string& attributes, const std::string& key_schema,
                               const std::string& indexes) {
  ok("CreateTable",
     fmt::format(R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{}],"KeySchema":{}{}}})",
                 name, definitions(attributes), key_schema, indexes));
}

void ItemFixture::create_indexed_table() {
  const std::string local = index("by_l", keys("pk", "l"), "ALL") + "," +
                            index("by_l_keys", keys("pk", "l"), "KEYS_ONLY") + "," +
                            index("by_l_some", keys("pk", "l"), "INCLUDE", "x");
  const std::string global = index("by_g", keys("g", "n"), "ALL") + "," +
                             index("by_g_keys", keys("g", "n"), "KEYS_ONLY") + "," +
                             index("by_g_some", keys("g", "n"), "INCLUDE", "x") + "," + index("by_h", keys("h"), "ALL");
  create_table("indexed", "pk:S,sk:N,l:N,g:S,n:N,h:B", keys("pk", "sk"),
               fmt::format(R"(,"LocalSecondaryIndexes":[{}],"GlobalSecondaryIndexes":[{}])", local, global));
}

}  // namespace tabletheory::engine
