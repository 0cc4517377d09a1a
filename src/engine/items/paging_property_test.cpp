// Pages of Query and Scan against a naive model: after random writes, any query, cut into pages of any size with any
// filter in either direction, on the table and on its indexes, gives exactly what the model holds.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "engine/items/item_fixture.h"
#include "tabletheory/value.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

// One way to read the table: through `index` (empty: the table), whose partition and sort attributes are these.
struct Source {
  std::string index;
  std::string partition;
  std::string sort;                          // empty: none
  std::vector<std::string> attributes = {};  // what entries hold; empty: everything
};

const std::vector<Source>& sources() {
  static const std::vector<Source> kSources{
      {"", "pk", "sk"},
      {"by_l", "pk", "l"},
      {"by_l_keys", "pk", "l", {"pk", "sk", "l"}},
      {"by_l_some", "pk", "l", {"pk", "sk", "l", "x"}},
      {"by_g", "g", "n"},
      {"by_g_keys", "g", "n", {"pk", "sk", "g", "n"}},
      {"by_g_some", "g", "n", {"pk", "sk", "g", "n", "x"}},
      {"by_h", "h", ""},
  };
  return kSources;
}

class Paging : public ItemFixture, public testing::WithParamInterface<unsigned> {
 protected:
  Paging() : random_(GetParam()) {
    create_indexed_table();
    for (int write = 0; write < 250; ++write) write_something();
  }

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  std::string wire(const Value& value) { return to_wire_json(value); }

  void write_something() {
    Item key{{"pk", std::string(1, static_cast<char>('a' + below(3)))}, {"sk", below(40) - 20}};
    const std::string id = to_wire_json(key);
    const int kind = below(100);
    if (kind < 60) {
      put_random(std::move(key), id);
    } else if (kind < 80) {
      update_random(id);
    } else {
      ok("DeleteItem", R"({"TableName":"indexed","Key":)" + id + "}");
      model_.erase(id);
    }
  }

  void put_random(Item item, const std::string& id) {
    if (chance(70)) item.set("l", below(5) - 2);
    if (chance(70)) item.set("g", chance(50) ? "G" : "H");
    if (chance(70)) item.set("n", below(5) - 2);
    if (chance(70)) item.set("h", Bytes{static_cast<std::uint8_t>(below(2) * 255), 0});
    if (chance(70)) item.set("x", std::string(static_cast<std::size_t>(below(5)), 'x'));
    item.set("v", below(10));
    put("indexed", to_wire_json(item));
    model_[id] = std::move(item);
  }

  void update_random(const std::string& id) {
    const auto found = model_.find(id);
    if (found == model_.end()) return;
    const Value group(chance(50) ? "G" : "H");
    const Value number(below(5) - 2);
    ok("UpdateItem",
       fmt::format(R"({{"TableName":"indexed","Key":{},"UpdateExpression":"SET g = :g, n = :n REMOVE x, l",)"
                   R"("ExpressionAttributeValues":{{":g":{},":n":{}}}}})",
                   id, wire(group), wire(number)));
    found->second.set("g", group);
    found->second.set("n", number);
    found->second.erase("x");
    found->second.erase("l");
  }

  // What the model holds for a source: the entries of one partition (nullptr: of all), with `v` at least `least`.
  std::vector<Item> expected(const Source& source, const Value* partition, int least) const {
    std::vector<Item> found;
    for (const auto& [id, item] : model_) {
      const Value* hash = item.find(source.partition);
      if (hash == nullptr || (!source.sort.empty() && !item.contains(source.sort))) continue;
      if (partition != nullptr && !(*hash == *partition)) continue;
      const bool has_v = source.attributes.empty();
      if (least > 0 && (!has_v || item.find("v")->number() < Number(least))) continue;
      found.push_back(item);
    }
    std::ranges::stable_sort(found, [&](const Item& a, const Item& b) {
      return !source.sort.empty() && a.find(source.sort)->number() < b.find(source.sort)->number();
    });
    return found;
  }

  static std::string shown(const Source& source, const Item& item) {
    if (source.attributes.empty()) return to_wire_json(item);
    Item part;
    for (const std::string& name : source.attributes) {
      if (const Value* value = item.find(name)) part.set(name, *value);
    }
    return to_wire_json(part);
  }

  // All items over all pages of up to `limit` (0: no limit), as JSON, in order.
  std::vector<std::string> pages(const std::string& operation, const std::string& request, int limit) {
    std::vector<std::string> items;
    std::string start;
    for (int page = 0; page < 1000; ++page) {
      std::string body = "{" + request;
      if (limit > 0) body += fmt::format(R"(,"Limit":{})", limit);
      if (!start.empty()) body += R"(,"ExclusiveStartKey":)" + start;
      const std::string answer = ok(operation, body + "}");
      value::WireDocument document;
      const auto parsed = document.parse(answer);
      std::int64_t count = 0;
      for (const value::WireElement item : parsed->at_key("Items").get_array()) {
        items.push_back(simdjson::minify(item));
        ++count;
      }
      EXPECT_EQ(std::int64_t(parsed->at_key("Count")), count);
      const std::int64_t scanned(parsed->at_key("ScannedCount"));
      if (limit > 0) {
        EXPECT_LE(scanned, limit);
      }
      auto next = parsed->at_key("LastEvaluatedKey");
      if (next.error() != simdjson::SUCCESS) return items;
      if (limit > 0) {
        EXPECT_EQ(scanned, limit);
      }
      start = simdjson::minify(next.value());
    }
    ADD_FAILURE() << "pages without end";
    return items;
  }

  // The members of a request that every source shares.
  std::string common(const Source& source, int least, const std::string& more_values) {
    std::string members = R"("TableName":"indexed")";
    if (!source.index.empty()) members += fmt::format(R"(,"IndexName":"{}")", source.index);
    std::string values = more_values;
    if (least > 0) {
      members += R"(,"FilterExpression":"v >= :least")";
      values += fmt::format(R"({}":least":{{"N":"{}"}})", values.empty() ? "" : ",", least);
    }
    if (!values.empty()) members += R"(,"ExpressionAttributeValues":{)" + values + "}";
    return members;
  }

  // Filters of LSIs fetch what they need; entries of other narrow indexes have no `v`.
  static bool can_filter(const Source& source) { return source.attributes.empty(); }

  std::map<std::string, Item> model_;
  std::mt19937 random_;
};

std::vector<std::string> sorted(std::vector<std::string> items) {
  std::ranges::sort(items);
  return items;
}

TEST_P(Paging, QueriesInPagesGiveThePartitionInOrder) {
  const std::map<std::string, std::vector<Value>> partitions{{"pk", {Value("a"), Value("b"), Value("zz")}},
                                                             {"g", {Value("G"), Value("H")}},
                                                             {"h", {Value(Bytes{0, 0}), Value(Bytes{255, 0})}}};
  for (const Source& source : sources()) {
    for (const Value& partition : partitions.at(source.partition)) {
      const int least = can_filter(source) && chance(50) ? below(9) + 1 : 0;
      const std::string request = common(source, least, R"(":p":)" + wire(partition)) +
                                  fmt::format(R"(,"KeyConditionExpression":"{} = :p")", source.partition);
      const auto wanted = expected(source, &partition, least);
      const auto forward = pages("Query", request, below(7));
      const auto backward = pages("Query", request + R"(,"ScanIndexForward":false)", below(7));

      std::vector<std::string> wanted_json;
      for (const Item& item : wanted) wanted_json.push_back(shown(source, item));
      EXPECT_EQ(sorted(forward), sorted(wanted_json)) << request;
      EXPECT_EQ(forward, std::vector(backward.rbegin(), backward.rend())) << request;
      if (source.sort.empty()) continue;
      // Equal sort keys may come in any order, so only the sort keys are compared in place.
      ASSERT_EQ(forward.size(), wanted.size());
      for (std::size_t at = 0; at < wanted.size(); ++at) {
        const auto item = item_from_wire_json(forward[at]);
        ASSERT_TRUE(item.has_value());
        EXPECT_EQ(*item->find(source.sort), *wanted[at].find(source.sort)) << request;
      }
    }
  }
}

TEST_P(Paging, RangesOfSortKeysHoldWhatComparisonsSay) {
  const Source table = sources().front();
  const Value partition("a");
  const auto all = expected(table, &partition, 0);
  const auto check = [&](const std::string& condition, int low, int high, const auto& holds) {
    std::vector<std::string> wanted;
    for (const Item& item : all) {
      if (holds(item.find("sk")->number())) wanted.push_back(to_wire_json(item));
    }
    const std::string request =
        R"("TableName":"indexed","KeyConditionExpression":"pk = :p AND )" + condition +
        fmt::format(R"(","ExpressionAttributeValues":{{":p":{{"S":"a"}},":a":{{"N":"{}"}}{}}})", low,
                    condition.find(":b") == std::string::npos ? "" : fmt::format(R"(,":b":{{"N":"{}"}})", high));
    EXPECT_EQ(pages("Query", request, below(5)), wanted) << request;
    const auto backward = pages("Query", request + R"(,"ScanIndexForward":false)", below(5));
    EXPECT_EQ(backward, std::vector(wanted.rbegin(), wanted.rend())) << request;
  };
  for (int round = 0; round < 5; ++round) {
    const int low = below(44) - 22;
    const int high = low + below(10);
    check("sk = :a", low, high, [&](const Number& sk) { return sk == Number(low); });
    check("sk < :a", low, high, [&](const Number& sk) { return sk < Number(low); });
    check("sk <= :a", low, high, [&](const Number& sk) { return sk <= Number(low); });
    check("sk > :a", low, high, [&](const Number& sk) { return sk > Number(low); });
    check("sk >= :a", low, high, [&](const Number& sk) { return sk >= Number(low); });
    check("sk BETWEEN :a AND :b", low, high, [&](const Number& sk) { return sk >= Number(low) && sk <= Number(high); });
  }
}

TEST_P(Paging, ScansInPagesGiveEverythingInOneOrder) {
  for (const Source& source : sources()) {
    const int least = can_filter(source) && chance(50) ? below(9) + 1 : 0;
    const std::string request = common(source, least, "");
    std::vector<std::string> wanted;
    for (const Item& item : expected(source, nullptr, least)) wanted.push_back(shown(source, item));
    const auto whole = pages("Scan", request, 0);
    EXPECT_EQ(sorted(whole), sorted(wanted)) << request;
    EXPECT_EQ(pages("Scan", request, below(7) + 1), whole) << request;
  }
}

TEST_P(Paging, SegmentsPartitionTheScan) {
  for (const Source& source : sources()) {
    const std::string request = common(source, 0, "");
    const auto whole = pages("Scan", request, 0);
    const int total = below(5) + 1;
    std::vector<std::string> joined;
    for (int segment = 0; segment < total; ++segment) {
      const auto part =
          pages("Scan", request + fmt::format(R"(,"Segment":{},"TotalSegments":{})", segment, total), below(4));
      joined.insert(joined.end(), part.begin(), part.end());
    }
    EXPECT_EQ(joined, whole) << request << " in " << total;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Paging, testing::Range(1U, 13U));

}  // namespace
}  // namespace tabletheory::engine
