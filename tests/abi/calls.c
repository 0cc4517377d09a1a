/* Everything but ways to drive operations: versions, results and errors, schemas, keys, clients, tables, blocking calls. */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tape.h"

static const tt_view kNone = {NULL, 0};

static void the_version_is_the_headers(void) {
  EXPECT(tt_abi_version() == TT_ABI_VERSION);
  EXPECT(strchr(tt_version(), '.') != NULL);
}

static void freeing_nothing_is_allowed(void) {
  tt_result_free(NULL);
  tt_schema_free(NULL);
  tt_keys_free(NULL);
  tt_op_free(NULL);
  tt_queue_free(NULL);
  EXPECT(tt_client_close(NULL) == NULL);
}

static void handles_are_counted(void) {
  tt_client* client = NULL;
  EXPECT(tt_connect(text("memory:"), kNone, &client) == NULL);
  EXPECT(tt_live_handles() == 1);
  EXPECT(tt_client_close(client) == NULL);
}

static void an_item_is_created_and_read(void) {
  shop s = open_shop("memory:", kNone);
  create_parts(&s, "a", 1);
  tape request = {0};
  put_get(&request, &s, "a", "0000");
  tt_result* result = tt_call(s.client, tape_view(&request));
  const node item = root_of(result);
  EXPECT(item.tag == TT_TAG_ITEM);
  EXPECT(is_text(attribute(item, kPk), "a"));
  EXPECT(is_text(attribute(item, kSk), "0000"));
  EXPECT(is_int(attribute(item, kAmount), 0));
  tt_result_free(result);
  close_shop(&s);
}

static void an_error_says_what_and_where(void) {
  shop s = open_shop("memory:", kNone);
  tape request = {0};
  put_get(&request, &s, "a", "missing");
  tt_result* result = tt_call(s.client, tape_view(&request));
  tt_error error = {.size = sizeof error};
  EXPECT(tt_result_is_error(result));
  EXPECT(tt_result_error(result, &error) == 1);
  EXPECT(error.code == TT_ERR_ITEM_NOT_FOUND);
  EXPECT(error.code_count >= 1 && error.codes[0] == TT_ERR_ITEM_NOT_FOUND);
  EXPECT(says(error.name, "ErrItemNotFound"));
  EXPECT(says(error.model, "Part"));
  EXPECT(says(error.table, "parts"));
  EXPECT(error.message.size > 0);
  EXPECT(!error.retryable);
  EXPECT(is_int(member(root_of(result), "code"), TT_ERR_ITEM_NOT_FOUND));
  EXPECT(is_text(member(root_of(result), "name"), "ErrItemNotFound"));
  tt_result_free(result);
  close_shop(&s);
}

static void a_smaller_struct_of_an_older_caller_is_filled_so_far(void) {
  tt_client* client = NULL;
  tt_result* result = tt_connect(text("gopher://x"), kNone, &client);
  EXPECT(client == NULL);
  tt_error error;
  memset(&error, 0xAA, sizeof error);
  error.size = 8;
  EXPECT(tt_result_error(result, &error) == 1);
  EXPECT(error.code != 0 && error.code != 0xAAAA);
  EXPECT(error.code_count == 0xAAAAAAAAu);
  tt_result_free(result);
}

static void what_is_no_error_fills_nothing(void) {
  shop s = open_shop("memory:", kNone);
  tape request = {0};
  put_map(&request, 2);
  put_int_member(&request, "op", TT_OP_ECHO);
  put_text_member(&request, "value", "hello");
  tt_result* result = tt_call(s.client, tape_view(&request));
  tt_error error = {.size = sizeof error, .code = 77};
  EXPECT(tt_result_error(result, &error) == 0 && error.code == 77);
  EXPECT(is_text(root_of(result), "hello"));
  tt_result_free(result);
  close_shop(&s);
}

static void broken_requests_are_refused(void) {
  shop s = open_shop("memory:", kNone);
  EXPECT(take_code(tt_call(s.client, kNone)) == TT_ERR_INVALID_MODEL);
  EXPECT(take_code(tt_call(s.client, text("TTP1 nonsense"))) == TT_ERR_INVALID_MODEL);
  tape unknown = {0};
  put_map(&unknown, 1);
  put_int_member(&unknown, "op", 9999);
  EXPECT(take_code(tt_call(s.client, tape_view(&unknown))) == TT_ERR_INVALID_MODEL);
  tape no_table = {0};
  put_map(&no_table, 2);
  put_int_member(&no_table, "op", TT_OP_GET);
  put_int_member(&no_table, "table", 42);
  EXPECT(take_code(tt_call(s.client, tape_view(&no_table))) == TT_ERR_INVALID_MODEL);
  tape surplus = {0};
  put_map(&surplus, 3);
  put_int_member(&surplus, "op", TT_OP_ECHO);
  put_int_member(&surplus, "value", 1);
  put_int_member(&surplus, "vlaue", 2);
  EXPECT(take_code(tt_call(s.client, tape_view(&surplus))) == TT_ERR_INVALID_MODEL);
  close_shop(&s);
}

static void schemas_are_checked_and_compared(void) {
  tt_schema* schema = NULL;
  tt_result* broken = tt_schema_load(text("dms_version: \"0.1\"\nmodels: 3\n"), text("x.yml"), &schema);
  EXPECT(schema == NULL && code_of(broken) != 0);
  const node diagnostics = member(root_of(broken), "diagnostics");
  EXPECT(diagnostics.tag == TT_TAG_LIST && diagnostics.count > 0);
  EXPECT(is_text(member(element(diagnostics, 0), "file"), "x.yml"));
  tt_result_free(broken);

  tt_schema* other = NULL;
  char changed[sizeof kDms];
  memcpy(changed, kDms, sizeof kDms);
  memcpy(strstr(changed, "amount, type: N"), "amount, type: S", 15);
  tt_result_free(tt_schema_load(text(kDms), text("a.yml"), &schema));
  tt_result_free(tt_schema_load(text(changed), text("b.yml"), &other));
  EXPECT(take_code(tt_schema_check(schema, schema, text("Part"), 0)) == 0);
  EXPECT(take_code(tt_schema_check(schema, other, text("Part"), 1)) == TT_ERR_INVALID_MODEL);
  EXPECT(take_code(tt_schema_check(schema, schema, text("Nothing"), 0)) != 0);
  tt_schema_free(schema);
  tt_schema_free(other);
}

static void a_table_opened_again_is_the_same(void) {
  shop s = open_shop("memory:", kNone);
  tt_result* again = tt_table_open(s.client, s.schema, text("Part"), text(""), 0);
  EXPECT(is_int(member(root_of(again), "id"), s.table));
  EXPECT(is_text(member(root_of(again), "partition_key"), "PK"));
  EXPECT(is_text(member(element(member(root_of(again), "attributes"), kAmount), "name"), "amount"));
  tt_result_free(again);
  tt_result* elsewhere = tt_table_open(s.client, s.schema, text("Part"), text("other"), TT_TABLE_INSTANTS);
  EXPECT(!is_int(member(root_of(elsewhere), "id"), s.table));
  EXPECT(is_text(member(root_of(elsewhere), "table"), "other"));
  tt_result_free(elsewhere);
  const tt_view keys = {(const uint8_t*)"PK\0SK", 5};
  tt_result* documents = tt_documents_open(s.client, text("parts"), keys);
  EXPECT(is_text(member(root_of(documents), "table"), "parts"));
  tt_result_free(documents);
  close_shop(&s);
}

static void a_manual_clock_is_moved(void) {
  shop s = open_shop("memory:", kNone);
  EXPECT(tt_clock_advance(s.client, 1) == 0);
  EXPECT(tt_client_is_immediate(s.client) == 1);
  close_shop(&s);
  tape options = {0};
  put_map(&options, 1);
  put_name(&options, "clock");
  put_map(&options, 1);
  put_int_member(&options, "tick_ns", 0);
  tt_client* client = NULL;
  EXPECT(tt_connect(text("memory:"), tape_view(&options), &client) == NULL);
  EXPECT(tt_clock_advance(client, 1000000000) == 1);
  EXPECT(tt_client_close(client) == NULL);
}

static void unknown_options_are_refused(void) {
  tape options = {0};
  put_map(&options, 1);
  put_text_member(&options, "regoin", "eu-central-1");
  tt_client* client = NULL;
  EXPECT(take_code(tt_connect(text("memory:"), tape_view(&options), &client)) == TT_ERR_INVALID_MODEL);
  EXPECT(client == NULL);
}

static void derived_keys_are_evaluated(void) {
  tt_keys* keys = NULL;
  tt_result* broken = tt_keys_load(text("nonsense: 1\n"), text("keys.yml"), &keys);
  EXPECT(keys == NULL && tt_result_is_error(broken));
  tt_result_free(broken);
}

/* What an exception in the library turns into: the unwinder that it was linked with must find its way. */
static void running_out_of_memory_is_an_error(void) {
  const size_t size = 64u << 20;
  uint8_t* request = calloc(1, 16 + 4 * 7 + 7 + size);
  const uint32_t words[] = {0x31505454u, 7, (uint32_t)(7 + size), 0, TT_TAG_MAP | 2 << 8, 2, TT_TAG_INT32, TT_OP_ECHO, 5,
                            TT_TAG_STRING | 0xFFFFFFu << 8, (uint32_t)size};
  memcpy(request, words, sizeof words);
  memcpy(request + sizeof words, "opvalue", 7);
  memset(request + sizeof words + 7, 'x', size);
  tt_client* client = NULL;
  EXPECT(tt_connect(text("memory:"), kNone, &client) == NULL);
  fflush(stdout);
  /* In a process of its own, whose address space is limited to what it has and a little more. */
  const pid_t child = fork();
  if (child == 0) {
    tt_client* own = NULL;
    if (tt_connect(text("memory:"), kNone, &own) != NULL) _exit(2);
    FILE* statm = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (statm == NULL || fscanf(statm, "%lu", &pages) != 1) _exit(3);
    fclose(statm);
    const struct rlimit limit = {pages * 4096 + (8u << 20), RLIM_INFINITY};
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(4);
    const tt_view view = {request, sizeof words + 7 + size};
    tt_result* result = tt_call(own, view);
    if (result == NULL) _exit(5);
    _exit(code_of(result) == TT_ERR_INTERNAL ? 0 : 6);
  }
  int status = -1;
  EXPECT(waitpid(child, &status, 0) == child);
  EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) printf("status %d\n", status);
  free(request);
  EXPECT(tt_client_close(client) == NULL);
}

static void a_client_of_before_a_fork_says_so(void) {
  shop s = open_shop("memory:", kNone);
  tape request = {0};
  put_get(&request, &s, "a", "0000");
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(take_code(tt_call(s.client, tape_view(&request))) == TT_ERR_TRANSPORT ? 0 : 1);
  int status = -1;
  EXPECT(waitpid(child, &status, 0) == child);
  EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  close_shop(&s);
}

int main(void) {
  RUN(the_version_is_the_headers);
  RUN(freeing_nothing_is_allowed);
  RUN(handles_are_counted);
  RUN(an_item_is_created_and_read);
  RUN(an_error_says_what_and_where);
  RUN(a_smaller_struct_of_an_older_caller_is_filled_so_far);
  RUN(what_is_no_error_fills_nothing);
  RUN(broken_requests_are_refused);
  RUN(schemas_are_checked_and_compared);
  RUN(a_table_opened_again_is_the_same);
  RUN(a_manual_clock_is_moved);
  RUN(unknown_options_are_refused);
  RUN(derived_keys_are_evaluated);
  RUN(running_out_of_memory_is_an_error);
  RUN(a_client_of_before_a_fork_says_so);
  return finish();
}
