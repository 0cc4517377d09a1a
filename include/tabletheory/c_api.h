/* The C ABI: how other languages use TableTheory (docs/c-abi.md, docs/tape.md).
 *
 *     tt_client* client = NULL;
 *     tt_result* failed = tt_connect(tt_text("memory:"), options, &client);
 *     if (failed != NULL) {
 *       tt_error error = {.size = sizeof error};
 *       tt_result_error(failed, &error);
 *       ...
 *       tt_result_free(failed);
 *     }
 *     tt_result* result = tt_call(client, request);  // never NULL
 *     if (!tt_result_is_error(result)) decode(tt_result_tape(result));
 *     tt_result_free(result);
 *     tt_client_close(client);
 *
 * Ownership. Handles and results are made by the core and freed by the function named with them, exactly once; NULL is
 * ignored there. Views given to the core are read during the call only. Views given by the core are borrowed: they are
 * valid until the next call on the same handle, those of a result until it is freed.
 *
 * Threads. Everything may be called from any thread. A client, a schema and a queue may be used by several at once; an
 * operation and a result by one at a time, but for tt_op_cancel. A client or queue is not used after a fork in the
 * child: its calls give ErrTransport there, saying so.
 *
 * Nothing here throws, aborts, prints, sets errno or reads the environment before the first request. Structs begin with
 * their `size`, which the caller sets; fields beyond it are not touched. Numbers of enumerations are never reused.
 */
#ifndef TABLETHEORY_C_API_H_
#define TABLETHEORY_C_API_H_

#include <stddef.h>
#include <stdint.h>

#include "tabletheory/c_constants.h"

#if defined(_WIN32)
#define TT_API
#else
#define TT_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_view {
  const uint8_t* data; /* may be NULL when size is 0 */
  size_t size;         /* bytes */
} tt_view;

typedef struct tt_client tt_client;
typedef struct tt_schema tt_schema;
typedef struct tt_keys tt_keys;
typedef struct tt_op tt_op;
typedef struct tt_queue tt_queue;
typedef struct tt_result tt_result;

/* TT_ABI_VERSION of the library. A binding refuses to load another one than it was written for. */
TT_API uint32_t tt_abi_version(void);
/* "0.1.0"; static. */
TT_API const char* tt_version(void);
/* Handles and results that exist in this process: 0 once everything has been freed. For leak checks in tests. */
TT_API uint64_t tt_live_handles(void);

/* --- Results ------------------------------------------------------------------------------------------------------ */

/* The value (or, of an error, its members) as a tape. */
TT_API tt_view tt_result_tape(const tt_result* result);
TT_API int32_t tt_result_is_error(const tt_result* result);
TT_API void tt_result_free(tt_result* result);

typedef struct tt_error {
  uint32_t size; /* sizeof(tt_error), set by the caller */
  uint16_t code; /* TT_ERR_... */
  uint16_t http_status;
  uint8_t retryable;
  uint8_t reserved[3];
  uint32_t code_count; /* of `codes`: the code, then the further ones it answers to */
  const uint16_t* codes;
  tt_view name; /* "ErrItemNotFound" */
  tt_view message;
  tt_view operation, model, table;
  tt_view service_type, request_id;
} tt_error;

/* Fills `error`. Returns 0 and leaves it alone when the result is no error. */
TT_API int32_t tt_result_error(const tt_result* result, tt_error* error);

/* --- Schemas ------------------------------------------------------------------------------------------------------ */

/* Reads a DMS document; `file_name` decides between JSON (.json) and YAML and stands in diagnostics. Gives in `*schema`
 * a handle, and as the result a MAP: `dms_version`, `namespace`, `models` (LIST of MAP, as tt_table_open's). On failure
 * the result is an error and `*schema` NULL. */
TT_API tt_result* tt_schema_load(tt_view text, tt_view file_name, tt_schema** schema);
TT_API void tt_schema_free(tt_schema* schema);
/* The equivalence gate: whether a model of `code` says the same as the model of that name of `schema`. `flags`: 1
 * ignores the table's name. An error (ErrInvalidModel) lists the differences; else ABSENT. */
TT_API tt_result* tt_schema_check(const tt_schema* code, const tt_schema* schema, tt_view model, uint32_t flags);

/* --- Derived keys ------------------------------------------------------------------------------------------------- */

/* Reads a document of derived keys and checks its fixtures. The result: a MAP `keys`: LIST of MAP `model`, `name`,
 * `helper`, `description`, `inputs` (LIST of MAP `name`, `type`, `optional`). */
TT_API tt_result* tt_keys_load(tt_view text, tt_view file_name, tt_keys** keys);
/* The key as a STRING. `arguments`: a tape, MAP of inputs. */
TT_API tt_result* tt_keys_evaluate(const tt_keys* keys, tt_view model, tt_view name, tt_view arguments);
TT_API void tt_keys_free(tt_keys* keys);

/* --- Requests that the host sends by itself ----------------------------------------------------------------------- */

/* The headers of one request of a service's JSON protocol (method POST), signed by Signature Version 4. `arguments`: a
 * tape, MAP: `service` (dynamodb, streams, kms), `operation` ("PutItem"), `endpoint` (URL), and to have it signed
 * `region`, `at` (TIME) and `credentials` (MAP access_key_id, secret_access_key, session_token). The result: a MAP of
 * header names and values, without Host. Needs no client; blocks for nothing. */
TT_API tt_result* tt_sign(tt_view arguments, tt_view body);

/* --- Clients and tables ------------------------------------------------------------------------------------------- */

/* `options`: a tape (docs/c-abi.md), or an empty view. NULL when `*client` was made, else an error. */
TT_API tt_result* tt_connect(tt_view address, tt_view options, tt_client** client);
/* Operations and queues that still use the client keep what they need; begin none afterwards. NULL, or an error: of a
 * `recorded:` client that exchanges are left over. */
TT_API tt_result* tt_client_close(tt_client* client);

/* Binds a model of a schema to the client; `table_name` (may be empty) goes before the client's names. `flags`:
 * TT_TABLE_INSTANTS. The result: a MAP `id` (the table's number in requests), `table` (its name), `model`,
 * `partition_key`, `sort_key` (absent without), `dms_version`, `attributes` (LIST by slot of MAP: name, type, format,
 * roles (LIST), required, optional, omit_empty, json, binary, encryption), `indexes` (LIST of MAP: name, global,
 * partition, sort (LISTs)). The same model opened again with the same arguments has the same number. */
TT_API tt_result* tt_table_open(tt_client* client, const tt_schema* schema, tt_view model, tt_view table_name,
                                uint32_t flags);
#define TT_TABLE_INSTANTS 1u /* timestamps cross as TIME */
/* A table without a model. `key` (may be empty): the names of its key attributes, separated by a NUL byte. MAP `id`,
 * `table`. */
TT_API tt_result* tt_documents_open(tt_client* client, tt_view table_name, tt_view key);

/* Of a client with the option `clock`: moves its time. Other clients: nothing happens, and 0 is returned. */
TT_API int32_t tt_clock_advance(tt_client* client, int64_t nanoseconds);
/* 1 when operations of this client end within tt_submit and never wait for anything outside: memory:. */
TT_API int32_t tt_client_is_immediate(const tt_client* client);

/* --- Operations --------------------------------------------------------------------------------------------------- */

/* Begins, runs to the first page or the end, and frees the operation. Never NULL. Blocks. */
TT_API tt_result* tt_call(tt_client* client, tt_view request);

/* NULL when `*op` was made, else an error; nothing has been sent yet. */
TT_API tt_result* tt_op_begin(tt_client* client, tt_view request, tt_op** op);
/* Stops what the operation waits for; from any thread, while it is not freed. What has been sent may have happened. */
TT_API void tt_op_cancel(tt_op* op);
/* Not while it is submitted: drain it first. */
TT_API void tt_op_free(tt_op* op);

/* Driven by the core, blocking: TT_STEP_PAGE, TT_STEP_DONE or TT_STEP_FAILED, with the result in `*result` (never
 * NULL). After DONE and FAILED it is not called again. */
TT_API int32_t tt_op_run(tt_op* op, tt_result** result);

/* Driven by the host. */
typedef struct tt_request {
  uint32_t id;       /* within the operation */
  uint32_t service;  /* TT_SERVICE_... */
  tt_view operation; /* "PutItem" */
  tt_view body;      /* JSON */
} tt_request;
#define TT_SERVICE_DYNAMODB 0u
#define TT_SERVICE_STREAMS 1u
#define TT_SERVICE_KMS 2u

typedef struct tt_event {
  uint32_t size; /* sizeof(tt_event), set by the caller */
  uint32_t request_count;
  const tt_request* requests; /* TT_STEP_SEND; all of them are to be answered, in any order, side by side if you like */
  int64_t sleep_ms;           /* TT_STEP_SLEEP */
  tt_result* result;          /* TT_STEP_PAGE, DONE, FAILED: yours to free */
} tt_event;

/* What to do next: TT_STEP_... Mind the caller's deadline and cancellation: report them as the answer (below). */
TT_API int32_t tt_op_next(tt_op* op, tt_event* event);

typedef struct tt_response {
  uint32_t size; /* sizeof(tt_response), set by the caller */
  uint32_t id;   /* of the request */
  uint32_t kind; /* TT_ANSWER_... */
  uint32_t http_status;
  tt_view body;
  tt_view request_id; /* may be empty */
  tt_view message;    /* of the failure, for people */
} tt_response;

TT_API void tt_op_respond(tt_op* op, const tt_response* response);

/* One request by the client's own transport. Blocks, unless the client is immediate. Fills `response` (kind, status,
 * views) and gives in `*hold` what the views borrow from; free it after tt_op_respond. */
TT_API void tt_transport_call(tt_op* op, const tt_request* request, tt_response* response, tt_result** hold);

/* --- Asynchronous use, driven by the core ------------------------------------------------------------------------- */

typedef struct tt_completion {
  uint64_t token; /* as given to tt_submit */
  int32_t step;   /* TT_STEP_PAGE, TT_STEP_DONE, TT_STEP_FAILED */
  int32_t reserved;
  tt_result* result; /* yours to free */
} tt_completion;

/* A queue of completions with up to `threads` (0: 32) threads, started as needed, ended when it is freed. `wake` (may
 * be NULL) is called with `context` from one of them when the queue becomes non-empty after a drain: once for all that
 * comes until the next drain. It must not call the library. */
TT_API tt_queue* tt_queue_new(uint32_t threads, void (*wake)(void* context), void* context);
/* A file descriptor that is readable while completions wait (Linux: an eventfd), owned by the queue. -1 when the system
 * has none. */
TT_API int32_t tt_queue_fd(tt_queue* queue);
/* Runs the operation to its next page or end. Returns 1 with `*completion` filled when that happened within the call
 * (an immediate client), 0 when it will be drained. The operation is left alone until then. */
TT_API int32_t tt_submit(tt_queue* queue, tt_op* op, uint64_t token, tt_completion* completion);
/* Takes up to `capacity` completions, and clears the descriptor when none are left. Returns their number. */
TT_API size_t tt_queue_drain(tt_queue* queue, tt_completion* completions, size_t capacity);
/* Waits for what is running; cancel it first if it should be quick. Undrained results are freed. */
TT_API void tt_queue_free(tt_queue* queue);

#ifdef __cplusplus
}
#endif

#endif /* TABLETHEORY_C_API_H_ */
