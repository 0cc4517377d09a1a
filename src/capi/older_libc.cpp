// C++'s own libraries, linked statically from g++ 12, ask for two functions that would be the only reasons for our
// libraries to need more than glibc 2.34. They are defined here, hidden, so that they serve what they are linked into
// and nobody else; and weak, so that programs linked with a static libc, which defines them, keep those.
#include "capi/older_libc.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace tabletheory::capi {
void keep_older_libc() {}
}  // namespace tabletheory::capi

#if defined(DLFO_STRUCT_HAS_EH_DBASE) && DLFO_STRUCT_HAS_EH_DBASE == 0

namespace {

struct ObjectSearch {
  std::uintptr_t address;
  dl_find_object* found;
};

// Called for each loaded object; ends the walk at the one that holds the address.
int find_unwind_tables(dl_phdr_info* object, std::size_t, void* context) {
  auto& search = *static_cast<ObjectSearch*>(context);
  const ElfW(Phdr)* tables = nullptr;
  std::uintptr_t start = UINTPTR_MAX, end = 0;
  bool holds_address = false;
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type == PT_GNU_EH_FRAME) tables = &segment;
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t from = object->dlpi_addr + segment.p_vaddr;
    const std::uintptr_t to = from + segment.p_memsz;
    if (from < start) start = from;
    if (to > end) end = to;
    if (search.address >= from && search.address < to) holds_address = true;
  }
  if (!holds_address) return 0;
  if (tables == nullptr) return -1;  // an object without tables: nothing can be unwound
  *search.found = {};
  search.found->dlfo_map_start = reinterpret_cast<void*>(start);
  search.found->dlfo_map_end = reinterpret_cast<void*>(end);
  search.found->dlfo_eh_frame = reinterpret_cast<void*>(object->dlpi_addr + tables->p_vaddr);
  return 1;
}

}  // namespace

// Where the unwinding tables of an address are: what the unwinder (libgcc_eh.a) asks since glibc 2.35. Here by
// dl_iterate_phdr, which it used before. The answer is the same; only that the loader's lock is taken and all loaded
// objects are looked through, which an exception may cost. Allocates nothing and throws nothing.
// NOLINTNEXTLINE(bugprone-reserved-identifier): its name is the C library's.
extern "C" [[gnu::weak, gnu::visibility("hidden")]] int _dl_find_object(void* address,
                                                                        dl_find_object* result) noexcept {
  ObjectSearch search{reinterpret_cast<std::uintptr_t>(address), result};
  return dl_iterate_phdr(find_unwind_tables, &search) == 1 ? 0 : -1;
}

#endif

#if defined(__GLIBC__)

// What std::random_device asks since glibc 2.36. As there, a system without randomness ends the process; our own code
// draws by other ways and does not come here.
extern "C" [[gnu::weak, gnu::visibility("hidden")]] std::uint32_t arc4random() noexcept {
  std::uint32_t random = 0;
  if (::getentropy(&random, sizeof random) != 0) std::abort();
  return random;
}

#endif
