#include "tabletheory/client.h"

#include "ops/service_errors.h"
#include "sdk/address.h"
#include "sdk/aws_transport.h"
#include "sdk/client_core.h"
#include "sdk/embedded_transport.h"
#include "tabletheory/batch.h"
#include "tabletheory/table.h"
#include "tabletheory/transaction.h"

namespace tabletheory {

Result<Client> Client::connect(std::string_view address, ClientOptions options) {
  TT_TRY(const sdk::Address parsed, sdk::parse_address(address));
  const bool is_embedded = parsed.kind == sdk::Address::Kind::kMemory || parsed.kind == sdk::Address::Kind::kFile;
  if (is_embedded && !options.target) options.target = Capabilities::embedded();
  if (parsed.kind == sdk::Address::Kind::kMemory) {
    auto transport = sdk::make_embedded_transport(parsed.name, options.now);
    return over(std::move(transport), std::move(options));
  }
  if (parsed.kind == sdk::Address::Kind::kFile) {
    TT_TRY(auto transport, sdk::make_file_transport(parsed.name, options.now));
    return over(std::move(transport), std::move(options));
  }
  sdk::NetworkTarget target;
  if (parsed.kind == sdk::Address::Kind::kHttp) {
    TT_TRY(target.endpoint, http::parse_url(parsed.name));
  } else {
    target.region = parsed.name;
  }
  auto transport = sdk::make_aws_transport(std::move(target), options.aws, options.network);
  return over(std::move(transport), std::move(options));
}

Client Client::over(std::shared_ptr<Transport> transport, ClientOptions options) {
  return Client(std::make_shared<const detail::ClientCore>(std::move(transport), std::move(options)));
}

Client Client::with(CallLimits limits) const {
  return Client(std::make_shared<const detail::ClientCore>(*core_, std::move(limits)));
}

DynamicTable Client::table(const Model& model, std::string table_name) const {
  return DynamicTable(detail::open_table(core_, model, std::move(table_name)));
}

DocumentTable Client::documents(std::string table_name, std::vector<std::string> key) const {
  return DocumentTable(detail::open_documents(core_, std::move(table_name), std::move(key)));
}

BatchGet Client::batch_get() const {
  return BatchGet(*this);
}
BatchWrite Client::batch_write() const {
  return BatchWrite(*this);
}
TransactGet Client::transact_get() const {
  return TransactGet(*this);
}
TransactWrite Client::transact_write() const {
  return TransactWrite(*this);
}

Result<std::string> Client::raw_call(std::string_view operation, std::string_view json, Service service) const {
  const TransportCall call{.service = service,
                           .operation = operation,
                           .body = json,
                           .time_left = core_->time_left(),
                           .cancel = core_->limits().cancel};
  if (call.time_left && *call.time_left <= std::chrono::nanoseconds::zero()) {
    return fail(ErrorCode::kTimeout, "the timeout passed before the request was sent; allow more time");
  }
  TT_TRY(TransportAnswer answer, core_->transport()->call(call));
  if (answer.status == 200) return std::move(answer.body);
  const ops::Response response{answer.status, std::move(answer.body), std::move(answer.request_id)};
  return std::unexpected(ops::ServiceError::read(response).to_error().at(operation, "", ""));
}

std::shared_ptr<Transport> Client::transport() const {
  return core_->transport();
}

}  // namespace tabletheory
