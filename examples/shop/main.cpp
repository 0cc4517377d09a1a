// The main job of TableTheory in one sitting, on the engine embedded in the library: no server, no account, no network.
//
//     demo_shop [DIRECTORY]        DIRECTORY holds schema.yml and data.jsonl; examples/shop unless said
//
// Read it from the bottom: `tell_story` calls the chapters in order.
#include <tabletheory/tabletheory.h>

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace tt = tabletheory;
using tt::attr;

namespace {

// --- the models, declared next to their structs
// -----------------------------------------------------------------------

struct Line {
  std::string article;
  tt::Number price;  // exact decimals: 0.10 is 0.10
  std::int64_t pieces = 0;
};
void describe(tt::ModelBuilder<Line>& m) {
  m.attribute("article", &Line::article);
  m.attribute("price", &Line::price);
  m.attribute("pieces", &Line::pieces);
}

struct Order {
  std::string customer, number;
  std::string state;
  tt::Timestamp placed_at;
  tt::Number total;
  tt::StringSet tags;
  std::vector<Line> lines;
  std::optional<std::string> note;
  tt::Timestamp created_at, updated_at;  // written by the library
  std::int64_t version = 0;              // and counted by it: this is what catches lost updates
};
void describe(tt::ModelBuilder<Order>& m) {
  m.name("Order").table("shop");
  m.partition_key("PK", &Order::customer, {.required = true});
  m.sort_key("SK", &Order::number, {.required = true});
  m.attribute("state", &Order::state, {.required = true});
  m.attribute("placedAt", &Order::placed_at, {.required = true, .format = tt::Format::kRfc3339Nano});
  m.attribute("total", &Order::total, {.required = true});
  m.attribute("tags", &Order::tags, {.omit_empty = true});
  m.attribute("lines", &Order::lines);
  m.attribute("note", &Order::note, {.omit_empty = true});
  m.created_at("createdAt", &Order::created_at);
  m.updated_at("updatedAt", &Order::updated_at);
  m.version("version", &Order::version);
  m.global_index("by-state", &Order::state, &Order::placed_at);
}

struct Account {
  std::string customer, kind;
  std::string owner;
  tt::Number balance;
  tt::Timestamp updated_at;
  std::int64_t version = 0;
};
void describe(tt::ModelBuilder<Account>& m) {
  m.name("Account").table("shop");
  m.partition_key("PK", &Account::customer, {.required = true});
  m.sort_key("SK", &Account::kind, {.required = true});
  m.attribute("owner", &Account::owner, {.required = true});
  m.attribute("balance", &Account::balance, {.required = true});
  m.updated_at("updatedAt", &Account::updated_at);
  m.version("version", &Account::version);
}

struct Transfer {
  std::string from, number;
  std::string to;
  tt::Number amount;
  tt::Timestamp created_at;
};
void describe(tt::ModelBuilder<Transfer>& m) {
  m.name("Transfer").table("shop").write_once();
  m.partition_key("PK", &Transfer::from, {.required = true});
  m.sort_key("SK", &Transfer::number, {.required = true});
  m.attribute("to", &Transfer::to, {.required = true});
  m.attribute("amount", &Transfer::amount, {.required = true});
  m.created_at("createdAt", &Transfer::created_at);
}

// --- telling
// ------------------------------------------------------------------------------------------------------------

void chapter(std::string_view title) {
  std::cout << "\n── " << title << '\n';
}
std::ostream& tell() {
  return std::cout << "   ";
}

std::string text(const tt::Number& number) {
  return number.to_string();
}

void tell_order(const Order& order) {
  tell() << "  " << order.number << "  " << order.placed_at.to_string().substr(0, 10) << "  " << order.customer
         << "  total " << text(order.total) << '\n';
}

struct Shop {
  tt::Client client;
  tt::Schema schema;
  tt::Table<Order> orders;
  tt::Table<Account> accounts;
  tt::Table<Transfer> transfers;
};

// --- the chapters
// --------------------------------------------------------------------------------------------------------

tt::Result<Shop> open_shop(const std::string& directory) {
  chapter("The schema is checked");
  TT_TRY(const auto schema, tt::Schema::load_file(directory + "/schema.yml"));
  tell() << "schema.yml is in order: DMS " << schema.dms_version() << ", models";
  for (const tt::Model& model : schema.models()) std::cout << ' ' << model.name();
  std::cout << '\n';
  TT_CHECK(tt::check_against<Order>(schema));
  TT_CHECK(tt::check_against<Account>(schema));
  TT_CHECK(tt::check_against<Transfer>(schema));
  tell() << "the structs of this program say the same as the schema\n";

  chapter("The table is made");
  TT_TRY(const auto client, tt::Client::connect("memory:"));
  TT_TRY(const auto orders, client.table<Order>());
  TT_TRY(const auto accounts, client.table<Account>());
  TT_TRY(const auto transfers, client.table<Transfer>());
  TT_CHECK(orders.ensure_table());
  TT_TRY(const auto table, orders.describe_table());
  tell() << "table " << table.name << " is " << table.status << ", with the index " << table.indexes.at(0) << '\n';
  return Shop{client, schema, orders, accounts, transfers};
}

// data.jsonl names the model of each line; items are maps bound to a model that was loaded at run time.
tt::Result<void> write_items(const Shop& shop, const std::string& directory) {
  chapter("Items are written, in one batch");
  std::ifstream file(directory + "/data.jsonl");
  if (!file) return tt::fail(tt::ErrorCode::kInvalidModel, directory + "/data.jsonl cannot be read");
  tt::BatchWrite batch = shop.client.batch_write();
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    TT_TRY(const auto parsed, tt::value_from_json(line));
    TT_TRY(const auto model, shop.schema.model(parsed.map().find("model")->text()));
    batch.put(shop.client.table(model), parsed.map().find("item")->map());
  }
  if (const auto done = batch.run(); !done) return std::unexpected<tt::Error>(done.error());
  tell() << count << " accounts and orders from data.jsonl lie in the table\n";
  TT_TRY(const auto order, shop.orders.get({"CUSTOMER#ada", "ORDER#1001"}));
  tell() << "one of them, as a struct:\n";
  tell_order(order);
  for (const Line& line : order.lines) {
    tell() << "      " << line.pieces << " × " << line.article << " at " << text(line.price) << '\n';
  }
  return {};
}

tt::Result<void> catch_lost_update(const Shop& shop) {
  chapter("A lost update is caught");
  const tt::Key key("CUSTOMER#ada", "ORDER#1001");
  TT_TRY(auto for_ann, shop.orders.get(key));
  TT_TRY(auto for_ben, shop.orders.get(key));
  tell() << "Ann and Ben both look at ORDER#1001, version " << for_ann.version << '\n';

  for_ann.state = "paid";
  TT_TRY(const auto paid, shop.orders.update(for_ann, {&Order::state}));
  tell() << "Ann marks it paid: version " << paid.version << '\n';

  for_ben.state = "cancelled";
  const auto lost = shop.orders.update(for_ben, {&Order::state});
  if (lost) return tt::fail(tt::ErrorCode::kInternal, "Ben's update should have been refused");
  if (!lost.error().is(tt::ErrorCode::kVersionConflict)) return std::unexpected(lost.error());
  tell() << "Ben cancels what he saw and is told: " << tt::error_code_name(lost.error().code()) << '\n';

  TT_TRY(const auto now, shop.orders.get(key));
  tell() << "the order is still " << now.state << ": nothing was overwritten\n";
  return {};
}

tt::Result<void> read_two_pages(const Shop& shop) {
  chapter("Two pages, by cursor");
  const auto open = shop.orders.query(attr(&Order::state) == "open").limit(4);
  TT_TRY(const auto plan, open.explain());
  tell() << "open orders, oldest first; the index was chosen by its keys: " << plan.index << '\n';
  TT_TRY(const auto first, open.page());
  for (const Order& order : first.items) tell_order(order);
  tell() << "the cursor is text that any process, in any language, can go on from:\n";
  tell() << "  " << first.cursor << '\n';
  auto rest = open;
  TT_TRY(const auto second, rest.after(first.cursor).page());
  for (const Order& order : second.items) tell_order(order);
  tell() << (second.cursor.empty() ? "that was the last page\n" : "and so on\n");
  return {};
}

tt::Result<void> read_batch(const Shop& shop) {
  chapter("Many items in one call");
  tt::BatchGet batch = shop.client.batch_get();
  const auto account = batch.get(shop.accounts, {"CUSTOMER#grace", "ACCOUNT"});
  const auto order = batch.get(shop.orders, {"CUSTOMER#grace", "ORDER#1008"});
  const auto nothing = batch.get(shop.orders, {"CUSTOMER#grace", "ORDER#9999"});
  const auto found = batch.run();
  if (!found) return std::unexpected<tt::Error>(found.error());
  const auto& items = *found;
  tell() << items[account]->owner << " has " << text(items[account]->balance) << " and ordered for "
         << text(items[order]->total) << "; ORDER#9999 is " << (items[nothing] ? "there" : "not there") << '\n';
  return {};
}

// Takes from one account, gives to another and writes down that it happened: all three or none.
tt::Result<void> transfer(const Shop& shop, const Transfer& wanted) {
  auto transaction = shop.client.transact_write();
  transaction
      .update(shop.accounts.update_builder({wanted.from, "ACCOUNT"})
                  .decrement(&Account::balance, wanted.amount)
                  .where(attr(&Account::balance) >= wanted.amount))
      .update(shop.accounts.update_builder({wanted.to, "ACCOUNT"}).increment(&Account::balance, wanted.amount))
      .create(shop.transfers, wanted);
  return transaction.run();
}

tt::Result<void> tell_balances(const Shop& shop) {
  TT_TRY(const auto ada, shop.accounts.get({"CUSTOMER#ada", "ACCOUNT"}));
  TT_TRY(const auto alan, shop.accounts.get({"CUSTOMER#alan", "ACCOUNT"}));
  tell() << "  Ada has " << text(ada.balance) << ", Alan has " << text(alan.balance) << '\n';
  return {};
}

tt::Result<void> move_money(const Shop& shop) {
  chapter("A transfer, all or nothing");
  TT_CHECK(tell_balances(shop));
  TT_TRY(const auto small, tt::Number::parse("19.90"));
  TT_CHECK(transfer(shop, {"CUSTOMER#ada", "TRANSFER#1", "CUSTOMER#alan", small, {}}));
  tell() << "19.90 from Ada to Alan:\n";
  TT_CHECK(tell_balances(shop));

  const auto refused = transfer(shop, {"CUSTOMER#ada", "TRANSFER#2", "CUSTOMER#alan", 1'000, {}});
  if (refused) return tt::fail(tt::ErrorCode::kInternal, "the second transfer should have been refused");
  if (!refused.error().is(tt::ErrorCode::kTransactionCanceled)) return std::unexpected(refused.error());
  tell() << "1000 more is refused, " << tt::error_code_name(refused.error().code()) << ":\n";
  for (const auto& reason : refused.error().reasons()) {
    tell() << "  " << reason.index + 1 << ". " << reason.kind << ' ' << reason.model << ": " << reason.code << '\n';
  }
  tell() << "and nothing has changed:\n";
  TT_CHECK(tell_balances(shop));
  TT_TRY(const auto written, shop.transfers.find({"CUSTOMER#ada", "TRANSFER#2"}));
  tell() << "  TRANSFER#2 is " << (written ? "there" : "not there") << '\n';
  return {};
}

tt::Result<void> show_stored(const Shop& shop) {
  chapter("What is stored, as it lies in the table");
  TT_TRY(const auto answer,
         shop.client.raw_call("GetItem",
                              R"({"TableName":"shop","Key":{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"ORDER#1001"}}})"));
  tell() << "raw_call(\"GetItem\", …) speaks DynamoDB's own language; its answer, an attribute a line:\n";
  // The answer is {"Item":{…}}: what is between the outer braces is one item in typed JSON.
  constexpr std::string_view kBefore = R"({"Item":)";
  TT_TRY(const auto item,
         tt::item_from_wire_json(std::string_view(answer).substr(kBefore.size(), answer.size() - kBefore.size() - 1)));
  for (const auto& [name, value] : item) tell() << "  " << name << "  " << tt::to_wire_json(value) << '\n';
  return {};
}

tt::Result<void> tell_story(const std::string& directory) {
  TT_TRY(const Shop shop, open_shop(directory));
  TT_CHECK(write_items(shop, directory));
  TT_CHECK(catch_lost_update(shop));
  TT_CHECK(read_two_pages(shop));
  TT_CHECK(read_batch(shop));
  TT_CHECK(move_money(shop));
  return show_stored(shop);
}

}  // namespace

int main(int argc, char** argv) {
  std::cout << "A small shop on TableTheory's embedded engine (C++)\n";
  const auto told = tell_story(argc > 1 ? argv[1] : "examples/shop");
  if (told) {
    chapter("That is all");
    return 0;
  }
  std::cerr << "\ndemo_shop: " << told.error().to_string() << '\n';
  return 1;
}
