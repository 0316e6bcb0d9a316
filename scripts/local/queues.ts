import {
  QueueServiceClient,
  type DequeuedMessageItem,
  type QueueClient,
} from '@azure/storage-queue';
import type { LocalApp, LocalFunction } from './functions-core.ts';

export interface QueuePump {
  /** Waits for what is under way; messages that wait stay in their queues. */
  readonly stop: () => Promise<void>;
}

export interface PumpOptions {
  readonly connectionString: string;
  /** As `extensions.queues` of host.json says. */
  readonly batchSize: number;
  readonly maxDequeueCount: number;
  readonly visibilitySeconds: number;
  readonly onError: (line: string) => void;
}

/** Between looks at an empty queue: longer with each, as the host does. */
const idleMs = { first: 200, most: 1600 };

/**
 * Hands messages of storage queues to the functions that listen to them, as the host does: hidden
 * while they are worked on, deleted when the function ends, back after an error, and moved to
 * `<queue>-poison` after too many of them.
 */
export async function pumpQueues(app: LocalApp, options: PumpOptions): Promise<QueuePump> {
  const service = QueueServiceClient.fromConnectionString(options.connectionString);
  const listening = app.functions.filter(({ trigger }) => /^queuetrigger$/iu.test(trigger.type));
  const stopping = new AbortController();
  const pumps = await Promise.all(
    listening.map(async (called) => {
      const name = String(called.trigger['queueName']);
      const queue = service.getQueueClient(name);
      await queue.createIfNotExists();
      return pump(app, called, queue, service.getQueueClient(`${name}-poison`), {
        ...options,
        signal: stopping.signal,
      });
    }),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(pumps.map((each) => each.ended));
    },
  };
}

function pump(
  app: LocalApp,
  called: LocalFunction,
  queue: QueueClient,
  poison: QueueClient,
  options: PumpOptions & { readonly signal: AbortSignal },
): { readonly ended: Promise<void> } {
  const { signal, batchSize, visibilitySeconds } = options;
  const worker = async (): Promise<void> => {
    let idle = idleMs.first;
    while (!signal.aborted) {
      const message = await next(queue, visibilitySeconds, options);
      if (message === undefined) {
        await pause(idle, signal);
        idle = Math.min(2 * idle, idleMs.most);
      } else {
        idle = idleMs.first;
        await handle(app, called, queue, poison, message, options);
      }
    }
  };
  return { ended: Promise.all(Array.from({ length: batchSize }, worker)).then(() => undefined) };
}

async function next(
  queue: QueueClient,
  visibilityTimeout: number,
  { onError }: PumpOptions,
): Promise<DequeuedMessageItem | undefined> {
  try {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: 1,
      visibilityTimeout,
    });
    return receivedMessageItems[0];
  } catch (error) {
    onError(`queue ${queue.name}: ${lineOf(error)}`);
    return undefined;
  }
}

async function handle(
  app: LocalApp,
  called: LocalFunction,
  queue: QueueClient,
  poison: QueueClient,
  message: DequeuedMessageItem,
  { maxDequeueCount, onError }: PumpOptions,
): Promise<void> {
  const text = Buffer.from(message.messageText, 'base64').toString('utf8');
  try {
    await app.invoke(
      called,
      { string: text },
      {
        Id: { string: message.messageId },
        DequeueCount: { string: String(message.dequeueCount) },
      },
    );
  } catch (error) {
    onError(`${called.name}: ${lineOf(error)}`);
    if (message.dequeueCount < maxDequeueCount) return;
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
  }
  try {
    await queue.deleteMessage(message.messageId, message.popReceipt);
  } catch {
    // Its time was over, and another worker has it: both do the same.
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

function lineOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'thrown';
}
