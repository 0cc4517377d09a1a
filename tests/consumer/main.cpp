// The smallest whole program: a model next to its struct, a table, an item written and read.
#include <tabletheory/tabletheory.h>

#include <iostream>

struct Note {
  std::string id = {};
  std::string text = {};
  std::int64_t version = 0;
};

void describe(tabletheory::ModelBuilder<Note>& m) {
  m.name("Note").table("notes");
  m.partition_key("id", &Note::id);
  m.attribute("text", &Note::text);
  m.version("version", &Note::version);
}

tabletheory::Result<void> run() {
  TT_TRY(auto client, tabletheory::Client::connect("memory:"));
  TT_TRY(auto notes, client.table<Note>());
  TT_CHECK(notes.ensure_table());
  TT_CHECK(notes.create({.id = "1", .text = "hello from an installed package"}));
  TT_TRY(Note note, notes.get("1"));
  note.text += "!";
  TT_TRY(note, notes.update(note, {&Note::text}));
  std::cout << note.text << " (version " << note.version << ")\n";
  return {};
}

int main() {
  if (auto done = run(); !done) {
    std::cerr << done.error().to_string() << '\n';
    return 1;
  }
}
