package tabletheory

import (
	"context"
	"encoding/json"
	"time"
)

// StreamInfo is what a stream's record says besides its items. Texts are empty where it does not say.
type StreamInfo struct {
	Event          string // "INSERT", "MODIFY", "REMOVE"
	EventID        string
	SequenceNumber string    // orders the records of a shard
	CreatedAt      time.Time // approximate
	ViewType       string
	Table          string // from the source's ARN
	SourceARN      string
	Region         string
	SizeBytes      int64
	IdentityType   string // who made a change that no caller made: "Service"
	PrincipalID    string // "dynamodb.amazonaws.com"
	TTLDelete      bool   // removed by the service because its ttl had passed
}

// StreamRecord is one change: an item before and after. INSERT has no old image, REMOVE no new one, and either may be
// missing by the stream's view type.
type StreamRecord struct {
	StreamInfo
	Of       AnyTable // the table it was read by; nil: as stored
	Key      Item
	OldImage any // in the type of the table; Item as stored; nil: none
	NewImage any
}

// ReadStream decodes the records of a Lambda event, or of an answer of GetRecords: `{"Records":[…]}`, a list of records,
// or one. Each is read by the first of the tables that it fits; without a table as stored. Images of models with encrypted
// attributes need a provider (ErrEncryptionNotConfigured). Nothing is sent but for keys.
//
//	records, err := client.ReadStream(ctx, event, orders, users)
//	for _, record := range records {
//		if order, ok := record.NewImage.(Order); ok { index(order) }
//	}
func (c *Client) ReadStream(ctx context.Context, records string, tables ...AnyTable) ([]StreamRecord, error) {
	r := newRequest(opReadStream)
	r.text("records", records)
	var cores []*tableCore
	var readers []reader
	if len(tables) > 0 {
		r.member("tables").list(len(tables))
		for _, table := range tables {
			core, read := table.coreOf()
			r.w.integer(core.id)
			cores = append(cores, core)
			readers = append(readers, read)
		}
	}
	var all []StreamRecord
	err := c.call(ctx, &r, cores, func(reader *tapeReader) error {
		var problem error
		reader.elements(func(int) {
			if problem != nil {
				reader.skip()
				return
			}
			var record StreamRecord
			problem = record.read(reader, tables, readers)
			all = append(all, record)
		})
		return problem
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (s *StreamRecord) read(r *tapeReader, tables []AnyTable, readers []reader) error {
	var problem error
	image := func(table int) any {
		if isNone(r.peek()) {
			r.skip()
			return nil
		}
		if table < 0 || problem != nil {
			return readItem(r, nil)
		}
		item, err := readers[table](r)
		problem = err
		return item
	}
	table := -1
	r.members(func(name string) {
		switch name {
		case "info":
			s.StreamInfo.read(r)
		case "table":
			if isNone(r.peek()) {
				r.skip()
			} else if table = int(r.plainInteger()); table >= 0 && table < len(tables) {
				s.Of = tables[table]
			} else {
				r.fail("a record is of a table that was not asked for")
			}
		case "key":
			var core *tableCore
			if s.Of != nil {
				core, _ = s.Of.coreOf()
			}
			s.Key = readItem(r, core)
		case "old_image":
			s.OldImage = image(table)
		case "new_image":
			s.NewImage = image(table)
		default:
			r.skip()
		}
	})
	return problem
}

func (s *StreamInfo) read(r *tapeReader) {
	r.members(func(name string) {
		switch name {
		case "event":
			s.Event = r.plainText()
		case "event_id":
			s.EventID = r.plainText()
		case "sequence_number":
			s.SequenceNumber = r.plainText()
		case "created_at":
			if r.peek() == tagTime {
				r.head()
				s.CreatedAt = r.time()
			} else {
				r.skip()
			}
		case "view_type":
			s.ViewType = r.plainText()
		case "table":
			s.Table = r.plainText()
		case "source_arn":
			s.SourceARN = r.plainText()
		case "region":
			s.Region = r.plainText()
		case "size_bytes":
			s.SizeBytes = r.plainInteger()
		case "identity":
			if isNone(r.peek()) {
				r.skip()
				return
			}
			r.members(func(name string) {
				switch name {
				case "type":
					s.IdentityType = r.plainText()
				case "principal_id":
					s.PrincipalID = r.plainText()
				default:
					r.skip()
				}
			})
		case "is_ttl_delete":
			s.TTLDelete = r.plainBool()
		default:
			r.skip()
		}
	})
}

// HandleInOrder calls `handle` for each record and stops at the first failure: Lambda retries from there on, so what
// follows would be handled twice. The answer is what Lambda is told (its event source mapping must have
// ReportBatchItemFailures): `{"batchItemFailures":[…]}`.
func HandleInOrder(records []StreamRecord, handle func(StreamRecord) error) (answer string, err error) {
	type failure struct {
		ItemIdentifier string `json:"itemIdentifier"`
	}
	failures := []failure{}
	for _, record := range records {
		if err = handle(record); err != nil {
			failures = append(failures, failure{record.SequenceNumber})
			break
		}
	}
	text, _ := json.Marshal(map[string][]failure{"batchItemFailures": failures})
	return string(text), err
}
