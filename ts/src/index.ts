/**
 * TableTheory for TypeScript: one DynamoDB schema, the same rules in every language.
 * @packageDocumentation
 */
export * from './aggregate.js';
export * from './aws_sdk.js';
export { BatchGet, BatchWrite, ItemsBySlot, type BatchOptions, type Slot } from './batches.js';
export * from './client.js';
export { and, attr, Attribute, Condition, not, or, rawCondition, Size, type PathLike } from './conditions.js';
export * from './derived_keys.js';
export {
  TableTheoryError, type CancellationReason, type Diagnostic, type ErrorCode, type ErrorDetails,
} from './errors.js';
export * from './lambda.js';
export { Leases, type Lease, type LeaseCheck, type LeaseOptions } from './leases.js';
export * from './migration.js';
export { version } from './native.js';
export { ExactNumber, type AnyNumber } from './numbers.js';
export type { Place, PlaceOf, Selected, ValueAt } from './places.js';
export { Query, Scan, type Explanation, type Page } from './reads.js';
export type { CallOptions, WriteOptions } from './request.js';
export * from './schema.js';
export { SharedTable, type ModelItem } from './shared_table.js';
export { handleInOrder, type Change, type ChangeOf, type StreamInfo } from './streams.js';
export { DocumentTable, ItemTable, Table, type DynamicItem, type GetOptions, type Key, type Projection } from './table.js';
export type { StreamView, TableChanges, TableDifference, TableOptions, Throughput } from './tables.js';
export { TransactGet, TransactWrite } from './transactions.js';
export {
  TransportFailure, type Transport, type TransportAnswer, type TransportFailureKind, type TransportRequest,
} from './transport.js';
export { UpdateBuilder } from './update.js';
export type { AttributeInfo, IndexInfo, ModelInfo } from './values.js';
