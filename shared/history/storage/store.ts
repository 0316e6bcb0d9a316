export type RowFields = Readonly<Record<string, string | number | boolean>>;

export interface TableRow {
  readonly key: string;
  readonly fields: RowFields;
  readonly etag: string;
}

/** A service of storage said no, or nothing; the message is one line without secrets. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** HTTP status; 0 where no answer came. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** What was read is not what this build writes: to read it again does not help. */
export class SpoiltError extends StorageError {}

/**
 * The few things that runs ask of storage: blobs by name, rows by partition and key. No write
 * overwrites what it has not seen, `putRow` apart, which only ever repeats itself.
 * @throws {StorageError} from every function, where storage cannot be reached or refuses.
 */
export interface Store {
  /** @returns false where there is one of that name already; it stays as it is. */
  readonly createBlob: (name: string, bytes: Uint8Array) => Promise<boolean>;
  readonly readBlob: (name: string, maxBytes: number) => Promise<Uint8Array | undefined>;
  /** Names in order. */
  readonly listBlobs: (prefix: string) => AsyncIterable<string>;
  readonly deleteBlob: (name: string) => Promise<void>;
  /** @returns false where there is one of that key already; it stays as it is. */
  readonly createRow: (partition: string, key: string, fields: RowFields) => Promise<boolean>;
  readonly putRow: (partition: string, key: string, fields: RowFields) => Promise<void>;
  /** @returns false where somebody else changed the row since it was read. */
  readonly replaceRow: (partition: string, row: TableRow) => Promise<boolean>;
  readonly readRow: (partition: string, key: string) => Promise<TableRow | undefined>;
  /** By key. @param from First key, @param before first key no longer wanted. */
  readonly listRows: (partition: string, from?: string, before?: string) => AsyncIterable<TableRow>;
  readonly deleteRow: (partition: string, key: string) => Promise<void>;
}
