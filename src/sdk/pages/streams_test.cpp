// The program of docs/streams.md.
#include <gtest/gtest.h>

#include <map>

#include "tabletheory/tabletheory.h"

namespace {

using namespace tabletheory;

struct Product {
  std::string id = {};
  std::string title = {};
};

void describe(ModelBuilder<Product>& m) {
  m.name("Product").table("products");
  m.partition_key("id", &Product::id);
  m.attribute("title", &Product::title);
}

struct Basket {
  std::string user = {};
  Timestamp expires = {};
};

void describe(ModelBuilder<Basket>& m) {
  m.name("Basket").table("baskets");
  m.partition_key("user", &Basket::user);
  m.ttl("expires", &Basket::expires);
}

std::map<std::string, std::string> search_index;
int forgotten_baskets = 0;

Result<std::string> handle(const Client& client, const std::string& event) {
  Result<StreamBatch> batch = StreamBatch::parse(event);
  if (!batch) return std::unexpected(batch.error());  // no stream event: fail the whole invocation
  StreamHandlers handlers;
  handlers
      .on(client.table<Product>().value(),
          [](const StreamInfo& info, const Change<Product>& change) -> Result<void> {
            if (info.event == StreamEvent::kRemove) {
              search_index.erase(change.old_image->id);
            } else {
              search_index[change.new_image->id] = change.new_image->title;
            }
            return {};
          })
      .on(client.table<Basket>().value(), [](const StreamInfo& info, const Change<Basket>&) -> Result<void> {
        if (info.is_ttl_delete()) ++forgotten_baskets;
        return {};
      });
  return handlers.run(*batch).response();
}

TEST(Pages, Streams) {
  const Client client = Client::connect("memory:").value();
  const auto response = handle(client, R"({"Records": [
    {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "eu-central-1",
     "eventSourceARN": "arn:aws:dynamodb:eu-central-1:111122223333:table/products/stream/2026-01-02T00:00:00.000",
     "dynamodb": {"SequenceNumber": "100", "Keys": {"id": {"S": "p1"}}, "StreamViewType": "NEW_AND_OLD_IMAGES",
                  "NewImage": {"id": {"S": "p1"}, "title": {"S": "Lamp"}}, "ApproximateCreationDateTime": 1767355200}},
    {"eventID": "2", "eventName": "REMOVE", "eventSource": "aws:dynamodb", "awsRegion": "eu-central-1",
     "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
     "eventSourceARN": "arn:aws:dynamodb:eu-central-1:111122223333:table/baskets/stream/2026-01-02T00:00:00.000",
     "dynamodb": {"SequenceNumber": "200", "Keys": {"user": {"S": "u1"}}, "StreamViewType": "KEYS_ONLY"}},
    {"eventID": "3", "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "eu-central-1",
     "eventSourceARN": "arn:aws:dynamodb:eu-central-1:111122223333:table/products/stream/2026-01-02T00:00:00.000",
     "dynamodb": {"SequenceNumber": "300", "Keys": {"id": {"S": "p2"}}, "StreamViewType": "NEW_AND_OLD_IMAGES",
                  "NewImage": {"id": {"S": "p2"}, "title": {"N": "1"}}}}]})");
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(*response, R"({"batchItemFailures":[{"itemIdentifier":"300"}]})");
  EXPECT_EQ(search_index, (std::map<std::string, std::string>{{"p1", "Lamp"}}));
  EXPECT_EQ(forgotten_baskets, 1);
}

}  // namespace
