// The workload MIXED: one item of eleven attributes, about 430 bytes of wire JSON, and pages of it; for benchmarks of
// every layer, so that all of them decode and encode identical bytes.
#pragma once

#include <string>

namespace tabletheory::value {

// Typed attribute JSON of the item numbered `index`. Attributes are in no order, as the service answers.
inline std::string mixed_item_json(int index = 0) {
  const std::string number = std::to_string(10'000 + index);
  return R"({"pk":{"S":"CUSTOMER#)" + number + R"("},"total":{"N":")" + number +
         R"(.25"},"active":{"BOOL":true},"sk":{"S":"ORDER#2026-01-02"},"state":{"S":"open"},)"
         R"("scores":{"NS":["1","22","333.5"]},"tags":{"SS":["new","gift","eu"]},)"
         R"("address":{"M":{"street":{"S":"1 Main Street"},"zip":{"N":"12345"}}},)"
         R"("lines":{"L":[{"M":{"sku":{"S":"A-1"},"qty":{"N":"2"}}}]},)"
         R"("payments":{"L":[{"M":{"kind":{"S":"card"},"sum":{"N":"99.5"}}}]},)"
         R"("events":{"L":[{"M":{"at":{"N":"1767323045"},"by":{"S":"u7"}}}]}})";
}

// A body of a query's answer with `count` items.
inline std::string mixed_page_json(int count) {
  std::string body = R"({"Items":[)";
  for (int i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + mixed_item_json(i);
  return body + R"(],"Count":)" + std::to_string(count) + R"(,"ScannedCount":)" + std::to_string(count) + "}";
}

}  // namespace tabletheory::value
