#include "engine/items/request_digest.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "value/wire.h"

namespace tabletheory::engine {
namespace {

std::string digest(const std::string& json) {
  value::WireDocument document;
  const auto parsed = document.parse(json);
  EXPECT_TRUE(parsed.has_value()) << json;
  return request_digest(value::WireObject(*parsed), "Token");
}

TEST(RequestDigest, IgnoresSpacingAndTheOrderOfMembers) {
  EXPECT_EQ(digest(R"({"a":{"x":1,"y":[1,2]},"b":"c"})"), digest(R"({ "b" : "c", "a" : {"y":[1, 2], "x":1} })"));
}

TEST(RequestDigest, LeavesOutTheNamedMemberOfTheRequestOnly) {
  EXPECT_EQ(digest(R"({"a":1,"Token":"x"})"), digest(R"({"a":1})"));
  EXPECT_NE(digest(R"({"a":{"Token":"x"}})"), digest(R"({"a":{}})"));
}

TEST(RequestDigest, TellsRequestsApart) {
  const std::set<std::string> requests{R"({})",
                                       R"({"a":1})",
                                       R"({"a":2})",
                                       R"({"a":"1"})",
                                       R"({"a":[1]})",
                                       R"({"a":[1,2]})",
                                       R"({"a":[2,1]})",
                                       R"({"b":1})",
                                       R"({"a":null})",
                                       R"({"a":true})",
                                       R"({"a":false})",
                                       R"({"a":{}})",
                                       R"({"a":[]})",
                                       R"({"a":""})",
                                       R"({"a":1.5})",
                                       R"({"a":"b","c":"d"})",
                                       R"({"a":"d","c":"b"})",
                                       R"({"a":{"b":{}},"c":{}})",
                                       R"({"a":{},"c":{"b":{}}})",
                                       R"({"a":["xy","z"]})",
                                       R"({"a":["x","yz"]})",
                                       R"({"a":"aaaaaaaa"})",
                                       R"({"a":"aaaaaaaab"})"};
  std::set<std::string> digests;
  for (const std::string& request : requests) digests.insert(digest(request));
  EXPECT_EQ(digests.size(), requests.size());
}

}  // namespace
}  // namespace tabletheory::engine
