// include/tabletheory/c_api.h: nothing but handles, views and the guard that lets no exception through.
#include "tabletheory/c_api.h"

#include <new>

#include "capi/descriptions.h"
#include "capi/handles.h"
#include "capi/older_libc.h"
#include "capi/queue.h"
#include "capi/signing.h"
#include "capi/values.h"
#include "tabletheory/table.h"

namespace capi = tabletheory::capi;
using tabletheory::Error;
using tabletheory::ErrorCode;
using tabletheory::Result;

struct tt_queue : capi::Counted {
  tt_queue(std::size_t threads, capi::CompletionQueue::Wake wake, void* context) : queue(threads, wake, context) {}
  capi::CompletionQueue queue;
};

namespace {

std::string_view text_of(const tt_view& view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}
tt_view view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

tt_result* to_result(capi::OperationRun::Outcome outcome) {
  auto result = std::make_unique<tt_result>();
  result->tape = std::move(outcome.tape);
  result->error = std::move(outcome.error);
  if (result->error) {
    for (const ErrorCode code : result->error->codes()) result->codes.push_back(static_cast<std::uint16_t>(code));
  }
  return result.release();
}

tt_result* to_result(const Error& error) {
  return to_result(capi::failure(error));
}

template <class Write>
tt_result* written(Write write) {
  capi::TapeWriter out;
  write(out);
  return to_result({TT_STEP_DONE, out.finish(), {}});
}

// Runs `body`, which gives a result. An exception is a bug, or the end of memory: an error like others.
template <class Body>
tt_result* guarded(Body body) noexcept {
  try {
    try {
      return body();
    } catch (const std::bad_alloc&) {
      return to_result(Error(ErrorCode::kInternal, "the process is out of memory"));
    } catch (const std::exception& problem) {
      return to_result(Error(ErrorCode::kInternal, std::string("please report this: ") + problem.what()));
    }
  } catch (...) {
    return nullptr;  // there is no memory even for the error
  }
}

std::vector<std::string> split_at_nul(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Error to_error(const tt_response& response) {
  std::string message(text_of(response.message));
  const auto or_else = [&message](const char* otherwise) {
    return message.empty() ? std::string(otherwise) : std::move(message);
  };
  switch (response.kind) {
    case TT_ANSWER_NOT_SENT:
      return Error(ErrorCode::kTransport, or_else("the request could not be sent")).from_service("", "", 0, true);
    case TT_ANSWER_TIMEOUT:
      return Error(ErrorCode::kTimeout, or_else("the timeout passed before the request was sent; allow more time"));
    case TT_ANSWER_TIMEOUT_SENT:
      return Error(ErrorCode::kTimeout, or_else("the timeout passed before the answer came; allow more time"))
          .also(ErrorCode::kOutcomeUnknown);
    case TT_ANSWER_CANCELLED:
      return Error(ErrorCode::kCancelled, or_else("the call was cancelled before its request was sent"));
    case TT_ANSWER_CANCELLED_SENT:
      return Error(ErrorCode::kCancelled, or_else("the call was cancelled before its answer came"))
          .also(ErrorCode::kOutcomeUnknown);
    case TT_ANSWER_CREDENTIALS:
      return Error(ErrorCode::kCredentials, or_else("there are no usable credentials"));
    case TT_ANSWER_ATTEMPT_TIMEOUT:
      return Error(ErrorCode::kTimeout, or_else("the request was not answered in time")).from_service("", "", 0, true);
    default:
      return Error(ErrorCode::kTransport, or_else("the request was sent, but its answer was lost"));
  }
}

// A failure of the client's own transport, for the host to hand back.
std::uint32_t kind_of(const Error& error) {
  const bool may_have_happened = error.is(ErrorCode::kOutcomeUnknown);
  switch (error.code()) {
    case ErrorCode::kTimeout:
      if (error.retryable()) return TT_ANSWER_ATTEMPT_TIMEOUT;
      return may_have_happened ? TT_ANSWER_TIMEOUT_SENT : TT_ANSWER_TIMEOUT;
    case ErrorCode::kCancelled:
      return may_have_happened ? TT_ANSWER_CANCELLED_SENT : TT_ANSWER_CANCELLED;
    case ErrorCode::kTransport:
      return error.retryable() ? TT_ANSWER_NOT_SENT : TT_ANSWER_LOST;
    default:
      return TT_ANSWER_CREDENTIALS;
  }
}

Result<tabletheory::Service> to_service(std::uint32_t service) {
  if (service <= TT_SERVICE_KMS) return static_cast<tabletheory::Service>(service);
  return tabletheory::fail(ErrorCode::kTransport, "a request names no service (TT_SERVICE_...)");
}

Result<std::unique_ptr<capi::OperationRun>> begin(tt_client* client, tt_view request) {
  return capi::OperationRun::begin(client->state, text_of(request));
}

Result<tabletheory::DerivedKeyInput> to_key_input(const capi::Node& node) {
  if (node.tag == capi::Tag::kNull) return tabletheory::DerivedKeyInput(nullptr);
  if (node.tag == capi::Tag::kDouble) return tabletheory::DerivedKeyInput(node.real);
  TT_TRY(const tabletheory::Value value, capi::to_value(node));
  if (const auto* text = value.get_if<std::string>()) return tabletheory::DerivedKeyInput(*text);
  if (const auto* number = value.get_if<tabletheory::Number>()) return tabletheory::DerivedKeyInput(*number);
  if (const bool* boolean = value.get_if<bool>()) return tabletheory::DerivedKeyInput(*boolean);
  return tabletheory::fail(ErrorCode::kInvalidModel, "inputs of derived keys are texts, numbers and booleans");
}

Result<std::string> evaluate(const tabletheory::DerivedKeys& keys, std::string_view model, std::string_view name,
                             std::string_view arguments) {
  TT_TRY(const auto key, keys.key(model, name));
  TT_TRY(const capi::Tape tape, capi::Tape::read(arguments));
  if (!tape.root().is_map()) {
    return tabletheory::fail(ErrorCode::kInvalidModel, "the inputs of a derived key are a map");
  }
  std::vector<tabletheory::DerivedKeyArgument> inputs;
  for (const capi::Node& node : tape.root().children()) {
    TT_TRY(auto input, to_key_input(node));
    inputs.push_back({node.name, std::move(input)});
  }
  return key.evaluate(inputs);
}

Result<tabletheory::http::Headers> sign(std::string_view arguments, std::string_view body) {
  TT_TRY(const capi::Tape tape, capi::Tape::read(arguments));
  TT_TRY(const capi::Arguments given, capi::Arguments::of(tape.root(), "a request to be signed"));
  return capi::signed_headers(given, body);
}

}  // namespace

extern "C" {

uint32_t tt_abi_version(void) {
  capi::keep_older_libc();
  return TT_ABI_VERSION;
}
const char* tt_version(void) {
  return TABLETHEORY_VERSION;
}
uint64_t tt_live_handles(void) {
  return capi::Counted::live();
}

tt_view tt_result_tape(const tt_result* result) {
  return view_of(result->tape);
}
int32_t tt_result_is_error(const tt_result* result) {
  return result->error ? 1 : 0;
}
void tt_result_free(tt_result* result) {
  delete result;
}

int32_t tt_result_error(const tt_result* result, tt_error* error) {
  if (!result->error) return 0;
  const Error& said = *result->error;
  tt_error filled{};
  filled.size = error->size;
  filled.code = static_cast<std::uint16_t>(said.code());
  filled.http_status = static_cast<std::uint16_t>(said.http_status());
  filled.retryable = said.retryable() ? 1 : 0;
  filled.code_count = static_cast<std::uint32_t>(result->codes.size());
  filled.codes = result->codes.data();
  filled.name = view_of(tabletheory::error_code_name(said.code()));
  filled.message = view_of(said.message());
  filled.operation = view_of(said.operation());
  filled.model = view_of(said.model());
  filled.table = view_of(said.table());
  filled.service_type = view_of(said.service_type());
  filled.request_id = view_of(said.request_id());
  std::memcpy(error, &filled, std::min<std::size_t>(error->size, sizeof filled));
  return 1;
}

tt_result* tt_schema_load(tt_view text, tt_view file_name, tt_schema** schema) {
  *schema = nullptr;
  return guarded([&] {
    auto loaded = tabletheory::Schema::load_text(text_of(text), text_of(file_name));
    if (!loaded) return to_result(loaded.error());
    auto handle = std::make_unique<tt_schema>(std::move(*loaded));
    tt_result* result = written([&](capi::TapeWriter& out) { capi::write_schema(handle->schema, out); });
    *schema = handle.release();
    return result;
  });
}
void tt_schema_free(tt_schema* schema) {
  delete schema;
}

tt_result* tt_schema_check(const tt_schema* code, const tt_schema* schema, tt_view model, uint32_t flags) {
  return guarded([&] {
    const auto said = code->schema.model(text_of(model));
    if (!said) return to_result(said.error());
    const auto declared = schema->schema.model(text_of(model));
    if (!declared) return to_result(declared.error());
    const auto same = tabletheory::check_equivalent(*said, *declared, {.ignore_table_name = (flags & 1U) != 0});
    if (!same) return to_result(same.error());
    return written([](capi::TapeWriter& out) { out.absent(); });
  });
}

tt_result* tt_keys_load(tt_view text, tt_view file_name, tt_keys** keys) {
  *keys = nullptr;
  return guarded([&] {
    auto loaded = tabletheory::DerivedKeys::load_text(text_of(text), text_of(file_name));
    if (!loaded) return to_result(loaded.error());
    auto handle = std::make_unique<tt_keys>(std::move(*loaded));
    tt_result* result = written([&](capi::TapeWriter& out) { capi::write_keys(handle->keys, out); });
    *keys = handle.release();
    return result;
  });
}
tt_result* tt_keys_evaluate(const tt_keys* keys, tt_view model, tt_view name, tt_view arguments) {
  return guarded([&] {
    const auto key = evaluate(keys->keys, text_of(model), text_of(name), text_of(arguments));
    if (!key) return to_result(key.error());
    return written([&](capi::TapeWriter& out) { out.string(*key); });
  });
}
void tt_keys_free(tt_keys* keys) {
  delete keys;
}

tt_result* tt_sign(tt_view arguments, tt_view body) {
  return guarded([&] {
    const auto headers = sign(text_of(arguments), text_of(body));
    if (!headers) return to_result(headers.error());
    return written([&](capi::TapeWriter& out) {
      out.map(headers->size());
      for (const auto& header : *headers) out.member(header.name, header.value);
    });
  });
}

tt_result* tt_connect(tt_view address, tt_view options, tt_client** client) {
  *client = nullptr;
  return guarded([&]() -> tt_result* {
    capi::Tape tape;
    if (options.size != 0) {
      auto read = capi::Tape::read(text_of(options));
      if (!read) return to_result(read.error());
      tape = std::move(*read);
    }
    auto state = capi::ClientState::connect(text_of(address), options.size == 0 ? nullptr : &tape.root());
    if (!state) return to_result(state.error());
    auto handle = std::make_unique<tt_client>();
    handle->state = std::move(*state);
    *client = handle.release();
    return nullptr;
  });
}
tt_result* tt_client_close(tt_client* client) {
  const std::unique_ptr<tt_client> closed(client);
  if (closed == nullptr) return nullptr;
  return guarded([&]() -> tt_result* {
    const auto ended = closed->state->check_end();
    return ended ? nullptr : to_result(ended.error());
  });
}

tt_result* tt_table_open(tt_client* client, const tt_schema* schema, tt_view model, tt_view table_name,
                         uint32_t flags) {
  return guarded([&] {
    const auto found = schema->schema.model(text_of(model));
    if (!found) return to_result(found.error());
    const std::size_t number =
        client->state->open_table(*found, std::string(text_of(table_name)), (flags & TT_TABLE_INSTANTS) != 0);
    const auto* entry = client->state->table(static_cast<std::int64_t>(number));
    return written([&](capi::TapeWriter& out) { capi::write_table(number, *entry->table, out); });
  });
}
tt_result* tt_documents_open(tt_client* client, tt_view table_name, tt_view key) {
  return guarded([&] {
    const std::size_t number =
        client->state->open_documents(std::string(text_of(table_name)), split_at_nul(text_of(key)));
    const auto* entry = client->state->table(static_cast<std::int64_t>(number));
    return written([&](capi::TapeWriter& out) { capi::write_table(number, *entry->table, out); });
  });
}

int32_t tt_clock_advance(tt_client* client, int64_t nanoseconds) {
  capi::ManualClock* clock = client->state->clock();
  if (clock != nullptr) clock->advance(std::chrono::nanoseconds(nanoseconds));
  return clock != nullptr ? 1 : 0;
}
int32_t tt_client_is_immediate(const tt_client* client) {
  return client->state->is_immediate() ? 1 : 0;
}

tt_result* tt_call(tt_client* client, tt_view request) {
  return guarded([&] {
    auto run = begin(client, request);
    return run ? to_result((*run)->run()) : to_result(run.error());
  });
}

tt_result* tt_op_begin(tt_client* client, tt_view request, tt_op** op) {
  *op = nullptr;
  return guarded([&]() -> tt_result* {
    auto run = begin(client, request);
    if (!run) return to_result(run.error());
    *op = new tt_op(std::move(*run));
    return nullptr;
  });
}
void tt_op_cancel(tt_op* op) {
  op->run->cancel();
}
void tt_op_free(tt_op* op) {
  delete op;
}

int32_t tt_op_run(tt_op* op, tt_result** result) {
  int32_t step = TT_STEP_FAILED;
  *result = guarded([&] {
    auto outcome = op->run->run();
    step = outcome.step;
    return to_result(std::move(outcome));
  });
  return step;
}

int32_t tt_op_next(tt_op* op, tt_event* event) {
  tt_event filled{};
  filled.size = event->size;
  int32_t step = TT_STEP_FAILED;
  filled.result = guarded([&]() -> tt_result* {
    auto host = op->run->next();
    step = host.step;
    if (step == TT_STEP_SLEEP) {
      filled.sleep_ms = host.sleep.count();
      return nullptr;
    }
    if (step != TT_STEP_SEND) return to_result(std::move(host.outcome));
    op->requests.clear();
    for (const auto& request : *host.requests) {
      op->requests.push_back(
          {request.id, static_cast<std::uint32_t>(request.service), view_of(request.operation), view_of(request.body)});
    }
    filled.requests = op->requests.data();
    filled.request_count = static_cast<std::uint32_t>(op->requests.size());
    return nullptr;
  });
  std::memcpy(event, &filled, std::min<std::size_t>(event->size, sizeof filled));
  return step;
}

void tt_op_respond(tt_op* op, const tt_response* response) {
  tt_result* failed = guarded([&]() -> tt_result* {
    if (response->kind != TT_ANSWER_OK) {
      op->run->respond(response->id, std::unexpected(to_error(*response)));
    } else {
      op->run->respond(response->id, tabletheory::ops::Response{static_cast<int>(response->http_status),
                                                                std::string(text_of(response->body)),
                                                                std::string(text_of(response->request_id))});
    }
    return nullptr;
  });
  delete failed;  // of memory only; the operation then fails by itself
}

void tt_transport_call(tt_op* op, const tt_request* request, tt_response* response, tt_result** hold) {
  tt_response filled{};
  filled.size = response->size;
  filled.id = request->id;
  filled.kind = TT_ANSWER_LOST;
  *hold = guarded([&]() -> tt_result* {
    const auto service = to_service(request->service);
    auto answer = service ? op->run->call_transport(*service, text_of(request->operation), text_of(request->body))
                          : Result<tabletheory::TransportAnswer>(std::unexpected(service.error()));
    auto held = std::make_unique<tt_result>();
    if (answer) {
      filled.kind = TT_ANSWER_OK;
      filled.http_status = static_cast<std::uint32_t>(answer->status);
      const std::size_t body_size = answer->body.size();
      held->tape = std::move(answer->body) + answer->request_id;
      filled.body = view_of(std::string_view(held->tape).substr(0, body_size));
      filled.request_id = view_of(std::string_view(held->tape).substr(body_size));
    } else {
      filled.kind = kind_of(answer.error());
      held->error = answer.error();
      filled.message = view_of(held->error->message());
    }
    return held.release();
  });
  std::memcpy(response, &filled, std::min<std::size_t>(response->size, sizeof filled));
}

tt_queue* tt_queue_new(uint32_t threads, void (*wake)(void* context), void* context) {
  try {
    return new tt_queue(threads, wake, context);
  } catch (...) {
    return nullptr;
  }
}
int32_t tt_queue_fd(tt_queue* queue) {
  return queue->queue.descriptor();
}

int32_t tt_submit(tt_queue* queue, tt_op* op, uint64_t token, tt_completion* completion) {
  const bool is_immediate = op->run->state().is_immediate();
  tt_completion filled{.token = token, .step = TT_STEP_FAILED, .reserved = 0, .result = nullptr};
  bool is_submitted = false;
  filled.result = guarded([&]() -> tt_result* {
    if (is_immediate) {
      auto outcome = op->run->run();
      filled.step = outcome.step;
      return to_result(std::move(outcome));
    }
    queue->queue.submit(*op->run, token);
    is_submitted = true;
    return nullptr;
  });
  if (is_submitted) return 0;
  *completion = filled;
  return 1;
}

size_t tt_queue_drain(tt_queue* queue, tt_completion* completions, size_t capacity) {
  try {
    std::vector<capi::CompletionQueue::Completion> drained;
    drained.reserve(capacity);
    queue->queue.drain(drained, capacity);
    for (std::size_t i = 0; i < drained.size(); ++i) {
      completions[i] = {.token = drained[i].token, .step = drained[i].outcome.step, .reserved = 0, .result = nullptr};
      completions[i].result = guarded([&] { return to_result(std::move(drained[i].outcome)); });
    }
    return drained.size();
  } catch (...) {
    return 0;
  }
}
void tt_queue_free(tt_queue* queue) {
  delete queue;
}

}  // extern "C"
