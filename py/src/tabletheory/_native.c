/* The extension: Python objects ↔ tapes (docs/tape.md), and the functions of c_api.h with the GIL released.
 *
 * Everything public is Python above this (native.py says what each function takes). Handles are capsules that free
 * themselves. One wheel serves all versions from 3.11 on: the limited API only.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "tabletheory/c_api.h"

enum { kMaxDepth = 64, kDrainAtOnce = 64 };

/* What Python registers once (native.py): types and helpers that the limited API has no functions for. */
static PyObject* decimal_type;   /* decimal.Decimal */
static PyObject* datetime_type;  /* datetime.datetime */
static PyObject* path_text_type; /* conditions.PathText, a str */
static PyObject* path_type;      /* conditions.PathSteps, a tuple */
static PyObject* size_type;      /* conditions.SizeOf, a tuple of one */
static PyObject* split_time;     /* datetime → (seconds, nanoseconds) */
static PyObject* join_time;      /* (seconds, nanoseconds) → datetime */
static PyObject* time_text;      /* (seconds, nanoseconds) → str */
static PyObject* make_error;     /* members of an error → exception */
static PyObject* bad_value;      /* text → exception: a value that cannot be sent */

static PyObject* dict_name; /* "__dict__" */

static PyObject* raise_object(PyObject* exception) {
  if (exception) {
    PyErr_SetObject((PyObject*)Py_TYPE(exception), exception);
    Py_DECREF(exception);
  }
  return NULL;
}

static int raise_bad_value(const char* text) {
  if (!bad_value) {
    PyErr_SetString(PyExc_ValueError, text);
    return -1;
  }
  raise_object(PyObject_CallFunction(bad_value, "s", text));
  return -1;
}

/* --- Writing tapes ------------------------------------------------------------------------------------------------ */

typedef struct {
  uint8_t* data;
  size_t size, capacity;
} Buffer;

typedef struct {
  Buffer words, pool;
} Writer;

static int buffer_add(Buffer* buffer, const void* data, size_t size) {
  if (size > buffer->capacity - buffer->size) {
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 512;
    while (capacity - buffer->size < size) capacity *= 2;
    uint8_t* grown = realloc(buffer->data, capacity);
    if (!grown) {
      PyErr_NoMemory();
      return -1;
    }
    buffer->data = grown;
    buffer->capacity = capacity;
  }
  if (size) memcpy(buffer->data + buffer->size, data, size);
  buffer->size += size;
  return 0;
}

static int put_word(Writer* writer, uint32_t word) {
  return buffer_add(&writer->words, &word, sizeof word);
}

static int put_head(Writer* writer, uint32_t tag, size_t count) {
  if (count < 0xFFFFFF) return put_word(writer, tag | (uint32_t)count << 8);
  if (count > UINT32_MAX) return raise_bad_value("a value is too big to be sent");
  return put_word(writer, tag | 0xFFFFFF00u) || put_word(writer, (uint32_t)count) ? -1 : 0;
}

static int put_pooled(Writer* writer, uint32_t tag, const char* data, size_t size) {
  return put_head(writer, tag, size) || buffer_add(&writer->pool, data, size) ? -1 : 0;
}

static int put_two_words(Writer* writer, uint64_t value) {
  return put_word(writer, (uint32_t)value) || put_word(writer, (uint32_t)(value >> 32)) ? -1 : 0;
}

static const char* utf8_of(PyObject* text, Py_ssize_t* size) {
  const char* data = PyUnicode_AsUTF8AndSize(text, size);
  if (!data && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
    PyErr_Clear();
    raise_bad_value("a text holds lone surrogates, which are no characters; send text that can be encoded as UTF-8");
  }
  return data;
}

static int put_text(Writer* writer, uint32_t tag, PyObject* text) {
  Py_ssize_t size = 0;
  const char* data = utf8_of(text, &size);
  return data ? put_pooled(writer, tag, data, (size_t)size) : -1;
}

static int put_number_text(Writer* writer, PyObject* number) {
  PyObject* text = PyObject_Str(number);
  if (!text) return -1;
  int result = put_text(writer, TT_TAG_NUMBER, text);
  Py_DECREF(text);
  return result;
}

static int put_int(Writer* writer, PyObject* number) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
  if (overflow) return put_number_text(writer, number);
  if (value == -1 && PyErr_Occurred()) return -1;
  if (value >= INT32_MIN && value <= INT32_MAX) {
    return put_head(writer, TT_TAG_INT32, 0) || put_word(writer, (uint32_t)(int32_t)value) ? -1 : 0;
  }
  return put_head(writer, TT_TAG_INT64, 0) || put_two_words(writer, (uint64_t)value) ? -1 : 0;
}

static int put_double(Writer* writer, PyObject* number) {
  const double value = PyFloat_AsDouble(number);
  uint64_t bits = 0;
  memcpy(&bits, &value, sizeof bits);
  return put_head(writer, TT_TAG_DOUBLE, 0) || put_two_words(writer, bits) ? -1 : 0;
}

static int put_bytes(Writer* writer, PyObject* value) {
  PyObject* bytes = PyBytes_FromObject(value);
  if (!bytes) return -1;
  char* data = NULL;
  Py_ssize_t size = 0;
  int result = PyBytes_AsStringAndSize(bytes, &data, &size);
  if (!result) result = put_pooled(writer, TT_TAG_BYTES, data, (size_t)size);
  Py_DECREF(bytes);
  return result;
}

static int put_time(Writer* writer, PyObject* value) {
  PyObject* parts = PyObject_CallFunctionObjArgs(split_time, value, NULL);
  if (!parts) return -1;
  long long seconds = 0;
  long nanoseconds = 0;
  int result = PyArg_ParseTuple(parts, "Ll", &seconds, &nanoseconds) ? 0 : -1;
  Py_DECREF(parts);
  if (result) return -1;
  return put_head(writer, TT_TAG_TIME, 0) || put_two_words(writer, (uint64_t)seconds) ||
                 put_word(writer, (uint32_t)nanoseconds)
             ? -1
             : 0;
}

static int put_value(Writer* writer, PyObject* value, int depth);

static int put_name(Writer* writer, PyObject* name) {
  Py_ssize_t size = 0;
  if (!PyUnicode_Check(name)) return raise_bad_value("the keys of a map are text");
  const char* data = utf8_of(name, &size);
  if (!data) return -1;
  if (size > 0x7FFFFFFF) return raise_bad_value("a name is too long");
  return put_word(writer, (uint32_t)size) || buffer_add(&writer->pool, data, (size_t)size) ? -1 : 0;
}

static int put_map(Writer* writer, PyObject* map, int depth) {
  if (put_head(writer, TT_TAG_MAP, (size_t)PyDict_Size(map))) return -1;
  PyObject *key = NULL, *value = NULL;
  Py_ssize_t position = 0;
  while (PyDict_Next(map, &position, &key, &value)) {
    Py_INCREF(key); /* a helper may run Python, which may change the map */
    Py_INCREF(value);
    const int failed = put_name(writer, key) || put_value(writer, value, depth + 1);
    Py_DECREF(key);
    Py_DECREF(value);
    if (failed) return -1;
  }
  return 0;
}

static int put_sequence(Writer* writer, uint32_t tag, PyObject* values, int depth) {
  const Py_ssize_t size = PySequence_Size(values);
  if (size < 0 || put_head(writer, tag, (size_t)size)) return -1;
  for (Py_ssize_t i = 0; i < size; ++i) {
    PyObject* value = PySequence_GetItem(values, i);
    if (!value) return -1;
    const int failed = put_value(writer, value, depth + 1);
    Py_DECREF(value);
    if (failed) return -1;
  }
  return 0;
}

static int is_number(PyObject* value) {
  return (PyLong_Check(value) && !PyBool_Check(value)) || PyFloat_Check(value) ||
         PyObject_TypeCheck(value, (PyTypeObject*)decimal_type);
}

static uint32_t set_tag(PyObject* element) {
  if (PyUnicode_Check(element)) return TT_TAG_STRING_SET;
  if (PyBytes_Check(element)) return TT_TAG_BYTES_SET;
  return is_number(element) ? TT_TAG_NUMBER_SET : 0;
}

static int put_set(Writer* writer, PyObject* set, int depth) {
  const Py_ssize_t size = PyObject_Size(set);
  PyObject* iterator = size < 0 ? NULL : PyObject_GetIter(set);
  if (!iterator) return -1;
  uint32_t tag = size ? 0 : TT_TAG_STRING_SET;
  int failed = size ? 0 : put_head(writer, tag, 0);
  PyObject* element = NULL;
  while (!failed && (element = PyIter_Next(iterator))) {
    const uint32_t of_element = set_tag(element);
    if (!tag && of_element) {
      tag = of_element;
      failed = put_head(writer, tag, (size_t)size);
    }
    if (!of_element || of_element != tag) {
      failed = raise_bad_value("the elements of a set are all text, all numbers or all bytes");
    }
    if (!failed) failed = put_value(writer, element, depth + 1);
    Py_DECREF(element);
  }
  Py_DECREF(iterator);
  return failed || PyErr_Occurred() ? -1 : 0;
}

static int put_other(Writer* writer, PyObject* value, int depth) {
  PyTypeObject* type = Py_TYPE(value);
  if ((PyObject*)type == path_text_type) return put_text(writer, TT_TAG_PATH_TEXT, value);
  if ((PyObject*)type == path_type) return put_sequence(writer, TT_TAG_PATH, value, depth);
  if ((PyObject*)type == size_type) {
    PyObject* inner = PySequence_GetItem(value, 0);
    const int failed = !inner || put_head(writer, TT_TAG_SIZE, 0) || put_value(writer, inner, depth + 1);
    Py_XDECREF(inner);
    return failed ? -1 : 0;
  }
  if (PyUnicode_Check(value)) return put_text(writer, TT_TAG_STRING, value);
  if (PyLong_Check(value)) return put_int(writer, value);
  if (PyFloat_Check(value)) return put_double(writer, value);
  if (PyDict_Check(value)) return put_map(writer, value, depth);
  if (PyList_Check(value) || PyTuple_Check(value)) return put_sequence(writer, TT_TAG_LIST, value, depth);
  if (PyBytes_Check(value) || PyByteArray_Check(value) || PyMemoryView_Check(value)) return put_bytes(writer, value);
  if (PyAnySet_Check(value)) return put_set(writer, value, depth);
  if (PyObject_TypeCheck(value, (PyTypeObject*)decimal_type)) return put_number_text(writer, value);
  if (PyObject_TypeCheck(value, (PyTypeObject*)datetime_type)) return put_time(writer, value);
  PyObject* name = PyType_GetName(type);
  PyObject* text = name ? PyUnicode_FromFormat(
                              "a value of type %U cannot be stored; use str, int, float, Decimal, bytes, "
                              "bool, None, list, dict, set or datetime",
                              name)
                        : NULL;
  Py_XDECREF(name);
  if (text) raise_bad_value(PyUnicode_AsUTF8AndSize(text, NULL));
  Py_XDECREF(text);
  return -1;
}

static int put_value(Writer* writer, PyObject* value, int depth) {
  if (depth > kMaxDepth) return raise_bad_value("values are nested at most 64 deep");
  if (value == Py_None) return put_head(writer, TT_TAG_NULL, 0);
  if (value == Py_True) return put_head(writer, TT_TAG_TRUE, 0);
  if (value == Py_False) return put_head(writer, TT_TAG_FALSE, 0);
  if (value == Py_Ellipsis) return put_head(writer, TT_TAG_ABSENT, 0);
  return put_other(writer, value, depth);
}

/* The tape of a value; `*tape` is to be freed by the caller. */
static int write_tape(PyObject* value, tt_view* tape) {
  Writer writer = {{0}, {0}};
  uint8_t* out = NULL;
  int failed = put_value(&writer, value, 1);
  if (!failed && writer.pool.size > UINT32_MAX) failed = raise_bad_value("a request is too big to be sent");
  if (!failed) {
    out = malloc(16 + writer.words.size + writer.pool.size);
    if (!out) {
      PyErr_NoMemory();
      failed = -1;
    }
  }
  if (!failed) {
    const uint32_t head[4] = {0x31505454u, (uint32_t)(writer.words.size / 4), (uint32_t)writer.pool.size, 0};
    memcpy(out, head, 16);
    memcpy(out + 16, writer.words.data, writer.words.size);
    if (writer.pool.size) memcpy(out + 16 + writer.words.size, writer.pool.data, writer.pool.size);
    tape->data = out;
    tape->size = 16 + writer.words.size + writer.pool.size;
  }
  free(writer.words.data);
  free(writer.pool.data);
  return failed ? -1 : 0;
}

/* --- Reading tapes ------------------------------------------------------------------------------------------------ */

/* `plans`: Plans (native.py): a tuple has one for each table of the request, a list one for each entry of the request
 * (batches, transactions), whose items stand in a list at the same positions. None: names only. */
typedef struct {
  const uint8_t* words;
  size_t word, word_count;
  const char* pool;
  size_t pool_at, pool_size;
  PyObject* plans;
  PyObject* plan;      /* of the item that is read; borrowed */
  Py_ssize_t position; /* in the list that is read */
} Reader;

enum { kNatural = 0, kDecimal = 1, kFloat = 2, kTimeText = 3 };

static PyObject* malformed(void) {
  PyErr_SetString(PyExc_ValueError, "the tape is malformed; please report this");
  return NULL;
}

static int next_word(Reader* reader, uint32_t* word) {
  if (reader->word == reader->word_count) {
    malformed();
    return -1;
  }
  memcpy(word, reader->words + 4 * reader->word++, 4);
  return 0;
}

static const char* take_pool(Reader* reader, size_t size) {
  if (size > reader->pool_size - reader->pool_at) {
    malformed();
    return NULL;
  }
  const char* data = reader->pool + reader->pool_at;
  reader->pool_at += size;
  return data;
}

static PyObject* get_value(Reader* reader, int depth, long conversion);

static PyObject* to_decimal(PyObject* whole) {
  if (!whole) return NULL;
  PyObject* decimal = PyObject_CallFunctionObjArgs(decimal_type, whole, NULL);
  Py_DECREF(whole);
  return decimal;
}

/* A number that is asked for as a float must be one: its shortest digits say the same. */
static PyObject* to_exact_float(PyObject* decimal) {
  if (!decimal) return NULL;
  PyObject* number = PyNumber_Float(decimal);
  PyObject* text = number ? PyObject_Repr(number) : NULL;
  PyObject* back = text ? PyObject_CallFunctionObjArgs(decimal_type, text, NULL) : NULL;
  const int same = back ? PyObject_RichCompareBool(back, decimal, Py_EQ) : -1;
  Py_XDECREF(text);
  Py_XDECREF(back);
  Py_DECREF(decimal);
  if (same > 0) return number;
  Py_XDECREF(number);
  if (same == 0) {
    raise_object(PyObject_CallFunction(make_error, "{s:i,s:s}", "code", TT_ERR_NUMBER_PRECISION_LOSS, "message",
                                       "a stored number does not fit a float exactly; declare the field as Decimal"));
  }
  return NULL;
}

static PyObject* convert_number(PyObject* number, int is_whole, long conversion) {
  if (!number || conversion == kNatural || conversion == kTimeText) return number;
  if (conversion == kDecimal) return is_whole ? to_decimal(number) : number;
  return to_exact_float(is_whole ? to_decimal(number) : number);
}

static PyObject* get_int64(Reader* reader) {
  uint32_t low = 0, high = 0;
  if (next_word(reader, &low) || next_word(reader, &high)) return NULL;
  return PyLong_FromLongLong((long long)((uint64_t)high << 32 | low));
}

static PyObject* get_double(Reader* reader) {
  uint32_t low = 0, high = 0;
  if (next_word(reader, &low) || next_word(reader, &high)) return NULL;
  const uint64_t bits = (uint64_t)high << 32 | low;
  double value = 0;
  memcpy(&value, &bits, sizeof value);
  return PyFloat_FromDouble(value);
}

static PyObject* get_number(Reader* reader, size_t size) {
  const char* data = take_pool(reader, size);
  return data ? PyObject_CallFunction(decimal_type, "s#", data, (Py_ssize_t)size) : NULL;
}

static PyObject* get_time(Reader* reader, long conversion) {
  uint32_t low = 0, high = 0, nanoseconds = 0;
  if (next_word(reader, &low) || next_word(reader, &high) || next_word(reader, &nanoseconds)) return NULL;
  return PyObject_CallFunction(conversion == kTimeText ? time_text : join_time, "Lk",
                               (long long)((uint64_t)high << 32 | low), (unsigned long)nanoseconds);
}

static PyObject* get_text(Reader* reader, size_t size) {
  const char* data = take_pool(reader, size);
  return data ? PyUnicode_DecodeUTF8(data, (Py_ssize_t)size, "strict") : NULL;
}

static PyObject* get_list(Reader* reader, size_t count, int depth) {
  if (count > reader->word_count - reader->word) return malformed();
  PyObject* list = PyList_New((Py_ssize_t)count);
  for (size_t i = 0; list && i < count; ++i) {
    reader->position = (Py_ssize_t)i;
    PyObject* value = get_value(reader, depth + 1, kNatural);
    if (!value) {
      Py_CLEAR(list);
      break;
    }
    PyList_SetItem(list, (Py_ssize_t)i, value);
  }
  return list;
}

static PyObject* get_set(Reader* reader, size_t count, int depth) {
  PyObject* set = PySet_New(NULL);
  for (size_t i = 0; set && i < count; ++i) {
    PyObject* value = get_value(reader, depth + 1, kNatural);
    const int failed = !value || PySet_Add(set, value);
    Py_XDECREF(value);
    if (failed) Py_CLEAR(set);
  }
  return set;
}

/* A new reference to the name, and the slot, or -1 for a name of the pool. */
static PyObject* get_name(Reader* reader, Py_ssize_t* slot) {
  uint32_t word = 0;
  if (next_word(reader, &word)) return NULL;
  if (word & 0x80000000u) {
    *slot = (Py_ssize_t)(word & 0x7FFFFFFFu);
    PyObject* names = reader->plan ? PyTuple_GetItem(reader->plan, 0) : NULL;
    if (!names || *slot >= PyTuple_Size(names)) return malformed();
    PyObject* name = PyTuple_GetItem(names, *slot);
    Py_XINCREF(name);
    return name;
  }
  *slot = -1;
  PyObject* name = get_text(reader, word);
  if (name) PyUnicode_InternInPlace(&name);
  return name;
}

static PyObject* get_map(Reader* reader, size_t count, int depth) {
  PyObject* map = PyDict_New();
  for (size_t i = 0; map && i < count; ++i) {
    Py_ssize_t slot = -1;
    PyObject* name = get_name(reader, &slot);
    PyObject* value = name ? get_value(reader, depth + 1, kNatural) : NULL;
    const int failed = !value || PyDict_SetItem(map, name, value);
    Py_XDECREF(name);
    Py_XDECREF(value);
    if (failed) Py_CLEAR(map);
  }
  return map;
}

/* The value of a slot, converted as its plan says: a number of the enum above, or a callable. */
static PyObject* get_slot(Reader* reader, PyObject* conversion, int depth) {
  if (!conversion || conversion == Py_None) return get_value(reader, depth, kNatural);
  if (PyLong_Check(conversion)) {
    return get_value(reader, depth, PyLong_AsLong(conversion));
  }
  PyObject* natural = get_value(reader, depth, kNatural);
  if (!natural || natural == Py_None) return natural;
  PyObject* converted = PyObject_CallFunctionObjArgs(conversion, natural, NULL);
  Py_DECREF(natural);
  return converted;
}

/* Fills `map` with the attributes of an item, under the names in `attributes` (by slot; NULL: the stored ones). */
static int get_attributes(Reader* reader, size_t count, int depth, PyObject* map, PyObject* attributes) {
  PyObject* conversions = reader->plan ? PyTuple_GetItem(reader->plan, 1) : NULL;
  for (size_t i = 0; i < count; ++i) {
    Py_ssize_t slot = -1;
    PyObject* name = get_name(reader, &slot);
    if (!name) return -1;
    PyObject* conversion = slot >= 0 && conversions ? PyTuple_GetItem(conversions, slot) : NULL;
    PyObject* value = get_slot(reader, conversion, depth + 1);
    PyObject* target = attributes && slot >= 0 ? PyTuple_GetItem(attributes, slot) : name;
    int failed = !value || !target;
    if (!failed && target != Py_None && !(attributes && slot < 0)) failed = PyDict_SetItem(map, target, value);
    Py_DECREF(name);
    Py_XDECREF(value);
    if (failed) return -1;
  }
  return 0;
}

static int run_factories(PyObject* factories, PyObject* map) {
  const Py_ssize_t count = PyTuple_Size(factories);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* pair = PyTuple_GetItem(factories, i);
    PyObject* name = PyTuple_GetItem(pair, 0);
    if (PyDict_GetItemWithError(map, name)) continue;
    PyObject* value = PyObject_CallNoArgs(PyTuple_GetItem(pair, 1));
    const int failed = !value || PyDict_SetItem(map, name, value);
    Py_XDECREF(value);
    if (failed) return -1;
  }
  return 0;
}

/* Past a class's own __setattr__, which a frozen one has. By the attribute, not by PyObject_GenericSetDict: CPython 3.13 keeps
 * an object's values inside it, which that function leaves there as they are, not initialised. */
static int set_members(PyObject* object, PyObject* map, int has_dict) {
  if (has_dict) {
    if (!dict_name && !(dict_name = PyUnicode_InternFromString("__dict__"))) return -1;
    return PyObject_GenericSetAttr(object, dict_name, map);
  }
  PyObject *name = NULL, *value = NULL;
  Py_ssize_t position = 0;
  while (PyDict_Next(map, &position, &name, &value)) {
    if (PyObject_GenericSetAttr(object, name, value)) return -1;
  }
  return 0;
}

/* An instance of the plan's class, without its __init__: what is stored has been checked when it was written. */
static PyObject* get_instance(Reader* reader, size_t count, int depth) {
  PyObject* plan = reader->plan;
  PyObject* map = PyDict_Copy(PyTuple_GetItem(plan, 4));
  if (!map) return NULL;
  PyObject* object = NULL;
  PyObject* finish = PyTuple_GetItem(plan, 7); /* None, or a callable that makes the object of the attributes */
  if (!get_attributes(reader, count, depth, map, PyTuple_GetItem(plan, 3)) &&
      !run_factories(PyTuple_GetItem(plan, 5), map)) {
    if (finish != Py_None) {
      object = PyObject_CallFunctionObjArgs(finish, map, NULL);
    } else {
      object = PyObject_CallMethod((PyObject*)&PyBaseObject_Type, "__new__", "O", PyTuple_GetItem(plan, 2));
      if (object && set_members(object, map, PyTuple_GetItem(plan, 6) == Py_True)) Py_CLEAR(object);
    }
  }
  Py_DECREF(map);
  return object;
}

/* Borrowed; NULL: none. */
static PyObject* plan_of(const Reader* reader, uint32_t table) {
  PyObject* plans = reader->plans;
  if (!plans || plans == Py_None) return NULL;
  const int by_position = PyList_Check(plans);
  const Py_ssize_t at = by_position ? reader->position : (Py_ssize_t)table;
  if (at >= (by_position ? PyList_Size(plans) : PyTuple_Size(plans))) return NULL;
  PyObject* plan = by_position ? PyList_GetItem(plans, at) : PyTuple_GetItem(plans, at);
  return plan == Py_None ? NULL : plan;
}

static PyObject* get_item(Reader* reader, size_t count, int depth) {
  uint32_t pool_bytes = 0, table = 0;
  if (next_word(reader, &pool_bytes) || next_word(reader, &table)) return NULL;
  PyObject* outer = reader->plan;
  reader->plan = plan_of(reader, table);
  PyObject* item = NULL;
  if (reader->plan && PyTuple_GetItem(reader->plan, 2) != Py_None) {
    item = get_instance(reader, count, depth);
  } else {
    item = PyDict_New();
    if (item && get_attributes(reader, count, depth, item, NULL)) Py_CLEAR(item);
    if (item && reader->plan && PyTuple_GetItem(reader->plan, 7) != Py_None) {
      PyObject* finished = PyObject_CallFunctionObjArgs(PyTuple_GetItem(reader->plan, 7), item, NULL);
      Py_DECREF(item);
      item = finished;
    }
  }
  reader->plan = outer;
  return item;
}

static PyObject* get_counted(Reader* reader, uint32_t tag, size_t count, int depth) {
  switch (tag) {
    case TT_TAG_STRING:
      return get_text(reader, count);
    case TT_TAG_BYTES: {
      const char* data = take_pool(reader, count);
      return data ? PyBytes_FromStringAndSize(data, (Py_ssize_t)count) : NULL;
    }
    case TT_TAG_LIST:
      return get_list(reader, count, depth);
    case TT_TAG_MAP:
      return get_map(reader, count, depth);
    case TT_TAG_STRING_SET:
    case TT_TAG_NUMBER_SET:
    case TT_TAG_BYTES_SET:
      return get_set(reader, count, depth);
    case TT_TAG_ITEM:
      return get_item(reader, count, depth);
    default:
      return malformed();
  }
}

static PyObject* get_value(Reader* reader, int depth, long conversion) {
  uint32_t head = 0;
  if (depth > kMaxDepth) return malformed();
  if (next_word(reader, &head)) return NULL;
  const uint32_t tag = head & 0xFF;
  uint32_t count = head >> 8;
  if (count == 0xFFFFFF && next_word(reader, &count)) return NULL;
  switch (tag) {
    case TT_TAG_ABSENT:
    case TT_TAG_NULL:
      Py_RETURN_NONE;
    case TT_TAG_FALSE:
      Py_RETURN_FALSE;
    case TT_TAG_TRUE:
      Py_RETURN_TRUE;
    case TT_TAG_INT32: {
      uint32_t word = 0;
      if (next_word(reader, &word)) return NULL;
      return convert_number(PyLong_FromLong((int32_t)word), 1, conversion);
    }
    case TT_TAG_INT64:
      return convert_number(get_int64(reader), 1, conversion);
    case TT_TAG_NUMBER:
      return convert_number(get_number(reader, count), 0, conversion);
    case TT_TAG_DOUBLE:
      return get_double(reader);
    case TT_TAG_TIME:
      return get_time(reader, conversion);
    default:
      return get_counted(reader, tag, count, depth);
  }
}

static PyObject* read_tape(tt_view tape, PyObject* plans) {
  uint32_t head[4] = {0};
  if (tape.size < 16) return malformed();
  memcpy(head, tape.data, 16);
  if (head[0] != 0x31505454u || head[3] || (uint64_t)head[1] * 4 + head[2] + 16 != tape.size) return malformed();
  Reader reader = {.words = tape.data + 16,
                   .word_count = head[1],
                   .pool = (const char*)tape.data + 16 + (size_t)head[1] * 4,
                   .pool_size = head[2],
                   .plans = plans};
  PyObject* value = get_value(&reader, 1, kNatural);
  if (value && (reader.word != reader.word_count || reader.pool_at != reader.pool_size)) {
    Py_DECREF(value);
    return malformed();
  }
  return value;
}

/* --- Results ------------------------------------------------------------------------------------------------------ */

static PyObject* raise_result(tt_result* result, PyObject* plans) {
  PyObject* members = read_tape(tt_result_tape(result), plans);
  tt_result_free(result);
  if (!members) return NULL;
  raise_object(PyObject_CallFunctionObjArgs(make_error, members, NULL));
  Py_DECREF(members);
  return NULL;
}

/* Takes the result: its value, or its error raised. */
static PyObject* take_result(tt_result* result, PyObject* plans) {
  if (tt_result_is_error(result)) return raise_result(result, plans);
  PyObject* value = read_tape(tt_result_tape(result), plans);
  tt_result_free(result);
  return value;
}

/* NULL means that all is well. */
static PyObject* take_optional(tt_result* result) {
  if (!result) Py_RETURN_NONE;
  return take_result(result, NULL);
}

#include "_native_calls.h"
