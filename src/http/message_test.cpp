// URLs, dates, heads and percent-encoding.
#include "http/message.h"

#include <gtest/gtest.h>

namespace tabletheory::http {
namespace {

TEST(Urls, AreReadInTheirParts) {
  const Url url = parse_url("https://user:p%40ss@proxy.example:3128/a/b?x=1&y#part").value();
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.userinfo, "user:p%40ss");
  EXPECT_EQ(url.host, "proxy.example");
  EXPECT_EQ(url.port, 3128);
  EXPECT_EQ(url.target(), "/a/b?x=1&y");
  EXPECT_EQ(url.to_string(), "https://proxy.example:3128/a/b?x=1&y");
  EXPECT_EQ(parse_url("http://host")->port, 80);
  EXPECT_EQ(parse_url("https://host")->port, 443);
  EXPECT_EQ(parse_url("http://host?q")->target(), "/?q");
  EXPECT_EQ(parse_url("http://[::1]:8000/")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:8000/")->authority(), "[::1]:8000");
  EXPECT_EQ(parse_url("http://[fd00:ec2::254]")->authority(), "[fd00:ec2::254]");
}

TEST(Urls, ThatAreNoneAreRefusedWithoutTheirPassword) {
  for (const char* text : {"", "host", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:99999", "http://h:x",
                           "http://a b", "http://[::1", "http://[::1]x", "http://h\r\nX: y"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code(), ErrorCode::kInvalidModel);
  }
  EXPECT_EQ(parse_url("http://user:secret@host:x").error().message().find("secret"), std::string::npos);
}

TEST(Hosts, OfThisMachineAreKnown) {
  for (const char* host : {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"127.0.0.1.example.com", "localhost.example", "10.0.0.1", "notlocalhost", ""})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Heads, NameHostAndLength) {
  Request request{.method = "POST", .url = parse_url("http://h:81/p").value(), .headers = {{"A", "b"}}, .body = "xyz"};
  EXPECT_EQ(serialize_head(request), "POST /p HTTP/1.1\r\nHost: h:81\r\nA: b\r\nContent-Length: 3\r\n\r\n");
  EXPECT_TRUE(serialize_head(request, true).starts_with("POST http://h:81/p HTTP/1.1\r\n"));
}

TEST(PercentEncoding, GoesThereAndBack) {
  EXPECT_EQ(percent_encode("a b/ü~"), "a%20b%2F%C3%BC~");
  EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_FALSE(percent_decode("%4"));
  EXPECT_FALSE(percent_decode("%zz"));
}

TEST(HttpDates, AreReadInAllThreeForms) {
  constexpr std::int64_t kMoment = 784'111'777;
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), kMoment);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), kMoment);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), kMoment);
  for (const char* text : {"", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 CET", "x, 6 y 1994 8:49:37 GMT", "a b c d e f"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace tabletheory::http
