#include "engine/sqlite/file_format.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace tabletheory::engine::sqlite {
namespace {

// The first bytes of an SQLite file (https://sqlite.org/fileformat.html, "The Database Header").
constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;

using Header = std::array<unsigned char, kHeaderBytes>;

std::uint32_t number_at(const Header& header, std::size_t at) {
  return std::uint32_t{header[at]} << 24 | std::uint32_t{header[at + 1]} << 16 | std::uint32_t{header[at + 2]} << 8 |
         std::uint32_t{header[at + 3]};
}

std::unexpected<Error> refuse(const std::string& path, std::string_view why) {
  return fail(ErrorCode::kTransport, fmt::format("the storage file {} {}", path, why));
}

// How many bytes of the header there are: 0 for no file, or an empty one.
Result<std::size_t> read_header(const std::string& path, Header& header) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return 0;
  if (descriptor < 0) return refuse(path, fmt::format("cannot be opened: {}; check its rights", std::strerror(errno)));
  struct stat status{};
  const bool is_file = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  const ssize_t size = is_file ? pread(descriptor, header.data(), header.size(), 0) : -1;
  close(descriptor);
  if (!is_file) return refuse(path, "is not a regular file; give the path of a file");
  if (size < 0) return refuse(path, "cannot be read; check the disk");
  return static_cast<std::size_t>(size);
}

bool is_ours(const Header& header, std::size_t size) {
  return size == kHeaderBytes && std::memcmp(header.data(), kMagic.data(), kMagic.size()) == 0 &&
         number_at(header, kApplicationIdAt) == kApplicationId;
}

}  // namespace

Result<void> check_format(const std::string& path) {
  Header header{};
  TT_TRY(std::size_t size, read_header(path, header));
  if (size > 0 && !is_ours(header, size) && access((path + "-journal").c_str(), F_OK) == 0) {
    // Its making, or somebody's change, was interrupted; SQLite undoes what was half done.
    Connection(path).execute("SELECT 1 FROM sqlite_schema");
    TT_TRY(size, read_header(path, header));
  }
  if (size == 0) return {};
  if (!is_ours(header, size)) {
    return refuse(path, "was not made by TableTheory; it is left as it is, choose another path");
  }
  if (const auto format = number_at(header, kUserVersionAt); format > kFormat) {
    return refuse(path, fmt::format("has format {}, and this release reads up to {}; it is left as it is, open it with "
                                    "a newer TableTheory",
                                    format, kFormat));
  }
  return {};
}

void establish_format(Connection& connection) {
  Statement version(connection, "PRAGMA application_id");
  version.step();
  const bool ours = version.column(0) == std::to_string(kApplicationId);
  version.reset();
  if (ours) return;
  connection.execute("PRAGMA page_size = 8192");
  const std::string statements = fmt::format(
      "BEGIN IMMEDIATE;"
      "PRAGMA application_id = {};"
      "PRAGMA user_version = {};"
      "CREATE TABLE entries (id INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL);"
      "CREATE UNIQUE INDEX entries_by_key ON entries (key);"
      "COMMIT;",
      kApplicationId, kFormat);
  connection.execute(statements.c_str());
}

}  // namespace tabletheory::engine::sqlite
