/* Tapes (docs/tape.md) in plain C, as far as these tests need them, and what a test program is made of:
 *
 *     static void a_client_can_be_closed(void) { ... EXPECT(condition); ... }
 *     int main(void) { RUN(a_client_can_be_closed); return finish(); }
 */
#ifndef TABLETHEORY_TESTS_ABI_TAPE_H_
#define TABLETHEORY_TESTS_ABI_TAPE_H_

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tabletheory/c_api.h"

static int failures_, failed_programs_;

#define EXPECT(condition)                                            \
  do {                                                               \
    if (!(condition)) {                                              \
      ++failures_;                                                   \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                \
  } while (0)

/* Runs a test and looks for what it leaves behind. */
#define RUN(test)                                             \
  do {                                                        \
    failures_ = 0;                                            \
    test();                                                   \
    EXPECT(tt_live_handles() == 0);                           \
    printf("%s %s\n", failures_ == 0 ? "ok" : "FAIL", #test); \
    failed_programs_ += failures_ != 0;                       \
    fflush(stdout);                                           \
  } while (0)

static inline int finish(void) {
  return failed_programs_ == 0 ? 0 : 1;
}

static inline tt_view text(const char* chars) {
  tt_view view = {(const uint8_t*)chars, strlen(chars)};
  return view;
}

static inline int says(tt_view view, const char* expected) {
  return view.size == strlen(expected) && memcmp(view.data, expected, view.size) == 0;
}

/* --- Writing ------------------------------------------------------------------------------------------------------ */

typedef struct tape {
  uint32_t words[256];
  char pool[1024];
  size_t word_count, pool_size;
  uint32_t whole[4 + 256 + 256]; /* what tape_view gives */
} tape;

static inline void put_word(tape* t, uint32_t word) {
  if (t->word_count == sizeof t->words / sizeof *t->words) abort();
  t->words[t->word_count++] = word;
}
static inline void put_pooled(tape* t, const char* chars) {
  const size_t size = strlen(chars);
  if (t->pool_size + size > sizeof t->pool) abort();
  memcpy(t->pool + t->pool_size, chars, size);
  t->pool_size += size;
}
static inline void put_map(tape* t, uint32_t count) {
  put_word(t, TT_TAG_MAP | count << 8);
}
static inline void put_list(tape* t, uint32_t count) {
  put_word(t, TT_TAG_LIST | count << 8);
}
static inline void put_name(tape* t, const char* name) {
  put_word(t, (uint32_t)strlen(name));
  put_pooled(t, name);
}
static inline void put_text(tape* t, const char* chars) {
  put_word(t, TT_TAG_STRING | (uint32_t)strlen(chars) << 8);
  put_pooled(t, chars);
}
static inline void put_int(tape* t, int32_t value) {
  put_word(t, TT_TAG_INT32);
  put_word(t, (uint32_t)value);
}
static inline void put_text_member(tape* t, const char* name, const char* chars) {
  put_name(t, name);
  put_text(t, chars);
}
static inline void put_int_member(tape* t, const char* name, int32_t value) {
  put_name(t, name);
  put_int(t, value);
}
/* Valid as long as the tape, until the next call with it. */
static inline tt_view tape_view(tape* t) {
  t->whole[0] = 0x31505454u;
  t->whole[1] = (uint32_t)t->word_count;
  t->whole[2] = (uint32_t)t->pool_size;
  t->whole[3] = 0;
  memcpy(t->whole + 4, t->words, 4 * t->word_count);
  memcpy(t->whole + 4 + t->word_count, t->pool, t->pool_size);
  tt_view view = {(const uint8_t*)t->whole, 16 + 4 * t->word_count + t->pool_size};
  return view;
}

/* --- Reading ------------------------------------------------------------------------------------------------------ */

typedef struct node {
  const uint8_t *word, *pool; /* of its first word, of its bytes in the pool */
  uint32_t tag, count;
} node;

static inline uint32_t word_at(const uint8_t* at) {
  uint32_t word;
  memcpy(&word, at, 4);
  return word;
}

static inline node node_at(const uint8_t* word, const uint8_t* pool) {
  node n = {word, pool, word_at(word) & 0xFF, word_at(word) >> 8};
  return n;
}

static inline node root_of(const tt_result* result) {
  const tt_view view = tt_result_tape(result);
  return node_at(view.data + 16, view.data + 16 + 4 * word_at(view.data + 4));
}

/* Moves a position of words and pool past a value. */
static inline void skip(const uint8_t** word, const uint8_t** pool) {
  const node n = node_at(*word, *pool);
  *word += 4;
  switch (n.tag) {
    case TT_TAG_INT32:
      *word += 4;
      break;
    case TT_TAG_INT64:
      *word += 8;
      break;
    case TT_TAG_TIME:
      *word += 12;
      break;
    case TT_TAG_NUMBER:
    case TT_TAG_STRING:
    case TT_TAG_BYTES:
      *pool += n.count;
      break;
    case TT_TAG_ITEM:
      *word += 8; /* fallthrough */
    case TT_TAG_MAP:
      for (uint32_t i = 0; i < n.count; ++i) {
        const uint32_t name = word_at(*word);
        *word += 4;
        if ((name & 0x80000000u) == 0) *pool += name;
        skip(word, pool);
      }
      break;
    case TT_TAG_LIST:
    case TT_TAG_STRING_SET:
    case TT_TAG_NUMBER_SET:
    case TT_TAG_BYTES_SET:
      for (uint32_t i = 0; i < n.count; ++i) skip(word, pool);
      break;
    default:
      break;
  }
}

/* A member by name, or (name NULL) by slot; of tag 255 when there is none. */
static inline node find(node map, const char* name, uint32_t slot) {
  node none = {NULL, NULL, 255, 0};
  if (map.tag != TT_TAG_MAP && map.tag != TT_TAG_ITEM) return none;
  const uint8_t* word = map.word + (map.tag == TT_TAG_ITEM ? 12 : 4);
  const uint8_t* pool = map.pool;
  for (uint32_t i = 0; i < map.count; ++i) {
    const uint32_t said = word_at(word);
    word += 4;
    int is_it = 0;
    if ((said & 0x80000000u) != 0) {
      is_it = name == NULL && (said & 0x7FFFFFFFu) == slot;
    } else {
      is_it = name != NULL && strlen(name) == said && memcmp(pool, name, said) == 0;
      pool += said;
    }
    if (is_it) return node_at(word, pool);
    skip(&word, &pool);
  }
  return none;
}
static inline node member(node map, const char* name) {
  return find(map, name, 0);
}
static inline node attribute(node item, uint32_t slot) {
  return find(item, NULL, slot);
}
static inline node element(node list, uint32_t position) {
  const uint8_t *word = list.word + 4, *pool = list.pool;
  while (position-- > 0) skip(&word, &pool);
  return node_at(word, pool);
}
static inline int is_text(node n, const char* expected) {
  return n.tag == TT_TAG_STRING && n.count == strlen(expected) && memcmp(n.pool, expected, n.count) == 0;
}
static inline int is_int(node n, int32_t expected) {
  return n.tag == TT_TAG_INT32 && word_at(n.word + 4) == (uint32_t)expected;
}

/* The code of a result that is an error, else 0. */
static inline uint16_t code_of(const tt_result* result) {
  tt_error error = {.size = sizeof error};
  return result != NULL && tt_result_error(result, &error) ? error.code : 0;
}
/* The code, and the result freed. */
static inline uint16_t take_code(tt_result* result) {
  const uint16_t code = code_of(result);
  tt_result_free(result);
  return code;
}

/* --- A shop to test with ------------------------------------------------------------------------------------------ */

static const char kDms[] =
    "dms_version: \"0.1\"\n"
    "namespace: abi\n"
    "models:\n"
    "  - name: Part\n"
    "    table: { name: parts }\n"
    "    keys: { partition: { attribute: PK, type: S }, sort: { attribute: SK, type: S } }\n"
    "    attributes:\n"
    "      - { attribute: PK, type: S, roles: [pk], required: true }\n"
    "      - { attribute: SK, type: S, roles: [sk], required: true }\n"
    "      - { attribute: amount, type: N }\n"
    "      - { attribute: version, type: N, roles: [version], format: int }\n";
enum { kPk, kSk, kAmount, kVersion };

typedef struct shop {
  tt_client* client;
  tt_schema* schema;
  int32_t table;
} shop;

static inline int32_t int_of(node n) {
  return n.tag == TT_TAG_INT32 ? (int32_t)word_at(n.word + 4) : -1;
}

/* A client with its table made. */
static inline shop open_shop(const char* address, tt_view options) {
  shop s = {NULL, NULL, -1};
  tt_result* failed = tt_connect(text(address), options, &s.client);
  EXPECT(failed == NULL);
  tt_result_free(failed);
  tt_result* loaded = tt_schema_load(text(kDms), text("parts.yml"), &s.schema);
  EXPECT(!tt_result_is_error(loaded));
  tt_result_free(loaded);
  tt_result* opened = tt_table_open(s.client, s.schema, text("Part"), text(""), 0);
  s.table = int_of(member(root_of(opened), "id"));
  tt_result_free(opened);
  tape create = {0};
  put_map(&create, 3);
  put_int_member(&create, "op", TT_OP_RAW_CALL);
  put_text_member(&create, "operation", "CreateTable");
  put_text_member(&create, "body",
                  "{\"TableName\":\"parts\",\"BillingMode\":\"PAY_PER_REQUEST\","
                  "\"KeySchema\":[{\"AttributeName\":\"PK\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"SK\","
                  "\"KeyType\":\"RANGE\"}],"
                  "\"AttributeDefinitions\":[{\"AttributeName\":\"PK\",\"AttributeType\":\"S\"},{\"AttributeName\":"
                  "\"SK\",\"AttributeType\":\"S\"}]}");
  tt_result* created = tt_call(s.client, tape_view(&create));
  EXPECT(!tt_result_is_error(created));
  tt_result_free(created);
  return s;
}
static inline void close_shop(shop* s) {
  EXPECT(tt_client_close(s->client) == NULL);
  tt_schema_free(s->schema);
}

/* CREATE or PUT of a part, GET of it, QUERY of a partition. */
static inline void put_write(tape* t, const shop* s, int32_t op, const char* pk, const char* sk, int32_t amount) {
  put_map(t, 3);
  put_int_member(t, "op", op);
  put_int_member(t, "table", s->table);
  put_name(t, "item");
  put_map(t, 3);
  put_text_member(t, "PK", pk);
  put_text_member(t, "SK", sk);
  put_int_member(t, "amount", amount);
}
static inline void put_get(tape* t, const shop* s, const char* pk, const char* sk) {
  put_map(t, 3);
  put_int_member(t, "op", TT_OP_GET);
  put_int_member(t, "table", s->table);
  put_name(t, "key");
  put_list(t, 2);
  put_text(t, pk);
  put_text(t, sk);
}
static inline void put_query(tape* t, const shop* s, const char* pk, int32_t page_size) {
  put_map(t, 4);
  put_int_member(t, "op", TT_OP_QUERY);
  put_int_member(t, "table", s->table);
  put_text_member(t, "partition", pk);
  put_int_member(t, "page_size", page_size);
}
static inline void create_parts(const shop* s, const char* pk, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    char sk[16];
    snprintf(sk, sizeof sk, "%04d", (int)i);
    tape request = {0};
    put_write(&request, s, TT_OP_CREATE, pk, sk, i);
    tt_result* result = tt_call(s->client, tape_view(&request));
    EXPECT(!tt_result_is_error(result));
    tt_result_free(result);
  }
}

#endif /* TABLETHEORY_TESTS_ABI_TAPE_H_ */
