// The workload MIXED (value/mixed_item.h) as a struct, for benchmarks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tabletheory/tabletheory.h"

namespace tabletheory::bench {

struct Street {
  std::string street = {};
  int zip = 0;
};
inline void describe(ModelBuilder<Street>& m) {
  m.attribute("street", &Street::street).attribute("zip", &Street::zip);
}

struct Line {
  std::string sku = {};
  int quantity = 0;
};
inline void describe(ModelBuilder<Line>& m) {
  m.attribute("sku", &Line::sku).attribute("qty", &Line::quantity);
}

struct Payment {
  std::string kind = {};
  Number sum = {};
};
inline void describe(ModelBuilder<Payment>& m) {
  m.attribute("kind", &Payment::kind).attribute("sum", &Payment::sum);
}

struct Event {
  std::int64_t at = 0;
  std::string by = {};
};
inline void describe(ModelBuilder<Event>& m) {
  m.attribute("at", &Event::at).attribute("by", &Event::by);
}

struct Mixed {
  std::string pk = {}, sk = {}, state = {};
  Number total = {};
  bool active = false;
  NumberSet scores = {};
  StringSet tags = {};
  Street address = {};
  std::vector<Line> lines = {};
  std::vector<Payment> payments = {};
  std::vector<Event> events = {};
};
inline void describe(ModelBuilder<Mixed>& m) {
  m.name("Mixed").table("mixed");
  m.partition_key("pk", &Mixed::pk);
  m.sort_key("sk", &Mixed::sk);
  m.attribute("state", &Mixed::state);
  m.attribute("total", &Mixed::total);
  m.attribute("active", &Mixed::active);
  m.attribute("scores", &Mixed::scores);
  m.attribute("tags", &Mixed::tags);
  m.attribute("address", &Mixed::address);
  m.attribute("lines", &Mixed::lines);
  m.attribute("payments", &Mixed::payments);
  m.attribute("events", &Mixed::events);
}

}  // namespace tabletheory::bench
