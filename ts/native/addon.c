/* The addon: the C ABI (docs/c-abi.md) as a few functions for ts/src/native.ts. Everything that has meaning is done in
 * TypeScript or in the core; here handles are wrapped, bytes cross, and completions wake the event loop.
 *
 * Results. A function that gives a tape writes its step to state[0] (an Int32Array that `setup` was given). The tape is
 * copied into the scratch buffer of `setup` when it fits there, and its size is returned; otherwise a new Buffer is.
 * The scratch is decoded before the next call, so a small result costs no allocation.
 *
 * Environments. There are no globals: each environment (the main thread, each worker) has its own Addon as instance
 * data, with a queue of its own that is made with the first operation that has to wait. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tabletheory/c_api.h"

enum { kScratchBytes = 1 << 16, kDrained = 64, kPending = -1 };

typedef struct Op Op;
typedef struct Addon {
  int32_t* state;
  uint8_t* scratch;
  napi_ref state_ref, scratch_ref;
  tt_queue* queue;
  napi_threadsafe_function wake;
  uint32_t waiting; /* submitted operations */
  Op* first;        /* those, as a list */
  tt_completion drained[kDrained];
  size_t drained_count, drained_at;
} Addon;

struct Op {
  tt_op* op;
  uint32_t id; /* JavaScript's number for it */
  bool is_submitted, is_dropped;
  Op *next, *before;
};

/* --- Helpers ------------------------------------------------------------------------------------------------------ */

static Addon* addon_of(napi_env env) {
  void* data = NULL;
  napi_get_instance_data(env, &data);
  return data;
}

static napi_value undefined_of(napi_env env) {
  napi_value value = NULL;
  napi_get_undefined(env, &value);
  return value;
}

static napi_value refuse(napi_env env, const char* message) {
  napi_throw_type_error(env, NULL, message);
  return NULL;
}

/* A string argument as UTF-8; free `data`. */
static tt_view text_of(napi_env env, napi_value value) {
  tt_view view = {NULL, 0};
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &size) != napi_ok) return view;
  char* data = malloc(size + 1);
  if (data == NULL) return view;
  napi_get_value_string_utf8(env, value, data, size + 1, &size);
  view.data = (const uint8_t*)data;
  view.size = size;
  return view;
}

static void free_text(tt_view view) { free((void*)view.data); }

/* A Uint8Array's bytes, of which the first `size` count when that is given. */
static tt_view bytes_of(napi_env env, napi_value value, napi_value size) {
  tt_view view = {NULL, 0};
  napi_typedarray_type type;
  void* data = NULL;
  size_t length = 0;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok) return view;
  uint32_t given = 0;
  if (size != NULL && napi_get_value_uint32(env, size, &given) == napi_ok && given <= length) length = given;
  view.data = data;
  view.size = length;
  return view;
}

static uint32_t number_of(napi_env env, napi_value value) {
  uint32_t number = 0;
  napi_get_value_uint32(env, value, &number);
  return number;
}

static void* handle_of(napi_env env, napi_value value) {
  void* handle = NULL;
  napi_get_value_external(env, value, &handle);
  return handle;
}

static napi_value string_value(napi_env env, tt_view view) {
  napi_value value = NULL;
  napi_create_string_utf8(env, view.data == NULL ? "" : (const char*)view.data, view.size, &value);
  return value;
}

static napi_value number_value(napi_env env, double number) {
  napi_value value = NULL;
  napi_create_double(env, number, &value);
  return value;
}

/* Hands a result's tape over and frees it. NULL: nothing. */
static napi_value take(napi_env env, Addon* addon, tt_result* result) {
  if (result == NULL) return undefined_of(env);
  const tt_view tape = tt_result_tape(result);
  napi_value value = NULL;
  if (tape.size <= kScratchBytes) {
    memcpy(addon->scratch, tape.data, tape.size);
    napi_create_uint32(env, (uint32_t)tape.size, &value);
  } else {
    napi_create_buffer_copy(env, tape.size, tape.data, NULL, &value);
  }
  tt_result_free(result);
  return value;
}

static napi_value take_outcome(napi_env env, Addon* addon, tt_result* result) {
  addon->state[0] = result != NULL && tt_result_is_error(result) ? TT_STEP_FAILED : TT_STEP_DONE;
  return take(env, addon, result);
}

#define ARGUMENTS(count)                                             \
  napi_value args[count];                                            \
  size_t given = count;                                              \
  napi_get_cb_info(env, info, &given, args, NULL, NULL);             \
  Addon* addon = addon_of(env);                                      \
  if (given < count) return refuse(env, "arguments are missing");    \
  if (addon == NULL || addon->state == NULL) return refuse(env, "setup was not called")

/* Clients are boxed, so that closing one leaves a handle that says so. */
typedef struct Client {
  tt_client* client;
} Client;

static tt_client* client_of(napi_env env, napi_value value) {
  Client* box = handle_of(env, value);
  if (box != NULL && box->client != NULL) return box->client;
  refuse(env, "the client is closed");
  return NULL;
}

/* --- Set-up, versions --------------------------------------------------------------------------------------------- */

static napi_value setup(napi_env env, napi_callback_info info) {
  napi_value args[2];
  size_t given = 2;
  napi_get_cb_info(env, info, &given, args, NULL, NULL);
  Addon* addon = addon_of(env);
  const tt_view state = bytes_of(env, args[0], NULL), scratch = bytes_of(env, args[1], NULL);
  if (given < 2 || state.size < 4 || scratch.size < kScratchBytes) return refuse(env, "setup takes two typed arrays");
  if (addon->state == NULL) {
    addon->state = (int32_t*)state.data;
    addon->scratch = (uint8_t*)scratch.data;
    napi_create_reference(env, args[0], 1, &addon->state_ref);
    napi_create_reference(env, args[1], 1, &addon->scratch_ref);
  }
  return number_value(env, tt_abi_version());
}

static napi_value version(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value value = NULL;
  napi_create_string_utf8(env, tt_version(), NAPI_AUTO_LENGTH, &value);
  return value;
}

static napi_value live_handles(napi_env env, napi_callback_info info) {
  (void)info;
  return number_value(env, (double)tt_live_handles());
}

/* --- Clients, schemas, tables ------------------------------------------------------------------------------------- */

static void free_client(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  Client* box = data;
  if (box->client != NULL) tt_result_free(tt_client_close(box->client));
  free(box);
}

/* connect(address, options, size) → handle, or an error's tape */
static napi_value connect_client(napi_env env, napi_callback_info info) {
  ARGUMENTS(3);
  const tt_view address = text_of(env, args[0]);
  Client* box = calloc(1, sizeof *box);
  if (box == NULL) return refuse(env, "out of memory");
  tt_result* failed = tt_connect(address, bytes_of(env, args[1], args[2]), &box->client);
  free_text(address);
  if (failed != NULL) {
    free(box);
    return take_outcome(env, addon, failed);
  }
  addon->state[0] = TT_STEP_DONE;
  napi_value handle = NULL;
  napi_create_external(env, box, free_client, NULL, &handle);
  return handle;
}

static napi_value client_close(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Client* box = handle_of(env, args[0]);
  addon->state[0] = TT_STEP_DONE;
  if (box == NULL || box->client == NULL) return undefined_of(env);
  tt_client* client = box->client;
  box->client = NULL;
  return take_outcome(env, addon, tt_client_close(client));
}

static napi_value is_immediate(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  tt_client* client = client_of(env, args[0]);
  napi_value value = NULL;
  napi_get_boolean(env, client != NULL && tt_client_is_immediate(client) != 0, &value);
  return value;
}

static napi_value clock_advance(napi_env env, napi_callback_info info) {
  ARGUMENTS(2);
  tt_client* client = client_of(env, args[0]);
  int64_t nanoseconds = 0;
  bool lossless = false;
  napi_get_value_bigint_int64(env, args[1], &nanoseconds, &lossless);
  napi_value value = NULL;
  napi_get_boolean(env, client != NULL && tt_clock_advance(client, nanoseconds) != 0, &value);
  return value;
}

static void free_schema(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  tt_schema_free(data);
}
static void free_keys(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  tt_keys_free(data);
}

/* [handle or undefined, tape] */
static napi_value pair(napi_env env, Addon* addon, void* handle, napi_finalize finalize, tt_result* result) {
  napi_value list = NULL, external = undefined_of(env);
  napi_create_array_with_length(env, 2, &list);
  if (handle != NULL) napi_create_external(env, handle, finalize, NULL, &external);
  napi_set_element(env, list, 0, external);
  napi_set_element(env, list, 1, take_outcome(env, addon, result));
  return list;
}

static napi_value schema_load(napi_env env, napi_callback_info info) {
  ARGUMENTS(2);
  const tt_view text = text_of(env, args[0]), file = text_of(env, args[1]);
  tt_schema* schema = NULL;
  tt_result* result = tt_schema_load(text, file, &schema);
  free_text(text);
  free_text(file);
  return pair(env, addon, schema, free_schema, result);
}

static napi_value schema_check(napi_env env, napi_callback_info info) {
  ARGUMENTS(4);
  const tt_view model = text_of(env, args[2]);
  tt_result* result =
      tt_schema_check(handle_of(env, args[0]), handle_of(env, args[1]), model, number_of(env, args[3]));
  free_text(model);
  return take_outcome(env, addon, result);
}

static napi_value keys_load(napi_env env, napi_callback_info info) {
  ARGUMENTS(2);
  const tt_view text = text_of(env, args[0]), file = text_of(env, args[1]);
  tt_keys* keys = NULL;
  tt_result* result = tt_keys_load(text, file, &keys);
  free_text(text);
  free_text(file);
  return pair(env, addon, keys, free_keys, result);
}

/* keysEvaluate(keys, model, name, arguments, size) */
static napi_value keys_evaluate(napi_env env, napi_callback_info info) {
  ARGUMENTS(5);
  const tt_view model = text_of(env, args[1]), name = text_of(env, args[2]);
  tt_result* result = tt_keys_evaluate(handle_of(env, args[0]), model, name, bytes_of(env, args[3], args[4]));
  free_text(model);
  free_text(name);
  return take_outcome(env, addon, result);
}

/* tableOpen(client, schema, model, tableName, flags) */
static napi_value table_open(napi_env env, napi_callback_info info) {
  ARGUMENTS(5);
  tt_client* client = client_of(env, args[0]);
  if (client == NULL) return NULL;
  const tt_view model = text_of(env, args[2]), name = text_of(env, args[3]);
  tt_result* result = tt_table_open(client, handle_of(env, args[1]), model, name, number_of(env, args[4]));
  free_text(model);
  free_text(name);
  return take_outcome(env, addon, result);
}

/* documentsOpen(client, tableName, key) */
static napi_value documents_open(napi_env env, napi_callback_info info) {
  ARGUMENTS(3);
  tt_client* client = client_of(env, args[0]);
  if (client == NULL) return NULL;
  const tt_view name = text_of(env, args[1]), key = text_of(env, args[2]);
  tt_result* result = tt_documents_open(client, name, key);
  free_text(name);
  free_text(key);
  return take_outcome(env, addon, result);
}

/* --- Operations --------------------------------------------------------------------------------------------------- */

/* call(client, request, size) → tape */
static napi_value call(napi_env env, napi_callback_info info) {
  ARGUMENTS(3);
  tt_client* client = client_of(env, args[0]);
  if (client == NULL) return NULL;
  return take_outcome(env, addon, tt_call(client, bytes_of(env, args[1], args[2])));
}

static void free_op(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  Op* op = data;
  if (op->is_submitted) { /* its thread still uses it: freed when it has been drained */
    op->is_dropped = true;
    tt_op_cancel(op->op);
    return;
  }
  if (op->op != NULL) tt_op_free(op->op);
  free(op);
}

/* opBegin(client, request, size, id) → handle, or an error's tape */
static napi_value op_begin(napi_env env, napi_callback_info info) {
  ARGUMENTS(4);
  tt_client* client = client_of(env, args[0]);
  if (client == NULL) return NULL;
  Op* op = calloc(1, sizeof *op);
  if (op == NULL) return refuse(env, "out of memory");
  op->id = number_of(env, args[3]);
  tt_result* failed = tt_op_begin(client, bytes_of(env, args[1], args[2]), &op->op);
  if (failed != NULL) {
    free(op);
    return take_outcome(env, addon, failed);
  }
  addon->state[0] = TT_STEP_DONE;
  napi_value handle = NULL;
  napi_create_external(env, op, free_op, NULL, &handle);
  return handle;
}

static Op* op_of(napi_env env, napi_value value) {
  Op* op = handle_of(env, value);
  if (op != NULL && op->op != NULL) return op;
  refuse(env, "the operation has ended");
  return NULL;
}

static napi_value op_run(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Op* op = op_of(env, args[0]);
  if (op == NULL) return NULL;
  tt_result* result = NULL;
  addon->state[0] = tt_op_run(op->op, &result);
  return take(env, addon, result);
}

static napi_value op_cancel(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Op* op = handle_of(env, args[0]);
  if (op != NULL && op->op != NULL) tt_op_cancel(op->op);
  return undefined_of(env);
}

static napi_value op_free(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Op* op = handle_of(env, args[0]);
  if (op != NULL && op->op != NULL && !op->is_submitted) {
    tt_op_free(op->op);
    op->op = NULL;
  }
  return undefined_of(env);
}

/* opNext(op) → a tape; for SEND a list of [id, service, operation, body]; for SLEEP the milliseconds */
static napi_value op_next(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Op* op = op_of(env, args[0]);
  if (op == NULL) return NULL;
  tt_event event = {.size = sizeof event};
  addon->state[0] = tt_op_next(op->op, &event);
  if (addon->state[0] == TT_STEP_SLEEP) return number_value(env, (double)event.sleep_ms);
  if (addon->state[0] != TT_STEP_SEND) return take(env, addon, event.result);
  napi_value list = NULL;
  napi_create_array_with_length(env, event.request_count, &list);
  for (uint32_t i = 0; i < event.request_count; ++i) {
    napi_value request = NULL;
    napi_create_array_with_length(env, 4, &request);
    napi_set_element(env, request, 0, number_value(env, event.requests[i].id));
    napi_set_element(env, request, 1, number_value(env, event.requests[i].service));
    napi_set_element(env, request, 2, string_value(env, event.requests[i].operation));
    napi_set_element(env, request, 3, string_value(env, event.requests[i].body));
    napi_set_element(env, list, i, request);
  }
  return list;
}

/* opRespond(op, id, kind, status, body, requestId, message) */
static napi_value op_respond(napi_env env, napi_callback_info info) {
  ARGUMENTS(7);
  (void)addon;
  Op* op = op_of(env, args[0]);
  if (op == NULL) return NULL;
  tt_response response = {.size = sizeof response};
  response.id = number_of(env, args[1]);
  response.kind = number_of(env, args[2]);
  response.http_status = number_of(env, args[3]);
  response.body = text_of(env, args[4]);
  response.request_id = text_of(env, args[5]);
  response.message = text_of(env, args[6]);
  tt_op_respond(op->op, &response);
  free_text(response.body);
  free_text(response.request_id);
  free_text(response.message);
  return undefined_of(env);
}

/* opTransport(op, id, service, operation, body) → [kind, status, body, requestId, message], by the client's own transport */
static napi_value op_transport(napi_env env, napi_callback_info info) {
  ARGUMENTS(5);
  (void)addon;
  Op* op = op_of(env, args[0]);
  if (op == NULL) return NULL;
  tt_request request = {number_of(env, args[1]), number_of(env, args[2]), text_of(env, args[3]), text_of(env, args[4])};
  tt_response response = {.size = sizeof response};
  tt_result* hold = NULL;
  tt_transport_call(op->op, &request, &response, &hold);
  napi_value list = NULL;
  napi_create_array_with_length(env, 5, &list);
  napi_set_element(env, list, 0, number_value(env, response.kind));
  napi_set_element(env, list, 1, number_value(env, response.http_status));
  napi_set_element(env, list, 2, string_value(env, response.body));
  napi_set_element(env, list, 3, string_value(env, response.request_id));
  napi_set_element(env, list, 4, string_value(env, response.message));
  tt_result_free(hold);
  free_text(request.operation);
  free_text(request.body);
  return list;
}

/* --- The queue ---------------------------------------------------------------------------------------------------- */

/* From a thread of the queue: once for all that completes until the next drain. */
static void wake(void* context) { napi_call_threadsafe_function(context, NULL, napi_tsfn_nonblocking); }

static void unlink_op(Addon* addon, Op* op) {
  if (op->before != NULL) op->before->next = op->next;
  if (op->next != NULL) op->next->before = op->before;
  if (addon->first == op) addon->first = op->next;
  op->next = op->before = NULL;
  op->is_submitted = false;
}

/* Runs before the environment's own clean-up of the wake function, so that no thread calls it afterwards. */
static void end_queue(void* data) {
  Addon* addon = data;
  for (Op* op = addon->first; op != NULL; op = op->next) tt_op_cancel(op->op);
  for (; addon->drained_at < addon->drained_count; ++addon->drained_at) {
    tt_result_free(addon->drained[addon->drained_at].result);
  }
  tt_queue_free(addon->queue);
  addon->queue = NULL;
  while (addon->first != NULL) {
    Op* op = addon->first;
    unlink_op(addon, op);
    if (op->is_dropped) {
      tt_op_free(op->op);
      free(op);
    }
  }
}

/* queueStart(onWake): makes this environment's queue. */
static napi_value queue_start(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  if (addon->queue != NULL) return undefined_of(env);
  napi_value name = NULL;
  napi_create_string_utf8(env, "tabletheory", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(env, args[0], NULL, name, 0, 1, NULL, NULL, NULL, NULL, &addon->wake) != napi_ok) {
    return refuse(env, "the event loop gives no wake-up function");
  }
  napi_unref_threadsafe_function(env, addon->wake);
  addon->queue = tt_queue_new(0, wake, addon->wake);
  if (addon->queue == NULL) return refuse(env, "out of memory");
  napi_add_env_cleanup_hook(env, end_queue, addon);
  return undefined_of(env);
}

/* submit(op) → a tape when the operation has got somewhere at once; else state[0] is -1. An operation that waits keeps
 * the event loop alive. */
static napi_value submit(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Op* op = op_of(env, args[0]);
  if (op == NULL) return NULL;
  if (addon->queue == NULL || op->is_submitted) return refuse(env, "the operation cannot be submitted");
  tt_completion completion;
  op->is_submitted = true;
  op->next = addon->first;
  if (addon->first != NULL) addon->first->before = op;
  addon->first = op;
  if (tt_submit(addon->queue, op->op, (uint64_t)(uintptr_t)op, &completion) != 0) {
    unlink_op(addon, op);
    addon->state[0] = completion.step;
    return take(env, addon, completion.result);
  }
  if (addon->waiting++ == 0) napi_ref_threadsafe_function(env, addon->wake);
  addon->state[0] = kPending;
  return undefined_of(env);
}

/* drainNext() → the next completion's tape, with its step in state[0] and the operation's number in state[1]; undefined when
 * there is none. */
static napi_value drain_next(napi_env env, napi_callback_info info) {
  (void)info;
  Addon* addon = addon_of(env);
  for (;;) {
    if (addon->queue == NULL) return undefined_of(env);
    if (addon->drained_at == addon->drained_count) {
      addon->drained_at = 0;
      addon->drained_count = tt_queue_drain(addon->queue, addon->drained, kDrained);
      if (addon->drained_count == 0) return undefined_of(env);
    }
    const tt_completion completion = addon->drained[addon->drained_at++];
    Op* op = (Op*)(uintptr_t)completion.token;
    unlink_op(addon, op);
    if (--addon->waiting == 0) napi_unref_threadsafe_function(env, addon->wake);
    if (op->is_dropped) { /* nobody waits for it */
      tt_op_free(op->op);
      free(op);
      tt_result_free(completion.result);
      continue;
    }
    addon->state[0] = completion.step;
    addon->state[1] = (int32_t)op->id;
    return take(env, addon, completion.result);
  }
}

/* --- Module ------------------------------------------------------------------------------------------------------- */

static void free_addon(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  free(data);
}

static napi_value init(napi_env env, napi_value exports) {
  static const struct {
    const char* name;
    napi_callback function;
  } kFunctions[] = {
      {"setup", setup},
      {"version", version},
      {"liveHandles", live_handles},
      {"connect", connect_client},
      {"clientClose", client_close},
      {"isImmediate", is_immediate},
      {"clockAdvance", clock_advance},
      {"schemaLoad", schema_load},
      {"schemaCheck", schema_check},
      {"keysLoad", keys_load},
      {"keysEvaluate", keys_evaluate},
      {"tableOpen", table_open},
      {"documentsOpen", documents_open},
      {"call", call},
      {"opBegin", op_begin},
      {"opRun", op_run},
      {"opCancel", op_cancel},
      {"opFree", op_free},
      {"opNext", op_next},
      {"opRespond", op_respond},
      {"opTransport", op_transport},
      {"queueStart", queue_start},
      {"submit", submit},
      {"drainNext", drain_next},
  };
  Addon* addon = calloc(1, sizeof *addon);
  if (addon == NULL) return NULL;
  napi_set_instance_data(env, addon, free_addon, NULL);
  for (size_t i = 0; i < sizeof kFunctions / sizeof *kFunctions; ++i) {
    napi_value function = NULL;
    napi_create_function(env, kFunctions[i].name, NAPI_AUTO_LENGTH, kFunctions[i].function, NULL, &function);
    napi_set_named_property(env, exports, kFunctions[i].name, function);
  }
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
