#include "codegen/naming.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "dms/names.h"
#include "dms/source_text.h"

namespace tabletheory::codegen {
namespace {

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string to_lower_word(std::string word) {
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

std::string to_upper_word(std::string word) {
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return word;
}

// Parts letters and digits where the conventions see words (docs/spec/dms.md, "Names"), keeping capitals.
void add_words(std::string_view letters, std::vector<std::string>& words) {
  const std::string snake = dms::attribute_name(letters, dms::Naming::kSnakeCase);
  words.emplace_back();
  std::size_t at = 0;
  for (const char c : snake) {
    if (c == '_')
      words.emplace_back();
    else
      words.back().push_back(letters[at++]);
  }
}

// What to call a sign that is all there is of a name.
std::string_view sign_word(char c) {
  constexpr std::pair<char, std::string_view> kSigns[] = {
      {'#', "hash"}, {':', "colon"}, {'.', "dot"}, {'-', "dash"}, {'_', "underscore"}};
  const auto* found = std::ranges::find(kSigns, c, &std::pair<char, std::string_view>::first);
  return found == std::end(kSigns) ? "sign" : found->second;
}

// Words that Go writes in capitals.
constexpr std::string_view kInitialisms[] = {
    "acl", "api", "arn",  "ascii", "aws", "cpu", "css", "dns", "eof",  "guid", "html", "http", "https",
    "id",  "ip",  "json", "kms",   "os",  "pk",  "rpc", "sk",  "sla",  "smtp", "sql",  "ssh",  "tcp",
    "tls", "ttl", "udp",  "ui",    "uid", "uri", "url", "utc", "uuid", "vm",   "xml",
};

}  // namespace

std::vector<std::string> words_of(std::string_view stored) {
  std::vector<std::string> words;
  std::string_view rest = stored;
  while (!rest.empty()) {
    const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_ascii_word) - rest.begin());
    if (letters > 0) add_words(rest.substr(0, letters), words);
    rest.remove_prefix(letters);
    if (rest.empty()) break;
    const dms::CodePoint point = dms::decode_code_point(rest);
    if (point.value >= 0x80) words.push_back(fmt::format("u{:04x}", static_cast<unsigned>(point.value)));
    rest.remove_prefix(std::max<std::size_t>(1, point.length));
  }
  if (words.empty())
    for (const char c : stored) words.emplace_back(sign_word(c));
  if (words.empty()) words.emplace_back("n");
  if (words.front().front() >= '0' && words.front().front() <= '9') words.front().insert(0, "n");
  return words;
}

std::string snake_identifier(std::string_view stored) {
  std::string out;
  for (std::string& word : words_of(stored)) {
    if (!out.empty()) out.push_back('_');
    out += to_lower_word(std::move(word));
  }
  return out;
}

std::string go_identifier(std::string_view stored) {
  std::string out;
  for (const std::string& word : words_of(stored)) {
    const std::string lower = to_lower_word(word);
    if (std::ranges::binary_search(kInitialisms, std::string_view(lower)))
      out += to_upper_word(lower);
    else
      out += to_upper_word(word.substr(0, 1)) + word.substr(1);
  }
  return out;
}

std::string apart_from(std::string name, std::span<const std::string_view> words) {
  if (std::ranges::binary_search(words, std::string_view(name))) name.push_back('_');
  return name;
}

std::vector<std::string> distinct(const std::vector<std::string>& wanted, std::string_view separator,
                                  const IsTaken& is_taken) {
  const std::set<std::string> all(wanted.begin(), wanted.end());
  std::set<std::string> used;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto is_free = [&](const std::string& name) {
      return !used.contains(name) && !(is_taken && is_taken(i, name));
    };
    std::string name = wanted[i];
    for (int number = 2; !is_free(name) || (number > 2 && all.contains(name)); ++number)
      name = fmt::format("{}{}{}", wanted[i], separator, number);
    used.insert(name);
    out.push_back(std::move(name));
  }
  return out;
}

std::vector<std::string> namespace_parts(std::string_view name_space) {
  std::vector<std::string> parts;
  while (!name_space.empty()) {
    const std::size_t end = std::min(name_space.find_first_of(".:/"), name_space.size());
    if (end > 0) parts.push_back(snake_identifier(name_space.substr(0, end)));
    name_space.remove_prefix(std::min(end + 1, name_space.size()));
  }
  if (parts.empty()) parts.emplace_back("models");
  return parts;
}

}  // namespace tabletheory::codegen
