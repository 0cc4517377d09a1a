// The programs of docs/reading.md.
#include <gtest/gtest.h>

#include <sstream>

#include "tabletheory/tabletheory.h"

namespace tabletheory::pages::chat {

struct Message {
  std::string room = {}, at = {};
  std::string author = {}, text = {};
  std::optional<Timestamp> expires = {};
};

void describe(ModelBuilder<Message>& m) {
  m.name("Message").table("messages");
  m.partition_key("room", &Message::room);
  m.sort_key("at", &Message::at);
  m.attribute("author", &Message::author);
  m.attribute("text", &Message::text);
  m.ttl("expires", &Message::expires);
  m.global_index("by-author", &Message::author, &Message::at);
}

namespace {

std::ostringstream shown;

Result<Page<Message>> newest(const Table<Message>& messages, const std::string& room, const std::string& cursor) {
  return messages.query(room)
      .sort(attr(&Message::at).begins_with("2026-"))
      .where(attr(&Message::text).contains("hello"))
      .hide_expired()
      .descending()
      .limit(2)
      .after(cursor)
      .page();
}

Result<void> show_all_of(const Table<Message>& messages, const std::string& author) {
  for (Result<Message>& message : messages.query(attr(&Message::author) == author).items()) {
    if (!message) return std::unexpected(message.error());
    shown << message->room << ": " << message->text << '\n';
  }
  return {};
}

TEST(Pages, Reading) {
  const Client client = Client::connect("memory:", {.now = [] { return Timestamp(1'800'000'000, 0); }}).value();
  const Table<Message> messages = client.table<Message>().value();
  ASSERT_TRUE(messages.ensure_table());
  const auto say = [&](std::string at, std::string text, std::optional<Timestamp> expires = {}) {
    return messages.create(
        {.room = "lobby", .at = std::move(at), .author = "ada", .text = std::move(text), .expires = expires});
  };
  ASSERT_TRUE(say("2025-12-31", "hello old year"));
  ASSERT_TRUE(say("2026-01-01", "hello"));
  ASSERT_TRUE(say("2026-01-02", "silence"));
  ASSERT_TRUE(say("2026-01-03", "hello again"));
  ASSERT_TRUE(say("2026-01-04", "hello, who is there?", Timestamp(1'700'000'000, 0)));
  ASSERT_TRUE(say("2026-01-05", "hello for the last time"));

  const auto first = newest(messages, "lobby", "");
  ASSERT_TRUE(first) << first.error().to_string();
  ASSERT_EQ(first->items.size(), 2U);
  EXPECT_EQ(first->items[0].at, "2026-01-05");
  EXPECT_EQ(first->items[1].at, "2026-01-03");
  EXPECT_EQ(first->skipped_count, 1U) << "expired";
  const auto second = newest(messages, "lobby", first->cursor);
  ASSERT_TRUE(second) << second.error().to_string();
  ASSERT_EQ(second->items.size(), 1U);
  EXPECT_EQ(second->items[0].at, "2026-01-01");
  EXPECT_EQ(second->cursor, "");
  EXPECT_EQ(messages.query("lobby").after(first->cursor).page().error().code(), ErrorCode::kInvalidOperator)
      << "another direction";
  EXPECT_EQ(newest(messages, "lobby", "not a cursor").error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(messages.query("lobby").descending().sign_cursors("secret").after(first->cursor).page().error().code(),
            ErrorCode::kInvalidModel)
      << "not signed";

  ASSERT_TRUE(show_all_of(messages, "ada"));
  EXPECT_TRUE(shown.str().starts_with("lobby: hello old year\nlobby: hello\n")) << shown.str();
  EXPECT_EQ(messages.query("lobby").hide_expired().count().value(), 5U);
  EXPECT_EQ(messages.scan().parallel(4).all()->size(), 6U);
}

}  // namespace
}  // namespace tabletheory::pages::chat
