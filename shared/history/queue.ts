import type { QueueClient } from '@azure/storage-queue';
import { usable, type StorageCredential } from './storage/azure-store.ts';
import { storageDeadlines, within, type StorageDeadlines } from './storage/calls.ts';
import { StorageError } from './storage/store.ts';

/** A queue of small messages, each delivered at least once. */
export interface MessageQueue {
  /**
   * Sends JSON texts, several at a time.
   * @param delaySeconds After which a text, by its place, is delivered; at once where absent.
   * @throws {StorageError} after some may have been sent.
   */
  readonly send: (
    texts: readonly string[],
    delaySeconds?: (index: number) => number,
  ) => Promise<void>;
}

export type QueueConnection =
  | { readonly connectionString: string }
  | { readonly queueServiceUri: string; readonly credential: StorageCredential };

const sendsAtOnce = 16;

/** Opens a queue, which is made where it is missing. Messages are Base64, as the trigger reads them. */
export async function openQueue(
  connection: QueueConnection,
  name: string,
  deadlines: StorageDeadlines = storageDeadlines,
): Promise<MessageQueue> {
  const client = await clientOf(connection, name, deadlines);
  const asked = <T>(call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    inTime(name, deadlines, call);
  await asked((abortSignal) => client.createIfNotExists({ abortSignal }));
  return {
    async send(texts, delaySeconds = () => 0) {
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next < texts.length) {
          const index = next++;
          const visibilityTimeout = delaySeconds(index);
          const message = Buffer.from(texts[index] ?? '').toString('base64');
          await asked((abortSignal) =>
            client.sendMessage(message, { visibilityTimeout, abortSignal }),
          );
        }
      };
      await Promise.all(Array.from({ length: sendsAtOnce }, worker));
    },
  };
}

/** Loaded only where something is sent: a health check and a report need no queue. */
async function clientOf(
  connection: QueueConnection,
  name: string,
  { tryMs }: StorageDeadlines,
): Promise<QueueClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const clientOptions = { retryOptions: { maxTries: 3, tryTimeoutInMs: tryMs } };
  const service = usable(() =>
    'connectionString' in connection
      ? QueueServiceClient.fromConnectionString(connection.connectionString, clientOptions)
      : new QueueServiceClient(connection.queueServiceUri, connection.credential, clientOptions),
  );
  return service.getQueueClient(name);
}

async function inTime<T>(
  name: string,
  { blobMs }: StorageDeadlines,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await within(blobMs, call);
  } catch (cause) {
    const status =
      typeof cause === 'object' && cause !== null && 'statusCode' in cause
        ? Number(cause.statusCode)
        : 0;
    throw new StorageError(
      status,
      `storage: queue ${name} said ${status === 0 ? 'nothing' : status}`,
      {
        cause,
      },
    );
  }
}
