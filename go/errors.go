package tabletheory

import (
	"errors"
	"slices"
	"strings"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// ErrorCode is a stable code of an error, the same in every language. Codes are errors themselves, for errors.Is:
//
//	if errors.Is(err, tabletheory.ErrConditionFailed) …
type ErrorCode uint16

// The codes (docs/spec/errors.md).
const (
	ErrInvalidModel                    ErrorCode = codeInvalidModel                    // schema, model or input does not fit
	ErrInvalidTag                      ErrorCode = codeInvalidTag                      // a struct tag cannot be read
	ErrMissingPrimaryKey               ErrorCode = codeMissingPrimaryKey               // partition or sort key missing or empty
	ErrItemNotFound                    ErrorCode = codeItemNotFound                    // Get of an absent item
	ErrTableNotFound                   ErrorCode = codeTableNotFound                   // no such table
	ErrIndexNotFound                   ErrorCode = codeIndexNotFound                   // no such index
	ErrConditionFailed                 ErrorCode = codeConditionFailed                 // a condition was false
	ErrVersionConflict                 ErrorCode = codeVersionConflict                 // an optimistic lock was lost; also ErrConditionFailed
	ErrInvalidOperator                 ErrorCode = codeInvalidOperator                 // unknown operator, a limit, no fitting index, another query's cursor
	ErrEncryptedFieldNotQueryable      ErrorCode = codeEncryptedFieldNotQueryable      // an encrypted attribute in a condition or key
	ErrEncryptionNotConfigured         ErrorCode = codeEncryptionNotConfigured         // an encrypted model without a provider
	ErrInvalidEncryptedEnvelope        ErrorCode = codeInvalidEncryptedEnvelope        // a malformed envelope, or one that does not authenticate
	ErrImmutableModelMutation          ErrorCode = codeImmutableModelMutation          // a write-once model would be changed
	ErrProtectedFieldMutation          ErrorCode = codeProtectedFieldMutation          // a protected attribute would be changed
	ErrRejectedDeployAuthorityEvidence ErrorCode = codeRejectedDeployAuthorityEvidence // deploy-authority metadata was rejected
	ErrTransactionCanceled             ErrorCode = codeTransactionCanceled             // with one reason per action
	ErrBatchIncomplete                 ErrorCode = codeBatchIncomplete                 // leftovers after the last round: see BatchError
	ErrRequestRejected                 ErrorCode = codeRequestRejected                 // any other refusal by the service
	ErrTableInUse                      ErrorCode = codeTableInUse                      // the table is there, or is being changed
	ErrLimitExceeded                   ErrorCode = codeLimitExceeded                   // a limit of the service
	ErrServiceUnavailable              ErrorCode = codeServiceUnavailable              // 5xx after the last retry, where nothing was written
	ErrThrottled                       ErrorCode = codeThrottled                       // throttled after the last retry
	ErrOutcomeUnknown                  ErrorCode = codeOutcomeUnknown                  // a write may or may not have happened
	ErrTimeout                         ErrorCode = codeTimeout                         // the deadline passed; also context.DeadlineExceeded
	ErrCancelled                       ErrorCode = codeCancelled                       // the context was cancelled; also context.Canceled
	ErrTransport                       ErrorCode = codeTransport                       // no usable answer
	ErrCredentials                     ErrorCode = codeCredentials                     // no usable credentials
	ErrNumberPrecisionLoss             ErrorCode = codeNumberPrecisionLoss             // a number does not fit the Go type exactly
	ErrLeaseHeld                       ErrorCode = codeLeaseHeld                       // somebody else holds the lease
	ErrLeaseNotOwned                   ErrorCode = codeLeaseNotOwned                   // the lease is not ours, or no longer
	ErrMigrationEncryptionRequired     ErrorCode = codeMigrationEncryptionRequired     // a migration would weaken encryption
	ErrInternal                        ErrorCode = codeInternal                        // a bug here; please report it
)

var codeNames = [...]string{
	ErrInvalidModel: "ErrInvalidModel", ErrInvalidTag: "ErrInvalidTag", ErrMissingPrimaryKey: "ErrMissingPrimaryKey",
	ErrItemNotFound: "ErrItemNotFound", ErrTableNotFound: "ErrTableNotFound", ErrIndexNotFound: "ErrIndexNotFound",
	ErrConditionFailed: "ErrConditionFailed", ErrVersionConflict: "ErrVersionConflict",
	ErrInvalidOperator: "ErrInvalidOperator", ErrEncryptedFieldNotQueryable: "ErrEncryptedFieldNotQueryable",
	ErrEncryptionNotConfigured: "ErrEncryptionNotConfigured", ErrInvalidEncryptedEnvelope: "ErrInvalidEncryptedEnvelope",
	ErrImmutableModelMutation: "ErrImmutableModelMutation", ErrProtectedFieldMutation: "ErrProtectedFieldMutation",
	ErrRejectedDeployAuthorityEvidence: "ErrRejectedDeployAuthorityEvidence",
	ErrTransactionCanceled:             "ErrTransactionCanceled", ErrBatchIncomplete: "ErrBatchIncomplete",
	ErrRequestRejected: "ErrRequestRejected", ErrTableInUse: "ErrTableInUse", ErrLimitExceeded: "ErrLimitExceeded",
	ErrServiceUnavailable: "ErrServiceUnavailable", ErrThrottled: "ErrThrottled", ErrOutcomeUnknown: "ErrOutcomeUnknown",
	ErrTimeout: "ErrTimeout", ErrCancelled: "ErrCancelled", ErrTransport: "ErrTransport", ErrCredentials: "ErrCredentials",
	ErrNumberPrecisionLoss: "ErrNumberPrecisionLoss", ErrLeaseHeld: "ErrLeaseHeld", ErrLeaseNotOwned: "ErrLeaseNotOwned",
	ErrMigrationEncryptionRequired: "ErrMigrationEncryptionRequired", ErrInternal: "ErrInternal",
}

// Error is the code's name, such as "ErrConditionFailed".
func (c ErrorCode) Error() string {
	if int(c) < len(codeNames) && codeNames[c] != "" {
		return codeNames[c]
	}
	return "ErrInternal"
}

// CodeByName is the code of a name such as "ErrItemNotFound".
func CodeByName(name string) (ErrorCode, bool) {
	index := slices.Index(codeNames[:], name)
	return ErrorCode(max(index, 0)), index > 0 && name != ""
}

// Reason is why one action of a cancelled transaction stood in the way.
type Reason struct {
	Index   int    // position of the action
	Kind    string // create, put, update, upsert, delete, condition
	Model   string // empty for documents
	Code    string // the service's: None, ConditionalCheckFailed, TransactionConflict, …
	Message string // the service's
	Item    Item   // the item as it stood, when asked for
}

// Diagnostic is one problem of a document, with its place.
type Diagnostic struct {
	File         string
	Line, Column int // from 1; 0: no place
	Message      string
	Hint         string
}

// Error is every error of this package:
//
//	var failure *tabletheory.Error
//	if errors.As(err, &failure) { log.Println(failure.Code, failure.Table, failure.RequestID) }
//
// No message holds plaintext of encrypted attributes, credentials or whole items.
type Error struct {
	Code    ErrorCode
	Codes   []ErrorCode // Code, then the further ones it answers to
	Message string      // what to do next

	Operation, Model, Table string // where; empty when not applicable

	ServiceType string // what the service said, when a request was sent
	RequestID   string
	HTTPStatus  int
	Retryable   bool

	Item        Item         // the item as it stood when a condition failed and the item was asked for
	Reasons     []Reason     // of a cancelled transaction, one per action
	Diagnostics []Diagnostic // of a refused document

	text      string
	cause     error
	leftovers []int
	tape      []byte // a copy, when it holds items that a table may want to read
}

// Error is all of it in one line.
func (e *Error) Error() string {
	if e.text != "" {
		return e.text
	}
	return e.Code.Error() + ": " + e.Message
}

// Is answers to every code of the error (errors.Is).
func (e *Error) Is(target error) bool {
	code, ok := target.(ErrorCode)
	return ok && (e.Code == code || slices.Contains(e.Codes, code))
}

// Unwrap is the context's error of a call that was cut off, or the transport's.
func (e *Error) Unwrap() error { return e.cause }

func newError(code ErrorCode, message string) *Error {
	return &Error{Code: code, Codes: []ErrorCode{code}, Message: message}
}

// asError is err when it is one of ours.
func asError(err error) (*Error, bool) {
	var failure *Error
	ok := errors.As(err, &failure)
	return failure, ok
}

// readFailure makes the error of an error result. Items in it are read as `tables`' items are.
func readFailure(result native.Result, tables []*tableCore) *Error {
	r := newTapeReader(result.Tape)
	failure := &Error{Code: ErrInternal}
	r.members(func(name string) {
		switch name {
		case "code":
			failure.Code = ErrorCode(r.plainInteger())
		case "codes":
			r.elements(func(int) { failure.Codes = append(failure.Codes, ErrorCode(r.plainInteger())) })
		case "message":
			failure.Message = r.plainText()
		case "operation":
			failure.Operation = r.plainText()
		case "model":
			failure.Model = r.plainText()
		case "table":
			failure.Table = r.plainText()
		case "service_type":
			failure.ServiceType = r.plainText()
		case "request_id":
			failure.RequestID = r.plainText()
		case "http_status":
			failure.HTTPStatus = int(r.plainInteger())
		case "retryable":
			failure.Retryable = r.plainBool()
		case "text":
			failure.text = strings.TrimSpace(r.plainText())
		case "item":
			failure.Item = readItem(&r, first(tables))
		case "reasons":
			r.elements(func(int) { failure.Reasons = append(failure.Reasons, readReason(&r, tables)) })
		case "diagnostics":
			r.elements(func(int) { failure.Diagnostics = append(failure.Diagnostics, readDiagnostic(&r)) })
		case "leftovers":
			r.elements(func(int) { failure.leftovers = append(failure.leftovers, int(r.plainInteger())) })
		default:
			r.skip()
		}
	})
	if err := r.err(); err != nil {
		return err.(*Error)
	}
	if failure.Code == ErrBatchIncomplete || failure.Item != nil {
		failure.tape = slices.Clone(result.Tape)
	}
	return failure
}

func first(tables []*tableCore) *tableCore {
	if len(tables) == 0 {
		return nil
	}
	return tables[0]
}

func readReason(r *tapeReader, tables []*tableCore) Reason {
	var reason Reason
	r.members(func(name string) {
		switch name {
		case "index":
			reason.Index = int(r.plainInteger())
		case "kind":
			reason.Kind = r.plainText()
		case "model":
			reason.Model = r.plainText()
		case "code":
			reason.Code = r.plainText()
		case "message":
			reason.Message = r.plainText()
		case "item":
			if reason.Index < len(tables) {
				reason.Item = readItem(r, tables[reason.Index])
			} else {
				reason.Item = readItem(r, first(tables))
			}
		default:
			r.skip()
		}
	})
	return reason
}

func readDiagnostic(r *tapeReader) Diagnostic {
	var diagnostic Diagnostic
	r.members(func(name string) {
		switch name {
		case "file":
			diagnostic.File = r.plainText()
		case "line":
			diagnostic.Line = int(r.plainInteger())
		case "column":
			diagnostic.Column = int(r.plainInteger())
		case "message":
			diagnostic.Message = r.plainText()
		case "hint":
			diagnostic.Hint = r.plainText()
		default:
			r.skip()
		}
	})
	return diagnostic
}
