import { TableClient, odata } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import {
  asked,
  storageDeadlines,
  ifThere,
  unlessTaken,
  within,
  type StorageDeadlines,
} from './calls.ts';
import { storageClock, type StorageClock } from './storage-clock.ts';
import { StorageError, type RowFields, type TableRow, type Store } from './store.ts';

/** What the storage clients ask a credential for; `@azure/identity` gives such objects. */
export interface StorageCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Where storage is, as the settings of the function app say it. */
export type StorageConnection =
  | { readonly connectionString: string }
  | {
      readonly blobServiceUri: string;
      readonly tableServiceUri: string;
      readonly credential: StorageCredential;
    };

export interface StoreNames {
  readonly container: string;
  readonly table: string;
}

/** A store that knows the time of its service: the one clock that all hosts of an app share. */
type AzureStore = Store & Pick<StorageClock, 'aheadMs'>;

/** Opens a container and a table, which it makes where they are missing. */
export async function openStore(
  connection: StorageConnection,
  names: StoreNames = { container: 'evenkeel', table: 'evenkeel' },
  deadlines: StorageDeadlines = storageDeadlines,
): Promise<AzureStore> {
  const { container, table } = usable(() => clientsOf(connection, names, deadlines));
  const { policy, aheadMs } = storageClock();
  table.pipeline.addPolicy(policy);
  await asked('container', names.container, () =>
    within(deadlines.blobMs, (abortSignal) => container.createIfNotExists({ abortSignal })),
  );
  await asked('table', names.table, () =>
    within(deadlines.tableMs, (abortSignal) => table.createTable({ abortSignal })),
  );
  return { ...blobs(container, deadlines), ...rows(table, deadlines), aheadMs };
}

function blobOptions({ tryMs }: StorageDeadlines) {
  return {
    retryOptions: {
      maxTries: 3,
      tryTimeoutInMs: tryMs,
      retryDelayInMs: 500,
      maxRetryDelayInMs: 5000,
    },
  };
}
const tableOptions = {
  retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 5000 },
};

function clientsOf(
  connection: StorageConnection,
  names: StoreNames,
  deadlines: StorageDeadlines,
): { readonly container: ContainerClient; readonly table: TableClient } {
  if ('connectionString' in connection) {
    const { connectionString } = connection;
    const service = BlobServiceClient.fromConnectionString(
      connectionString,
      blobOptions(deadlines),
    );
    const { protocol, hostname } = new URL(service.url);
    if (protocol !== 'https:' && !loopback.has(hostname))
      throw new StorageError(0, 'the connection string of storage names a host without https');
    return {
      container: service.getContainerClient(names.container),
      table: TableClient.fromConnectionString(connectionString, names.table, {
        ...tableOptions,
        allowInsecureConnection: loopback.has(hostname),
      }),
    };
  }
  const { blobServiceUri, tableServiceUri, credential } = connection;
  return {
    container: new BlobServiceClient(
      blobServiceUri,
      credential,
      blobOptions(deadlines),
    ).getContainerClient(names.container),
    table: new TableClient(tableServiceUri, names.table, credential, tableOptions),
  };
}

/** What the SDK says of a connection string that it cannot read may quote it. */
export function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError(0, 'storage: AzureWebJobsStorage cannot be used as it is set');
  }
}

/** Where an emulator listens. */
const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

function blobs(
  container: ContainerClient,
  deadlines: StorageDeadlines,
): Pick<Store, 'createBlob' | 'readBlob' | 'listBlobs' | 'deleteBlob'> {
  return {
    createBlob: (name, bytes) =>
      unlessTaken('blob', name, () =>
        within(deadlines.blobMs, (abortSignal) =>
          container.getBlockBlobClient(name).upload(bytes, bytes.byteLength, {
            conditions: { ifNoneMatch: '*' },
            abortSignal,
          }),
        ),
      ),
    readBlob: (name, maxBytes) =>
      ifThere('blob', name, () =>
        within(deadlines.blobMs, async (abortSignal) => {
          const { readableStreamBody: body, contentLength } = await container
            .getBlobClient(name)
            .download(undefined, undefined, { abortSignal });
          if ((contentLength ?? 0) > maxBytes)
            throw new StorageError(0, `blob ${name} is larger than ${maxBytes} bytes`);
          const chunks: Buffer[] = [];
          for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk));
          return Buffer.concat(chunks);
        }),
      ),
    async *listBlobs(prefix) {
      const given = new AbortController();
      const pages = container
        .listBlobsFlat({ prefix, abortSignal: given.signal })
        .byPage({ maxPageSize: 5000 });
      try {
        for (;;) {
          const page = await asked('blobs', prefix, () =>
            within(deadlines.blobMs, () => pages.next()),
          );
          if (page.done === true) return;
          for (const blob of page.value.segment.blobItems) yield blob.name;
        }
      } finally {
        // The page that was too late is asked for no more.
        given.abort();
      }
    },
    async deleteBlob(name) {
      await asked('blob', name, () =>
        within(deadlines.blobMs, (abortSignal) =>
          container.getBlobClient(name).deleteIfExists({ abortSignal }),
        ),
      );
    },
  };
}

function rows(
  table: TableClient,
  deadlines: StorageDeadlines,
): Pick<Store, 'createRow' | 'putRow' | 'replaceRow' | 'readRow' | 'listRows' | 'deleteRow'> {
  return {
    createRow: (partition, key, fields) =>
      unlessTaken('row', key, () =>
        within(deadlines.tableMs, (abortSignal) =>
          table.createEntity(entityOf(partition, key, fields), { abortSignal }),
        ),
      ),
    async putRow(partition, key, fields) {
      await asked('row', key, () =>
        within(deadlines.tableMs, (abortSignal) =>
          table.upsertEntity(entityOf(partition, key, fields), 'Replace', { abortSignal }),
        ),
      );
    },
    async replaceRow(partition, { key, fields, etag }) {
      try {
        await asked('row', key, () =>
          within(deadlines.tableMs, (abortSignal) =>
            table.updateEntity(entityOf(partition, key, fields), 'Replace', { etag, abortSignal }),
          ),
        );
        return true;
      } catch (error) {
        if (error instanceof StorageError && (error.status === 412 || error.status === 404))
          return false;
        throw error;
      }
    },
    readRow: (partition, key) =>
      ifThere('row', key, async () =>
        rowOf(
          await within(deadlines.tableMs, (abortSignal) =>
            table.getEntity(partition, key, { abortSignal }),
          ),
        ),
      ),
    listRows: (partition, from, before) => listRows(table, deadlines, partition, from, before),
    async deleteRow(partition, key) {
      await ifThere('row', key, () =>
        within(deadlines.tableMs, (abortSignal) =>
          table.deleteEntity(partition, key, { abortSignal }),
        ),
      );
    },
  };
}

async function* listRows(
  table: TableClient,
  deadlines: StorageDeadlines,
  partition: string,
  from = '',
  before = '\u{FFFF}',
): AsyncGenerator<TableRow> {
  const filter = odata`PartitionKey eq ${partition} and RowKey ge ${from} and RowKey lt ${before}`;
  const given = new AbortController();
  const pages = table
    .listEntities({ queryOptions: { filter }, abortSignal: given.signal })
    .byPage({ maxPageSize: 1000 });
  try {
    for (;;) {
      const page = await asked('rows', partition, () =>
        within(deadlines.tableMs, () => pages.next()),
      );
      if (page.done === true) return;
      for (const entity of page.value) yield rowOf(entity);
    }
  } finally {
    given.abort();
  }
}

function entityOf(partition: string, key: string, fields: RowFields) {
  return { ...fields, partitionKey: partition, rowKey: key };
}

function rowOf({
  rowKey = '',
  etag,
  partitionKey: _partition,
  timestamp: _timestamp,
  ...rest
}: {
  readonly rowKey?: string;
  readonly partitionKey?: string;
  readonly timestamp?: string;
  readonly etag: string;
  readonly [field: string]: unknown;
}): TableRow {
  const fields: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(rest))
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      fields[name] = value;
  return { key: rowKey, fields, etag };
}
