// Package tabletheory is TableTheory for Go: a DynamoDB ORM over one C++ core that C++, Python and TypeScript share, so that
// one table means the same in all of them.
//
// Connect gives a Client, Open a Table of structs with `theorydb` tags; Table has the writes and reads, Read the ways to
// go through many items, UpdateBuilder the finer updates. Errors are *Error and answer errors.Is for their codes.
package tabletheory
