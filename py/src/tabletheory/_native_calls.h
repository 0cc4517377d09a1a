/* The module's functions; included by _native.c once. native.py and _native.pyi say what each takes and gives. */
#ifndef TABLETHEORY_NATIVE_CALLS_H_
#define TABLETHEORY_NATIVE_CALLS_H_

static const char kClient[] = "tabletheory.client";
static const char kSchema[] = "tabletheory.schema";
static const char kKeys[] = "tabletheory.keys";
static const char kOp[] = "tabletheory.operation";
static const char kQueue[] = "tabletheory.queue";
static const char kResult[] = "tabletheory.result";

typedef struct {
  tt_op* op;
  tt_event event; /* what tt_op_next said last: its requests are borrowed until the next call */
} Operation;

/* A queue, and the operations it runs (token → capsule): none of them is freed before it is drained, or the queue
 * ended. */
typedef struct {
  tt_queue* queue;
  PyObject* running;
} Queue;

static void free_client(PyObject* capsule) {
  tt_result_free(tt_client_close(PyCapsule_GetPointer(capsule, kClient)));
}
static void free_schema(PyObject* capsule) {
  tt_schema_free(PyCapsule_GetPointer(capsule, kSchema));
}
static void free_keys(PyObject* capsule) {
  tt_keys_free(PyCapsule_GetPointer(capsule, kKeys));
}
static void free_result(PyObject* capsule) {
  tt_result* result = PyCapsule_GetPointer(capsule, kResult);
  if (result && PyCapsule_GetContext(capsule) == NULL) tt_result_free(result);
}
static void free_operation(PyObject* capsule) {
  Operation* operation = PyCapsule_GetPointer(capsule, kOp);
  if (!operation) return;
  Py_BEGIN_ALLOW_THREADS tt_op_free(operation->op);
  Py_END_ALLOW_THREADS free(operation);
}
/* Cancels what runs, and waits for it. */
static void end_queue(Queue* queue) {
  PyObject *token = NULL, *capsule = NULL;
  Py_ssize_t position = 0;
  while (PyDict_Next(queue->running, &position, &token, &capsule)) {
    Operation* operation = PyCapsule_GetPointer(capsule, kOp);
    if (operation) tt_op_cancel(operation->op);
  }
  Py_BEGIN_ALLOW_THREADS tt_queue_free(queue->queue);
  Py_END_ALLOW_THREADS Py_DECREF(queue->running);
  free(queue);
}
static void free_queue(PyObject* capsule) {
  Queue* queue = PyCapsule_GetPointer(capsule, kQueue);
  if (queue) end_queue(queue);
}

static tt_view view_of(const char* data, Py_ssize_t size) {
  tt_view view = {(const uint8_t*)data, (size_t)size};
  return view;
}

static PyObject* native_register(PyObject* self, PyObject* args) {
  (void)self;
  PyObject** slots[] = {&decimal_type, &datetime_type, &path_text_type, &path_type,  &size_type,
                        &split_time,   &join_time,     &time_text,      &make_error, &bad_value};
  const Py_ssize_t count = (Py_ssize_t)(sizeof slots / sizeof *slots);
  if (PyTuple_Size(args) != count) return PyErr_Format(PyExc_TypeError, "register takes %zd arguments", count);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* value = PyTuple_GetItem(args, i);
    Py_INCREF(value);
    Py_XDECREF(*slots[i]);
    *slots[i] = value;
  }
  Py_RETURN_NONE;
}

static PyObject* native_encode(PyObject* self, PyObject* value) {
  (void)self;
  tt_view tape = {NULL, 0};
  if (write_tape(value, &tape)) return NULL;
  PyObject* bytes = PyBytes_FromStringAndSize((const char*)tape.data, (Py_ssize_t)tape.size);
  free((void*)tape.data);
  return bytes;
}

static PyObject* native_decode(PyObject* self, PyObject* args) {
  (void)self;
  const char* data = NULL;
  Py_ssize_t size = 0;
  PyObject* plans = NULL;
  if (!PyArg_ParseTuple(args, "y#|O", &data, &size, &plans)) return NULL;
  return read_tape(view_of(data, size), plans);
}

static PyObject* native_connect(PyObject* self, PyObject* args) {
  (void)self;
  const char* address = NULL;
  Py_ssize_t size = 0;
  PyObject* options = NULL;
  tt_view tape = {NULL, 0};
  if (!PyArg_ParseTuple(args, "s#O", &address, &size, &options) || write_tape(options, &tape)) return NULL;
  tt_client* client = NULL;
  tt_result* failed = NULL;
  Py_BEGIN_ALLOW_THREADS failed = tt_connect(view_of(address, size), tape, &client);
  Py_END_ALLOW_THREADS free((void*)tape.data);
  return failed ? take_result(failed, NULL) : PyCapsule_New(client, kClient, free_client);
}

/* The capsule stays valid for nothing: its destructor is taken away. */
static PyObject* native_client_close(PyObject* self, PyObject* capsule) {
  (void)self;
  tt_client* client = PyCapsule_GetPointer(capsule, kClient);
  if (!client) return NULL;
  if (PyCapsule_SetDestructor(capsule, NULL) || PyCapsule_SetName(capsule, "tabletheory.closed")) return NULL;
  tt_result* result = NULL;
  Py_BEGIN_ALLOW_THREADS result = tt_client_close(client);
  Py_END_ALLOW_THREADS return take_optional(result);
}

static PyObject* with_handle(tt_result* result, PyObject* capsule) {
  PyObject* value = take_result(result, NULL);
  if (!value || !capsule) {
    Py_XDECREF(value);
    Py_XDECREF(capsule);
    return NULL;
  }
  return Py_BuildValue("(NN)", capsule, value);
}

static PyObject* native_schema_load(PyObject* self, PyObject* args) {
  (void)self;
  const char *text = NULL, *name = NULL;
  Py_ssize_t text_size = 0, name_size = 0;
  if (!PyArg_ParseTuple(args, "s#s#", &text, &text_size, &name, &name_size)) return NULL;
  tt_schema* schema = NULL;
  tt_result* result = tt_schema_load(view_of(text, text_size), view_of(name, name_size), &schema);
  if (!schema) return take_result(result, NULL);
  return with_handle(result, PyCapsule_New(schema, kSchema, free_schema));
}

static PyObject* native_schema_check(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *code = NULL, *schema = NULL;
  const char* model = NULL;
  Py_ssize_t size = 0;
  unsigned int flags = 0;
  if (!PyArg_ParseTuple(args, "OOs#I", &code, &schema, &model, &size, &flags)) return NULL;
  const tt_schema* left = PyCapsule_GetPointer(code, kSchema);
  const tt_schema* right = left ? PyCapsule_GetPointer(schema, kSchema) : NULL;
  return right ? take_result(tt_schema_check(left, right, view_of(model, size), flags), NULL) : NULL;
}

static PyObject* native_keys_load(PyObject* self, PyObject* args) {
  (void)self;
  const char *text = NULL, *name = NULL;
  Py_ssize_t text_size = 0, name_size = 0;
  if (!PyArg_ParseTuple(args, "s#s#", &text, &text_size, &name, &name_size)) return NULL;
  tt_keys* keys = NULL;
  tt_result* result = tt_keys_load(view_of(text, text_size), view_of(name, name_size), &keys);
  if (!keys) return take_result(result, NULL);
  return with_handle(result, PyCapsule_New(keys, kKeys, free_keys));
}

static PyObject* native_keys_evaluate(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *capsule = NULL, *arguments = NULL;
  const char *model = NULL, *name = NULL;
  Py_ssize_t model_size = 0, name_size = 0;
  if (!PyArg_ParseTuple(args, "Os#s#O", &capsule, &model, &model_size, &name, &name_size, &arguments)) return NULL;
  const tt_keys* keys = PyCapsule_GetPointer(capsule, kKeys);
  tt_view tape = {NULL, 0};
  if (!keys || write_tape(arguments, &tape)) return NULL;
  tt_result* result = tt_keys_evaluate(keys, view_of(model, model_size), view_of(name, name_size), tape);
  free((void*)tape.data);
  return take_result(result, NULL);
}

static PyObject* native_table_open(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *client = NULL, *schema = NULL;
  const char *model = NULL, *table = NULL;
  Py_ssize_t model_size = 0, table_size = 0;
  unsigned int flags = 0;
  if (!PyArg_ParseTuple(args, "OOs#s#I", &client, &schema, &model, &model_size, &table, &table_size, &flags))
    return NULL;
  tt_client* to = PyCapsule_GetPointer(client, kClient);
  const tt_schema* from = to ? PyCapsule_GetPointer(schema, kSchema) : NULL;
  if (!from) return NULL;
  return take_result(tt_table_open(to, from, view_of(model, model_size), view_of(table, table_size), flags), NULL);
}

static PyObject* native_documents_open(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* client = NULL;
  const char *table = NULL, *key = NULL;
  Py_ssize_t table_size = 0, key_size = 0;
  if (!PyArg_ParseTuple(args, "Os#s#", &client, &table, &table_size, &key, &key_size)) return NULL;
  tt_client* to = PyCapsule_GetPointer(client, kClient);
  return to ? take_result(tt_documents_open(to, view_of(table, table_size), view_of(key, key_size)), NULL) : NULL;
}

static PyObject* native_clock_advance(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* capsule = NULL;
  long long nanoseconds = 0;
  if (!PyArg_ParseTuple(args, "OL", &capsule, &nanoseconds)) return NULL;
  tt_client* client = PyCapsule_GetPointer(capsule, kClient);
  return client ? PyBool_FromLong(tt_clock_advance(client, nanoseconds)) : NULL;
}

static PyObject* native_is_immediate(PyObject* self, PyObject* capsule) {
  (void)self;
  tt_client* client = PyCapsule_GetPointer(capsule, kClient);
  return client ? PyBool_FromLong(tt_client_is_immediate(client)) : NULL;
}

static PyObject* native_call(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *capsule = NULL, *request = NULL, *plans = NULL;
  tt_view tape = {NULL, 0};
  if (!PyArg_ParseTuple(args, "OOO", &capsule, &request, &plans)) return NULL;
  tt_client* client = PyCapsule_GetPointer(capsule, kClient);
  if (!client || write_tape(request, &tape)) return NULL;
  tt_result* result = NULL;
  Py_BEGIN_ALLOW_THREADS result = tt_call(client, tape);
  Py_END_ALLOW_THREADS free((void*)tape.data);
  return take_result(result, plans);
}

static PyObject* native_op_begin(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *capsule = NULL, *request = NULL, *plans = NULL;
  tt_view tape = {NULL, 0};
  if (!PyArg_ParseTuple(args, "OOO", &capsule, &request, &plans)) return NULL;
  tt_client* client = PyCapsule_GetPointer(capsule, kClient);
  if (!client || write_tape(request, &tape)) return NULL;
  Operation* operation = calloc(1, sizeof *operation);
  if (!operation) {
    free((void*)tape.data);
    return PyErr_NoMemory();
  }
  tt_result* failed = NULL;
  Py_BEGIN_ALLOW_THREADS failed = tt_op_begin(client, tape, &operation->op);
  Py_END_ALLOW_THREADS free((void*)tape.data);
  if (!failed) return PyCapsule_New(operation, kOp, free_operation);
  free(operation);
  return take_result(failed, plans);
}

static PyObject* step_and_value(int32_t step, tt_result* result, PyObject* plans) {
  PyObject* value = take_result(result, plans);
  return value ? Py_BuildValue("(iN)", (int)step, value) : NULL;
}

static PyObject* native_op_run(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *capsule = NULL, *plans = NULL;
  if (!PyArg_ParseTuple(args, "OO", &capsule, &plans)) return NULL;
  Operation* operation = PyCapsule_GetPointer(capsule, kOp);
  if (!operation) return NULL;
  tt_result* result = NULL;
  int32_t step = 0;
  Py_BEGIN_ALLOW_THREADS step = tt_op_run(operation->op, &result);
  Py_END_ALLOW_THREADS return step_and_value(step, result, plans);
}

static PyObject* native_op_cancel(PyObject* self, PyObject* capsule) {
  (void)self;
  Operation* operation = PyCapsule_GetPointer(capsule, kOp);
  if (!operation) return NULL;
  tt_op_cancel(operation->op);
  Py_RETURN_NONE;
}

static PyObject* requests_of(const tt_event* event) {
  PyObject* list = PyList_New(event->request_count);
  for (uint32_t i = 0; list && i < event->request_count; ++i) {
    const tt_request* request = &event->requests[i];
    PyObject* one = Py_BuildValue("(IIs#s#)", request->id, request->service, (const char*)request->operation.data,
                                  (Py_ssize_t)request->operation.size, (const char*)request->body.data,
                                  (Py_ssize_t)request->body.size);
    if (!one) {
      Py_CLEAR(list);
      break;
    }
    PyList_SetItem(list, i, one);
  }
  return list;
}

static PyObject* native_op_next(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *capsule = NULL, *plans = NULL;
  if (!PyArg_ParseTuple(args, "OO", &capsule, &plans)) return NULL;
  Operation* operation = PyCapsule_GetPointer(capsule, kOp);
  if (!operation) return NULL;
  tt_event* event = &operation->event;
  memset(event, 0, sizeof *event);
  event->size = sizeof *event;
  const int32_t step = tt_op_next(operation->op, event);
  if (step == TT_STEP_SLEEP) return Py_BuildValue("(iL)", (int)step, (long long)event->sleep_ms);
  if (step == TT_STEP_SEND) {
    PyObject* requests = requests_of(event);
    return requests ? Py_BuildValue("(iN)", (int)step, requests) : NULL;
  }
  return step_and_value(step, event->result, plans);
}

static PyObject* native_op_respond(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* capsule = NULL;
  tt_response response = {.size = sizeof response};
  const char *body = NULL, *request_id = NULL, *message = NULL;
  Py_ssize_t body_size = 0, request_id_size = 0, message_size = 0;
  if (!PyArg_ParseTuple(args, "OIIIs#s#s#", &capsule, &response.id, &response.kind, &response.http_status, &body,
                        &body_size, &request_id, &request_id_size, &message, &message_size)) {
    return NULL;
  }
  Operation* operation = PyCapsule_GetPointer(capsule, kOp);
  if (!operation) return NULL;
  response.body = view_of(body, body_size);
  response.request_id = view_of(request_id, request_id_size);
  response.message = view_of(message, message_size);
  tt_op_respond(operation->op, &response);
  Py_RETURN_NONE;
}

/* Answers one request by the client's own transport: (kind, status, body, request_id, message). */
static PyObject* native_transport_call(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* capsule = NULL;
  tt_request request = {0};
  const char *name = NULL, *body = NULL;
  Py_ssize_t name_size = 0, body_size = 0;
  if (!PyArg_ParseTuple(args, "OIIs#s#", &capsule, &request.id, &request.service, &name, &name_size, &body, &body_size))
    return NULL;
  Operation* operation = PyCapsule_GetPointer(capsule, kOp);
  if (!operation) return NULL;
  request.operation = view_of(name, name_size);
  request.body = view_of(body, body_size);
  tt_response response = {.size = sizeof response};
  tt_result* hold = NULL;
  Py_BEGIN_ALLOW_THREADS tt_transport_call(operation->op, &request, &response, &hold);
  Py_END_ALLOW_THREADS PyObject* answer = Py_BuildValue(
      "(IIs#s#s#)", response.kind, response.http_status, response.body.data ? (const char*)response.body.data : "",
      (Py_ssize_t)response.body.size, response.request_id.data ? (const char*)response.request_id.data : "",
      (Py_ssize_t)response.request_id.size, response.message.data ? (const char*)response.message.data : "",
      (Py_ssize_t)response.message.size);
  tt_result_free(hold);
  return answer;
}

static PyObject* native_queue_new(PyObject* self, PyObject* args) {
  (void)self;
  unsigned int threads = 0;
  if (!PyArg_ParseTuple(args, "|I", &threads)) return NULL;
  Queue* queue = calloc(1, sizeof *queue);
  if (!queue) return PyErr_NoMemory();
  queue->running = PyDict_New();
  queue->queue = queue->running ? tt_queue_new(threads, NULL, NULL) : NULL;
  PyObject* capsule = queue->queue ? PyCapsule_New(queue, kQueue, free_queue) : NULL;
  if (capsule) return capsule;
  tt_queue_free(queue->queue);
  Py_XDECREF(queue->running);
  free(queue);
  return PyErr_Occurred() ? NULL : PyErr_NoMemory();
}

static PyObject* native_queue_fd(PyObject* self, PyObject* capsule) {
  (void)self;
  Queue* queue = PyCapsule_GetPointer(capsule, kQueue);
  return queue ? PyLong_FromLong(tt_queue_fd(queue->queue)) : NULL;
}

/* As with clients, the capsule stays valid for nothing. */
static PyObject* native_queue_close(PyObject* self, PyObject* capsule) {
  (void)self;
  Queue* queue = PyCapsule_GetPointer(capsule, kQueue);
  if (!queue) return NULL;
  if (PyCapsule_SetDestructor(capsule, NULL) || PyCapsule_SetName(capsule, "tabletheory.closed")) return NULL;
  end_queue(queue);
  Py_RETURN_NONE;
}

static PyObject* native_submit(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *queue_capsule = NULL, *op_capsule = NULL, *token = NULL, *plans = NULL;
  if (!PyArg_ParseTuple(args, "OOO!O", &queue_capsule, &op_capsule, &PyLong_Type, &token, &plans)) return NULL;
  const unsigned long long number = PyLong_AsUnsignedLongLong(token);
  if (PyErr_Occurred()) return NULL;
  Queue* queue = PyCapsule_GetPointer(queue_capsule, kQueue);
  Operation* operation = queue ? PyCapsule_GetPointer(op_capsule, kOp) : NULL;
  if (!operation || PyDict_SetItem(queue->running, token, op_capsule)) return NULL;
  tt_completion completion = {0};
  int32_t is_done = 0;
  Py_BEGIN_ALLOW_THREADS is_done = tt_submit(queue->queue, operation->op, number, &completion);
  Py_END_ALLOW_THREADS if (!is_done) Py_RETURN_NONE;
  if (PyDict_DelItem(queue->running, token)) PyErr_Clear();
  return step_and_value(completion.step, completion.result, plans);
}

static PyObject* completion_of(Queue* queue, const tt_completion* completion) {
  PyObject* token = PyLong_FromUnsignedLongLong(completion->token);
  if (token && PyDict_DelItem(queue->running, token)) PyErr_Clear();
  PyObject* result = token ? PyCapsule_New(completion->result, kResult, free_result) : NULL;
  if (!result) {
    tt_result_free(completion->result);
    Py_XDECREF(token);
    return NULL;
  }
  return Py_BuildValue("(NiN)", token, (int)completion->step, result);
}

/* A list of (token, step, result capsule): `take` decodes each under the plans of its operation. */
static PyObject* native_drain(PyObject* self, PyObject* capsule) {
  (void)self;
  Queue* queue = PyCapsule_GetPointer(capsule, kQueue);
  PyObject* list = queue ? PyList_New(0) : NULL;
  tt_completion completions[kDrainAtOnce];
  size_t count = 0;
  while (list && (count = tt_queue_drain(queue->queue, completions, kDrainAtOnce)) > 0) {
    for (size_t i = 0; i < count; ++i) {
      PyObject* one = completion_of(queue, &completions[i]);
      if (list && (!one || PyList_Append(list, one))) Py_CLEAR(list);
      Py_XDECREF(one);
    }
  }
  return list;
}

static PyObject* native_take(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *capsule = NULL, *plans = NULL;
  if (!PyArg_ParseTuple(args, "OO", &capsule, &plans)) return NULL;
  tt_result* result = PyCapsule_GetPointer(capsule, kResult);
  if (!result || PyCapsule_SetContext(capsule, capsule)) return NULL; /* a context: it has been taken */
  PyCapsule_SetDestructor(capsule, NULL);
  return take_result(result, plans);
}

static PyObject* native_abi_version(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromUnsignedLong(tt_abi_version());
}
static PyObject* native_version(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyUnicode_FromString(tt_version());
}
static PyObject* native_live_handles(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromUnsignedLongLong(tt_live_handles());
}

static PyMethodDef kMethods[] = {
    {"register", native_register, METH_VARARGS, NULL},
    {"encode", native_encode, METH_O, NULL},
    {"decode", native_decode, METH_VARARGS, NULL},
    {"connect", native_connect, METH_VARARGS, NULL},
    {"client_close", native_client_close, METH_O, NULL},
    {"schema_load", native_schema_load, METH_VARARGS, NULL},
    {"schema_check", native_schema_check, METH_VARARGS, NULL},
    {"keys_load", native_keys_load, METH_VARARGS, NULL},
    {"keys_evaluate", native_keys_evaluate, METH_VARARGS, NULL},
    {"table_open", native_table_open, METH_VARARGS, NULL},
    {"documents_open", native_documents_open, METH_VARARGS, NULL},
    {"clock_advance", native_clock_advance, METH_VARARGS, NULL},
    {"is_immediate", native_is_immediate, METH_O, NULL},
    {"call", native_call, METH_VARARGS, NULL},
    {"op_begin", native_op_begin, METH_VARARGS, NULL},
    {"op_run", native_op_run, METH_VARARGS, NULL},
    {"op_cancel", native_op_cancel, METH_O, NULL},
    {"op_next", native_op_next, METH_VARARGS, NULL},
    {"op_respond", native_op_respond, METH_VARARGS, NULL},
    {"transport_call", native_transport_call, METH_VARARGS, NULL},
    {"queue_new", native_queue_new, METH_VARARGS, NULL},
    {"queue_fd", native_queue_fd, METH_O, NULL},
    {"queue_close", native_queue_close, METH_O, NULL},
    {"submit", native_submit, METH_VARARGS, NULL},
    {"drain", native_drain, METH_O, NULL},
    {"take", native_take, METH_VARARGS, NULL},
    {"abi_version", native_abi_version, METH_NOARGS, NULL},
    {"version", native_version, METH_NOARGS, NULL},
    {"live_handles", native_live_handles, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef kModule = {
    PyModuleDef_HEAD_INIT,
    "_native",
    "The C ABI of TableTheory, for tabletheory.native only.",
    -1,
    kMethods,
    NULL,
    NULL,
    NULL,
    NULL,
};

PyMODINIT_FUNC PyInit__native(void) {
  if (tt_abi_version() != TT_ABI_VERSION) {
    return PyErr_Format(PyExc_ImportError,
                        "the TableTheory library has ABI version %u, this extension was built for %u; "
                        "install a tabletheory-py whole, not parts of two",
                        tt_abi_version(), TT_ABI_VERSION);
  }
  return PyModule_Create(&kModule);
}

#endif /* TABLETHEORY_NATIVE_CALLS_H_ */
