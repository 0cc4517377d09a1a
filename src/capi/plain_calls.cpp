// Calls without a model: echo, and the service's own API.
#include "capi/calls.h"
#include "capi/signing.h"
#include "ops/service_errors.h"

namespace tabletheory::capi {
namespace {

// One request as it is: nothing added, nothing retried.
class RawOperation final : public ops::Operation {
 public:
  RawOperation(Service service, std::string operation, std::string body)
      : service_(service), operation_(std::move(operation)), body_(std::move(body)) {}

  ops::Step next() override {
    if (!is_sent_) {
      is_sent_ = true;
      ops::Send send;
      send.requests.push_back({0, operation_, std::move(body_), service_});
      return send;
    }
    if (!answer_) return ops::Failed{std::move(answer_).error()};
    if (answer_->status == 200) return ops::Done{};
    return ops::Failed{ops::ServiceError::read(*answer_).to_error().at(operation_, "", "")};
  }
  void on_response(std::uint32_t, Result<ops::Response> response) override { answer_ = std::move(response); }
  const std::string& body() const { return answer_->body; }

 private:
  Service service_;
  std::string operation_, body_;
  bool is_sent_ = false;
  Result<ops::Response> answer_ = fail(ErrorCode::kInternal, "a raw call was ended before its answer");
};

class RawCall final : public Call {
 public:
  RawCall(Service service, std::string operation, std::string body)
      : operation_(service, std::move(operation), std::move(body)) {}
  ops::Operation* operation() override { return &operation_; }
  Result<void> write(TapeWriter& out) override {
    out.map(1);
    out.member("body", operation_.body());
    return {};
  }

 private:
  RawOperation operation_;
};

void copy(const Node& node, TapeWriter& out);

void copy_children(const Node& node, TapeWriter& out) {
  for (const Node& child : node.children()) {
    if (node.is_map()) child.slot == Node::kNoSlot ? out.name(child.name) : out.slot(child.slot);
    copy(child, out);
  }
}

// As a result says the same: doubles become decimals, an item a map.
void copy(const Node& node, TapeWriter& out) {
  switch (node.tag) {
    case Tag::kAbsent:
      return out.absent();
    case Tag::kNull:
      return out.null();
    case Tag::kFalse:
    case Tag::kTrue:
      return out.boolean(node.tag == Tag::kTrue);
    case Tag::kInt32:
    case Tag::kInt64:
      return out.integer(node.integer);
    case Tag::kTime:
      return out.time(node.time());
    case Tag::kString:
      return out.string(node.text);
    case Tag::kBytes:
      return out.bytes({reinterpret_cast<const std::uint8_t*>(node.text.data()), node.text.size()});
    case Tag::kList:
      out.list(node.count);
      return copy_children(node, out);
    case Tag::kMap:
    case Tag::kItem:
      out.map(node.count);
      return copy_children(node, out);
    case Tag::kStringSet:
    case Tag::kNumberSet:
    case Tag::kBytesSet:
      out.set(node.tag, node.count);
      return copy_children(node, out);
    case Tag::kDouble:
      return out.number(node.real);
    case Tag::kNumber:
      if (const auto number = Number::parse(node.text)) return out.number(*number);
      return out.null();
    case Tag::kPathText:
    case Tag::kPath:
    case Tag::kSize:
      return out.null();  // refused before
  }
}

Result<void> check_echo(const Node& node) {
  if (node.tag == Tag::kAbsent) return {};
  if (node.is_map() || node.tag == Tag::kList) {
    for (const Node& child : node.children()) TT_CHECK(check_echo(child));
    return {};
  }
  TT_CHECK(to_value(node));
  return {};
}

}  // namespace

CreatedCall make_echo(CallScope&, const Arguments& request) {
  TT_TRY(const Node* node, request.require("value"));
  TT_CHECK(check_echo(*node));
  TapeWriter out;
  copy(*node, out);
  return std::make_unique<ReadyCall>(std::move(out));
}

CreatedCall make_raw_call(CallScope&, const Arguments& request) {
  TT_TRY(std::string operation, request.require_text("operation"));
  TT_TRY(std::string body, request.require_text("body"));
  TT_TRY(const Service service, to_service(request, "service"));
  return std::make_unique<RawCall>(service, std::move(operation), std::move(body));
}

}  // namespace tabletheory::capi
