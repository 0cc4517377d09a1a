/* The three ways to drive an operation: blocking, by the host, and by a queue; cancellation; and threads. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "tape.h"

static const tt_view kNone = {NULL, 0};

static tt_op* begin(const shop* s, tape* request) {
  tt_op* op = NULL;
  tt_result* failed = tt_op_begin(s->client, tape_view(request), &op);
  EXPECT(failed == NULL && op != NULL);
  tt_result_free(failed);
  return op;
}

/* The number of items of a page, which is freed. */
static uint32_t take_page(tt_result* page) {
  const node items = member(root_of(page), "items");
  const uint32_t count = items.tag == TT_TAG_LIST ? items.count : 0;
  tt_result_free(page);
  return count;
}

/* A shop in a file of its own, whose operations go to threads. */
static char path_[64], address_[80];
static shop open_file_shop(void) {
  snprintf(path_, sizeof path_, "/tmp/tt_abi_XXXXXX");
  const int file = mkstemp(path_);
  EXPECT(file >= 0);
  close(file);
  unlink(path_);
  snprintf(address_, sizeof address_, "file:%s", path_);
  return open_shop(address_, kNone);
}
static void remove_file_shop(shop* s) {
  static const char* const kSuffixes[] = {"", "-wal", "-shm"};
  close_shop(s);
  for (size_t i = 0; i < 3; ++i) {
    char name[80];
    snprintf(name, sizeof name, "%s%s", path_, kSuffixes[i]);
    unlink(name);
  }
}

static void pages_come_one_by_one(void) {
  shop s = open_shop("memory:", kNone);
  create_parts(&s, "a", 5);
  tape request = {0};
  put_query(&request, &s, "a", 2);
  tt_op* op = begin(&s, &request);
  uint32_t items = 0, pages = 0;
  tt_result* result = NULL;
  int32_t step = 0;
  while ((step = tt_op_run(op, &result)) == TT_STEP_PAGE) {
    items += take_page(result);
    ++pages;
  }
  EXPECT(step == TT_STEP_DONE);
  EXPECT(root_of(result).tag == TT_TAG_ABSENT);
  tt_result_free(result);
  EXPECT(items == 5 && pages == 3);
  tt_op_free(op);
  close_shop(&s);
}

static void an_operation_may_be_left_after_a_page(void) {
  shop s = open_shop("memory:", kNone);
  create_parts(&s, "a", 5);
  tape request = {0};
  put_query(&request, &s, "a", 2);
  tt_op* op = begin(&s, &request);
  tt_result* result = NULL;
  EXPECT(tt_op_run(op, &result) == TT_STEP_PAGE);
  EXPECT(take_page(result) == 2);
  tt_op_free(op);
  close_shop(&s);
}

static void local_checks_come_before_anything_is_sent(void) {
  shop s = open_shop("memory:", kNone);
  tape request = {0};
  put_map(&request, 3);
  put_int_member(&request, "op", TT_OP_CREATE);
  put_int_member(&request, "table", s.table);
  put_name(&request, "item");
  put_map(&request, 1);
  put_text_member(&request, "PK", "a");
  tt_op* op = NULL;
  EXPECT(take_code(tt_op_begin(s.client, tape_view(&request), &op)) == TT_ERR_MISSING_PRIMARY_KEY);
  EXPECT(op == NULL);
  close_shop(&s);
}

/* Drives an operation as a host does, with the client's own transport for the requests. */
static int32_t drive(tt_op* op, tt_result** result, int* sent) {
  for (;;) {
    tt_event event = {.size = sizeof event};
    const int32_t step = tt_op_next(op, &event);
    if (step == TT_STEP_SLEEP) continue; /* nobody waits in a test */
    if (step != TT_STEP_SEND) {
      *result = event.result;
      return step;
    }
    EXPECT(event.result == NULL);
    for (uint32_t i = 0; i < event.request_count; ++i) {
      tt_response response = {.size = sizeof response};
      tt_result* hold = NULL;
      tt_transport_call(op, &event.requests[i], &response, &hold);
      EXPECT(response.id == event.requests[i].id);
      tt_op_respond(op, &response);
      tt_result_free(hold);
      ++*sent;
    }
  }
}

static void the_host_drives(void) {
  shop s = open_shop("memory:", kNone);
  create_parts(&s, "a", 3);
  tape get = {0};
  put_get(&get, &s, "a", "0002");
  tt_op* op = begin(&s, &get);
  tt_event event = {.size = sizeof event};
  EXPECT(tt_op_next(op, &event) == TT_STEP_SEND);
  EXPECT(event.request_count == 1);
  EXPECT(says(event.requests[0].operation, "GetItem"));
  EXPECT(event.requests[0].service == TT_SERVICE_DYNAMODB);
  EXPECT(event.requests[0].body.size > 0);
  const char* const body = "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"0002\"},\"amount\":{\"N\":\"77\"}}}";
  const tt_response response = {.size = sizeof response, .id = event.requests[0].id, .kind = TT_ANSWER_OK,
                                .http_status = 200, .body = text(body)};
  tt_op_respond(op, &response);
  EXPECT(tt_op_next(op, &event) == TT_STEP_DONE);
  EXPECT(is_int(attribute(root_of(event.result), kAmount), 77));
  tt_result_free(event.result);
  tt_op_free(op);

  tape query = {0};
  put_query(&query, &s, "a", 2);
  op = begin(&s, &query);
  tt_result* result = NULL;
  int sent = 0;
  EXPECT(drive(op, &result, &sent) == TT_STEP_PAGE && take_page(result) == 2);
  EXPECT(drive(op, &result, &sent) == TT_STEP_PAGE && take_page(result) == 1);
  EXPECT(drive(op, &result, &sent) == TT_STEP_DONE && sent == 2);
  tt_result_free(result);
  tt_op_free(op);
  close_shop(&s);
}

/* Answers a GET's requests with a failure until it ends; gives the code, and how often it was sent. */
static uint16_t answer_all(uint32_t kind, int* sent) {
  shop s = open_shop("memory:", kNone);
  tape get = {0};
  put_get(&get, &s, "a", "0000");
  tt_op* op = begin(&s, &get);
  tt_event event = {.size = sizeof event};
  int32_t step;
  while ((step = tt_op_next(op, &event)) == TT_STEP_SEND || step == TT_STEP_SLEEP) {
    if (step == TT_STEP_SLEEP) {
      EXPECT(event.sleep_ms >= 0);
      continue;
    }
    const tt_response response = {.size = sizeof response, .id = event.requests[0].id, .kind = kind};
    tt_op_respond(op, &response);
    ++*sent;
  }
  EXPECT(step == TT_STEP_FAILED);
  const uint16_t code = take_code(event.result);
  tt_op_free(op);
  close_shop(&s);
  return code;
}

static void failures_of_the_hosts_transport_are_told_apart(void) {
  int sent = 0;
  EXPECT(answer_all(TT_ANSWER_TIMEOUT, &sent) == TT_ERR_TIMEOUT && sent == 1);
  sent = 0;
  EXPECT(answer_all(TT_ANSWER_CANCELLED_SENT, &sent) == TT_ERR_CANCELLED && sent == 1);
  sent = 0;
  EXPECT(answer_all(TT_ANSWER_NOT_SENT, &sent) == TT_ERR_TRANSPORT && sent == 3);
  sent = 0;
  EXPECT(answer_all(TT_ANSWER_LOST, &sent) == TT_ERR_TRANSPORT && sent == 3);
  sent = 0;
  EXPECT(answer_all(TT_ANSWER_CREDENTIALS, &sent) == TT_ERR_CREDENTIALS && sent == 1);
}

static void a_cancelled_operation_fails(void) {
  shop s = open_shop("memory:", kNone);
  tape request = {0};
  put_get(&request, &s, "a", "0000");
  tt_op* op = begin(&s, &request);
  tt_op_cancel(op);
  tt_result* result = NULL;
  EXPECT(tt_op_run(op, &result) == TT_STEP_FAILED);
  EXPECT(take_code(result) == TT_ERR_CANCELLED);
  tt_op_free(op);
  close_shop(&s);
}

static void an_immediate_client_completes_within_submit(void) {
  shop s = open_shop("memory:", kNone);
  create_parts(&s, "a", 1);
  tt_queue* queue = tt_queue_new(0, NULL, NULL);
  tape request = {0};
  put_get(&request, &s, "a", "0000");
  tt_op* op = begin(&s, &request);
  tt_completion completion = {0};
  EXPECT(tt_submit(queue, op, 42, &completion) == 1);
  EXPECT(completion.token == 42 && completion.step == TT_STEP_DONE);
  EXPECT(is_int(attribute(root_of(completion.result), kAmount), 0));
  tt_result_free(completion.result);
  EXPECT(tt_queue_drain(queue, &completion, 1) == 0);
  tt_op_free(op);
  tt_queue_free(queue);
  close_shop(&s);
}

static atomic_int woken_;
static void wake(void* context) {
  EXPECT(context == &woken_);
  atomic_fetch_add(&woken_, 1);
}

enum { kOperations = 64 };

static void a_queue_completes_all_that_is_submitted(void) {
  shop s = open_file_shop();
  EXPECT(tt_client_is_immediate(s.client) == 0);
  create_parts(&s, "a", 4);
  atomic_store(&woken_, 0);
  tt_queue* queue = tt_queue_new(4, wake, &woken_);
  const int fd = tt_queue_fd(queue);
  EXPECT(fd >= 0);
  struct pollfd waiting = {.fd = fd, .events = POLLIN};
  EXPECT(poll(&waiting, 1, 0) == 0);
  tt_op* ops[kOperations];
  tt_completion completions[7];
  for (int i = 0; i < kOperations; ++i) {
    char sk[16];
    snprintf(sk, sizeof sk, "%04d", i % 5); /* one in five is not there */
    tape request = {0};
    put_get(&request, &s, "a", sk);
    ops[i] = begin(&s, &request);
    EXPECT(tt_submit(queue, ops[i], (uint64_t)i, completions) == 0);
  }
  int seen[kOperations] = {0}, done = 0, drains = 0;
  while (done < kOperations) {
    if (poll(&waiting, 1, 20000) != 1) break;
    const size_t count = tt_queue_drain(queue, completions, 7);
    ++drains;
    for (size_t i = 0; i < count; ++i) {
      const int token = (int)completions[i].token;
      EXPECT(token >= 0 && token < kOperations && seen[token]++ == 0);
      if (token % 5 == 4) {
        EXPECT(completions[i].step == TT_STEP_FAILED && code_of(completions[i].result) == TT_ERR_ITEM_NOT_FOUND);
      } else {
        EXPECT(completions[i].step == TT_STEP_DONE);
        EXPECT(is_int(attribute(root_of(completions[i].result), kAmount), token % 5));
      }
      tt_result_free(completions[i].result);
      ++done;
    }
  }
  EXPECT(done == kOperations);
  EXPECT(poll(&waiting, 1, 0) == 0);
  for (int i = 0; i < kOperations; ++i) tt_op_free(ops[i]);
  tt_queue_free(queue);
  /* Once for all that comes until it is drained: never more often than there were completions, nor more than drains. */
  EXPECT(atomic_load(&woken_) >= 1 && atomic_load(&woken_) <= drains);
  remove_file_shop(&s);
}

static void a_submitted_operation_goes_on_page_by_page(void) {
  shop s = open_file_shop();
  create_parts(&s, "a", 3);
  tt_queue* queue = tt_queue_new(1, NULL, NULL);
  tape request = {0};
  put_query(&request, &s, "a", 2);
  tt_op* op = begin(&s, &request);
  struct pollfd waiting = {.fd = tt_queue_fd(queue), .events = POLLIN};
  uint32_t items = 0;
  for (;;) {
    tt_completion completion = {0};
    EXPECT(tt_submit(queue, op, 1, &completion) == 0);
    EXPECT(poll(&waiting, 1, 20000) == 1);
    EXPECT(tt_queue_drain(queue, &completion, 1) == 1);
    const int32_t step = completion.step;
    items += take_page(completion.result);
    if (step != TT_STEP_PAGE) {
      EXPECT(step == TT_STEP_DONE);
      break;
    }
  }
  EXPECT(items == 3);
  tt_op_free(op);
  tt_queue_free(queue);
  remove_file_shop(&s);
}

static void a_queue_frees_what_nobody_drained(void) {
  shop s = open_file_shop();
  create_parts(&s, "a", 1);
  tt_queue* queue = tt_queue_new(2, NULL, NULL);
  tape request = {0};
  put_get(&request, &s, "a", "0000");
  tt_op* op = begin(&s, &request);
  tt_completion completion = {0};
  struct pollfd waiting = {.fd = tt_queue_fd(queue), .events = POLLIN};
  EXPECT(tt_submit(queue, op, 1, &completion) == 0);
  EXPECT(poll(&waiting, 1, 20000) == 1);
  tt_queue_free(queue);
  tt_op_free(op);
  remove_file_shop(&s);
}

/* Two clients, each used by two threads. */
static void* work(void* context) {
  const shop* s = context;
  long wrong = 0;
  for (int i = 0; i < 200; ++i) {
    tape write = {0};
    put_write(&write, s, TT_OP_PUT, "shared", "row", i);
    tt_result* result = tt_call(s->client, tape_view(&write));
    wrong += tt_result_is_error(result);
    tt_result_free(result);
    tape get = {0};
    put_get(&get, s, "shared", "row");
    result = tt_call(s->client, tape_view(&get));
    wrong += root_of(result).tag != TT_TAG_ITEM;
    tt_result_free(result);
  }
  return (void*)wrong;
}

static void clients_are_used_by_several_threads(void) {
  shop shops[2] = {open_shop("memory:", kNone), open_shop("memory:", kNone)};
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) EXPECT(pthread_create(&threads[i], NULL, work, &shops[i % 2]) == 0);
  for (int i = 0; i < 4; ++i) {
    void* wrong = NULL;
    EXPECT(pthread_join(threads[i], &wrong) == 0);
    EXPECT(wrong == NULL);
  }
  close_shop(&shops[0]);
  close_shop(&shops[1]);
}

int main(void) {
  RUN(pages_come_one_by_one);
  RUN(an_operation_may_be_left_after_a_page);
  RUN(local_checks_come_before_anything_is_sent);
  RUN(the_host_drives);
  RUN(failures_of_the_hosts_transport_are_told_apart);
  RUN(a_cancelled_operation_fails);
  RUN(an_immediate_client_completes_within_submit);
  RUN(a_queue_completes_all_that_is_submitted);
  RUN(a_submitted_operation_goes_on_page_by_page);
  RUN(a_queue_frees_what_nobody_drained);
  RUN(clients_are_used_by_several_threads);
  return finish();
}
