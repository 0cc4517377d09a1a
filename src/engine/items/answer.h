// AnswerObject: the JSON object of an answer, member by member.
//
//     AnswerObject answer;
//     answer.member("Count") += "3";
//     return std::move(answer).finish();  // {"Count":3}
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tabletheory::engine {

class AnswerObject {
 public:
  AnswerObject() = default;
  explicit AnswerObject(std::size_t reserve_bytes) { text_.reserve(reserve_bytes); }  // keeps the opening brace

  // Begins a member and gives the text to append its JSON value to. `name` needs no escaping.
  std::string& member(std::string_view name) {
    text_ += text_.size() > 1 ? ",\"" : "\"";
    text_ += name;
    text_ += "\":";
    return text_;
  }

  std::string finish() && {
    text_ += '}';
    return std::move(text_);
  }

 private:
  std::string text_ = "{";
};

}  // namespace tabletheory::engine
