// Keeps what we ship loadable by C libraries older than the one it was built with.
#pragma once

namespace tabletheory::capi {

// Does nothing. An archive is linked in only as far as it is referred to, and the references to what older_libc.cpp
// defines come too late in the order of linking, from C++'s own libraries; this one does not.
void keep_older_libc();

}  // namespace tabletheory::capi
