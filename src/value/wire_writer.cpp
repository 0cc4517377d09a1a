#include "value/wire.h"
#include "value/wire_sink.h"

namespace tabletheory::value {
namespace {

void write_item(WireSink& sink, const Item& item);

// `["…",…]`; `element` writes one of them, given what stands before and after it.
template <class Elements, class Write>
void write_elements(WireSink& sink, std::string_view head, const Elements& elements, Write element) {
  sink.raw(head);
  std::string_view separator = "";
  for (const auto& each : elements) {
    element(separator, each);
    separator = ",";
  }
  sink.raw("]}");
}

void write_attribute(WireSink& sink, const Value& value) {
  switch (value.type()) {
    case Type::kS:
      return sink.string(R"({"S":)", value.text(), "}");
    case Type::kN:
      return sink.number(R"({"N":")", value.number(), R"("})");
    case Type::kB:
      return sink.binary(R"({"B":")", value.bytes(), R"("})");
    case Type::kBool:
      return sink.raw(value.boolean() ? R"({"BOOL":true})" : R"({"BOOL":false})");
    case Type::kNull:
      return sink.raw(R"({"NULL":true})");
    case Type::kM:
      sink.raw(R"({"M":)");
      write_item(sink, value.map());
      return sink.raw('}');
    case Type::kL:
      return write_elements(sink, R"({"L":[)", value.list(), [&](std::string_view separator, const Value& element) {
        sink.raw(separator);
        write_attribute(sink, element);
      });
    case Type::kSS:
      return write_elements(
          sink, R"({"SS":[)", value.string_set().elements,
          [&](std::string_view separator, const std::string& element) { sink.string(separator, element, ""); });
    case Type::kNS:
      return write_elements(sink, R"({"NS":[)", value.number_set().elements,
                            [&](std::string_view separator, const Number& element) {
                              sink.raw(separator);
                              sink.number("\"", element, "\"");
                            });
    case Type::kBS:
      return write_elements(sink, R"({"BS":[)", value.binary_set().elements,
                            [&](std::string_view separator, const Bytes& element) {
                              sink.raw(separator);
                              sink.binary("\"", element, "\"");
                            });
  }
}

void write_item(WireSink& sink, const Item& item) {
  if (item.empty()) return sink.raw("{}");
  std::string_view separator = "{";
  for (const auto& [name, value] : item) {
    sink.string(separator, name, ":");
    write_attribute(sink, value);
    separator = ",";
  }
  sink.raw('}');
}

}  // namespace

void WireWriter::string(std::string_view text) {
  WireSink(out_).string("", text, "");
}

void WireWriter::integer(std::int64_t number) {
  WireSink(out_).integer("", number, "");
}

void WireWriter::attribute_string(std::string_view text) {
  WireSink(out_).string(R"({"S":)", text, "}");
}

void WireWriter::attribute_number(const Number& number) {
  WireSink(out_).number(R"({"N":")", number, R"("})");
}

void WireWriter::attribute_integer(std::int64_t number) {
  WireSink(out_).integer(R"({"N":")", number, R"("})");
}

void WireWriter::attribute_bool(bool boolean) {
  raw(boolean ? R"({"BOOL":true})" : R"({"BOOL":false})");
}

void WireWriter::attribute_null() {
  raw(R"({"NULL":true})");
}

void WireWriter::attribute_binary(std::span<const std::uint8_t> bytes) {
  WireSink(out_).binary(R"({"B":")", bytes, R"("})");
}

void WireWriter::attribute(const Value& value) {
  WireSink sink(out_);
  write_attribute(sink, value);
}

void WireWriter::item(const Item& item) {
  WireSink sink(out_);
  write_item(sink, item);
}

}  // namespace tabletheory::value

namespace tabletheory {

std::string to_wire_json(const Value& value) {
  std::string out;
  value::WireWriter(out).attribute(value);
  return out;
}

std::string to_wire_json(const Item& item) {
  std::string out;
  value::WireWriter(out).item(item);
  return out;
}

}  // namespace tabletheory
