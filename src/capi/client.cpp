#include "capi/client.h"

#include <fmt/format.h>
#include <unistd.h>

#include "capi/arguments.h"
#include "capi/client_options.h"
#include "sdk/address.h"
#include "sdk/schema_data.h"
#include "tabletheory/table.h"

namespace tabletheory::capi {

ClientState::ClientState(Client client, std::shared_ptr<ManualClock> clock, std::shared_ptr<RecordedTransport> recorded,
                         bool is_immediate)
    : client_(std::move(client)),
      clock_(std::move(clock)),
      recorded_(std::move(recorded)),
      is_immediate_(is_immediate),
      process_(::getpid()) {}

Result<std::shared_ptr<ClientState>> ClientState::connect(std::string_view address, const Node* options) {
  std::shared_ptr<ManualClock> clock;
  std::shared_ptr<RecordedTransport> recorded;
  ClientOptions read;
  const bool is_recorded = address == "recorded:";
  if (options != nullptr) {
    TT_TRY(const Arguments arguments, Arguments::of(*options, "the options of connect"));
    if (is_recorded) {
      TT_TRY(recorded, RecordedTransport::make(arguments));
    }
    TT_TRY(read, to_client_options(arguments, clock));
  }
  if (is_recorded) {
    if (recorded == nullptr) return fail(ErrorCode::kInvalidModel, "recorded: takes the option exchanges");
    Client client = Client::over(recorded, std::move(read));
    return std::shared_ptr<ClientState>(
        new ClientState(std::move(client), std::move(clock), std::move(recorded), true));
  }
  TT_TRY(const sdk::Address parsed, sdk::parse_address(address));
  TT_TRY(Client client, Client::connect(address, std::move(read)));
  return std::shared_ptr<ClientState>(
      new ClientState(std::move(client), std::move(clock), nullptr, parsed.kind == sdk::Address::Kind::kMemory));
}

Result<void> ClientState::check_end() const {
  if (recorded_ == nullptr) return {};
  return recorded_->check_all_used();
}

Result<void> ClientState::check_process() const {
  if (::getpid() == process_) return {};
  return fail(ErrorCode::kTransport,
              "this client was made before the process forked, and its connections and threads are not the child's; "
              "connect again in the child");
}

template <class Make>
std::size_t ClientState::open(Opened opened, Make make) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t number = 0; number < opened_.size(); ++number) {
    if (opened_[number] == opened) return number;
  }
  tables_.push_back({make(), opened.instants});
  opened_.push_back(std::move(opened));
  return opened_.size() - 1;
}

std::size_t ClientState::open_table(const Model& model, const std::string& table_name, bool instants) {
  return open({&model.data(), table_name, {}, instants},
              [&] { return detail::open_table(client_.core(), model, table_name); });
}

std::size_t ClientState::open_documents(const std::string& table_name, const std::vector<std::string>& key) {
  return open({nullptr, table_name, key, false},
              [&] { return detail::open_documents(client_.core(), table_name, key); });
}

const TableEntry* ClientState::table(std::int64_t number) const {
  const std::scoped_lock lock(mutex_);
  if (number < 0 || static_cast<std::size_t>(number) >= tables_.size()) return nullptr;
  return &tables_[static_cast<std::size_t>(number)];
}

}  // namespace tabletheory::capi
