// The demonstration in C++: one part of a story that four languages tell on one table (examples/orders/README.md).
//
//     demo_cpp ADDRESS SCHEMA STEP [ARGUMENT]        one step: write, read, pay, late, page or ship
#include <tabletheory/tabletheory.h>

#include <iostream>
#include <set>
#include <string>

namespace tt = tabletheory;
using tt::attr;

namespace {

// --- the models, each beside its struct

struct Order {
  std::string customer, number;
  std::string state;
  tt::Timestamp placed_at;
  tt::Number total;  // exact decimals: 0.10 is 0.10
  std::set<std::string> tags;
  tt::Bytes receipt;
  std::string card;          // encrypted before it leaves this process
  std::int64_t version = 0;  // counted by the library: this is what catches lost updates
};
void describe(tt::ModelBuilder<Order>& m) {
  m.name("Order").table("shop").dms_version("0.3");
  m.partition_key("PK", &Order::customer, {.required = true});
  m.sort_key("SK", &Order::number, {.required = true});
  m.attribute("state", &Order::state, {.required = true});
  m.attribute("placedAt", &Order::placed_at, {.required = true, .format = tt::Format::kRfc3339Nano});
  m.attribute("total", &Order::total, {.required = true});
  m.attribute("tags", &Order::tags, {.omit_empty = true});
  m.attribute("receipt", &Order::receipt);
  m.attribute("card", &Order::card, {.encryption = 2});
  m.version("version", &Order::version);
  m.global_index("by-state", &Order::state, &Order::placed_at);
}

struct Customer {
  std::string customer, kind;
  std::int64_t shipped = 0;
};
void describe(tt::ModelBuilder<Customer>& m) {
  m.name("Customer").table("shop").dms_version("0.3");
  m.partition_key("PK", &Customer::customer, {.required = true});
  m.sort_key("SK", &Customer::kind, {.required = true});
  m.attribute("shipped", &Customer::shipped, {.format = tt::Format::kInt});
}

const std::string kAda = "CUSTOMER#ada";
const std::string kMine = "ORDER#cpp";

tt::Result<Order> my_order() {
  TT_TRY(const auto placed_at, tt::Timestamp::parse("2026-03-02T09:00:00.125Z"));
  TT_TRY(const auto total, tt::Number::parse("12345678901234567890123456789012345.678"));
  return Order{.customer = kAda,
               .number = kMine,
               .state = "open",
               .placed_at = placed_at,
               .total = total,
               .tags = {"gift", "paper"},
               .receipt = {0x00, 0xff, 0x10, 0x80},
               .card = "4242 4242 4242 4242"};
}

struct Shop {
  tt::Client client;
  tt::Table<Order> orders;
  tt::Table<Customer> customers;
};

std::string hex(std::uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[byte / 16U], kDigits[byte % 16U]};
}

// --- the steps

tt::Result<void> write(const Shop& shop) {
  TT_CHECK(shop.orders.ensure_table());
  TT_TRY(const Order mine, my_order());
  TT_TRY(const Order made, shop.orders.create(mine));
  std::cout << "made " << made.number << ", version " << made.version << '\n';
  const auto again = shop.orders.create(mine);
  if (again) return tt::fail(tt::ErrorCode::kInternal, "the order should have been there already");
  if (!again.error().is(tt::ErrorCode::kConditionFailed)) return std::unexpected(again.error());
  std::cout << "again: " << tt::error_code_name(again.error().code()) << '\n';
  return {};
}

tt::Result<void> read(const Shop& shop) {
  const auto orders = shop.orders.query(kAda).sort(attr(&Order::number).begins_with("ORDER#"));
  for (const tt::Result<Order>& order : orders.items()) {
    if (!order) return std::unexpected(order.error());
    std::cout << order->number << ' ' << order->state << ", version " << order->version << '\n';
    std::cout << "  " << order->placed_at.to_string().substr(0, 23) << "Z\n";
    std::cout << "  " << order->total.to_string() << '\n';
    std::cout << " ";
    for (const std::string& tag : order->tags) std::cout << ' ' << tag;
    std::cout << "\n  ";
    for (const auto byte : order->receipt) std::cout << hex(byte);
    std::cout << ", " << order->card << '\n';
  }
  return {};
}

tt::Result<void> pay(const Shop& shop, const std::string& number) {
  TT_TRY(Order order, shop.orders.get({kAda, number}));
  std::cout << "found " << number << ", version " << order.version << '\n';
  order.state = "paid";
  TT_TRY(order, shop.orders.update(order, {&Order::state}));
  std::cout << "paid it, version " << order.version << '\n';
  return {};
}

// Somebody paid my order meanwhile; I still hold what I made.
tt::Result<void> late(const Shop& shop) {
  TT_TRY(Order mine, my_order());
  mine.state = "cancelled";
  const auto lost = shop.orders.update(mine, {&Order::state});
  if (lost) return tt::fail(tt::ErrorCode::kInternal, "the update should have been refused");
  if (!lost.error().is(tt::ErrorCode::kVersionConflict)) return std::unexpected(lost.error());
  std::cout << "cancel " << kMine << ", version " << mine.version << ":\n";
  std::cout << "  " << tt::error_code_name(lost.error().code()) << '\n';
  TT_TRY(const Order stored, shop.orders.get({kAda, kMine}));
  std::cout << "it is " << stored.state << ", version " << stored.version << '\n';
  return {};
}

// The cursor is text that any process, in any language, can go on from.
tt::Result<void> page(const Shop& shop, const std::string& cursor) {
  TT_TRY(const auto found, shop.orders.query(attr(&Order::state) == "paid").limit(1).after(cursor).page());
  for (const Order& order : found.items) std::cout << "paid: " << order.number << '\n';
  std::cout << "cursor " << found.cursor << '\n';
  return {};
}

// Both writes happen, or neither.
tt::Result<void> ship(const Shop& shop, const std::string& number) {
  auto shipment = shop.client.transact_write();
  shipment.update(
      shop.orders.update_builder({kAda, number}).set(&Order::state, "shipped").where(attr(&Order::state) == "paid"));
  shipment.update(shop.customers.upsert_builder({kAda, "PROFILE"}).increment(&Customer::shipped, 1));
  TT_CHECK(shipment.run());
  TT_TRY(const Customer ada, shop.customers.get({kAda, "PROFILE"}));
  std::cout << "shipped " << number << "; that makes " << ada.shipped << '\n';

  const auto again = shipment.run();
  if (again) return tt::fail(tt::ErrorCode::kInternal, "the order should have been shipped already");
  if (!again.error().is(tt::ErrorCode::kTransactionCanceled)) return std::unexpected(again.error());
  TT_TRY(const Customer still, shop.customers.get({kAda, "PROFILE"}));
  std::cout << "again: " << tt::error_code_name(again.error().code()) << '\n';
  std::cout << "that leaves " << still.shipped << '\n';
  return {};
}

tt::Result<void> run(const std::string& address, const std::string& schema_path, const std::string& step,
                     const std::string& argument) {
  TT_TRY(const auto schema, tt::Schema::load_file(schema_path));
  TT_CHECK(tt::check_against<Order>(schema));  // the structs say what the schema says
  TT_CHECK(tt::check_against<Customer>(schema));
  const std::vector<std::uint8_t> key(32, 7);  // development only: in production, Encryption::kms
  TT_TRY(const auto encryption, tt::Encryption::static_development_key(key));
  TT_TRY(const auto client, tt::Client::connect(address, {.encryption = encryption}));
  TT_TRY(const auto orders, client.table<Order>());
  TT_TRY(const auto customers, client.table<Customer>());
  const Shop shop{client, orders, customers};
  if (step == "write") return write(shop);
  if (step == "read") return read(shop);
  if (step == "pay") return pay(shop, argument);
  if (step == "late") return late(shop);
  if (step == "page") return page(shop, argument);
  if (step == "ship") return ship(shop, argument);
  return tt::fail(tt::ErrorCode::kInvalidOperator, "no step " + step);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: demo_cpp ADDRESS SCHEMA STEP [ARGUMENT]\n";
    return 2;
  }
  if (const auto done = run(argv[1], argv[2], argv[3], argc > 4 ? argv[4] : ""); !done) {
    std::cerr << "demo_cpp: " << done.error().to_string() << '\n';
    return 1;
  }
}
