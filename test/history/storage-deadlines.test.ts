import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openQueue, StorageError, type Store } from '../../shared/history/index.ts';
import { openStore } from '../../shared/history/storage/azure-store.ts';
import { storageDeadlines } from '../../shared/history/storage/calls.ts';
import { healthAnswer } from '../../shared/service/http/health.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

async function drained(all: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of all);
}

/** A storage account that answers as a broken one does. */
async function connectionTo(onSocket: (socket: Socket) => void): Promise<string> {
  return await connectionOf(createServer(), onSocket);
}

/** One that breaks once everything was opened. */
async function connectionThatBreaks(onSocket: (socket: Socket) => void): Promise<string> {
  const answer: RequestListener = ({ method, url = '', socket }, response) => {
    const opens = /restype=container|\/Tables|\/account\/audits(?:\?|$)/u.test(url);
    if (opens && method !== 'GET') response.writeHead(201, { 'content-length': 0 }).end();
    else onSocket(socket);
  };
  return await connectionOf(createHttpServer(answer), () => undefined);
}

async function connectionOf(server: Server, onSocket: (socket: Socket) => void): Promise<string> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/account`;
  return `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;BlobEndpoint=${url};TableEndpoint=${url};QueueEndpoint=${url};`;
}

const broken = [
  { how: 'accepts and is silent', onSocket: () => undefined },
  {
    how: 'drips',
    onSocket: (socket: Socket) => {
      socket.write('HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    },
  },
  { how: 'resets', onSocket: (socket: Socket) => socket.resetAndDestroy() },
] as const;

const refuse = () => Promise.reject(new StorageError(503, 'storage: 503'));
const deadlines = { tableMs: 200, tryMs: 200, blobMs: 400 };
const names = { container: 'evenkeel', table: 'evenkeel' };

describe('storage that is broken', () => {
  test.each(broken)('is an error of storage, in time: it $how', async ({ onSocket }) => {
    const connectionString = await connectionTo(onSocket);
    const opening = openStore({ connectionString }, names, deadlines);
    await expect(opening).rejects.toBeInstanceOf(StorageError);
    await expect(opening).rejects.toThrow(/^storage[^\n]*$/u);
  });

  test.each(broken)('is 503 in the answer of health, which says so once: it $how', async (each) => {
    const connectionString = await connectionTo(each.onSocket);
    const notified: unknown[] = [];
    const answer = await healthAnswer({
      open: async () => {
        await openStore({ connectionString }, names, { ...deadlines, blobMs: 2_000 });
        throw new Error('it opened');
      },
      now: () => new Date('2026-11-23T06:00:00Z'),
      deadlineMs: 300,
      onFailure: (error) => notified.push(error),
    });
    expect(answer).toMatchObject({ status: 503 });
    expect(JSON.stringify(answer)).toContain('storage');
    expect(notified).toEqual([expect.any(StorageError)]);
  });

  const calls: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
    ['createBlob', (store) => store.createBlob('a', Buffer.from('x'))],
    ['readBlob', (store) => store.readBlob('a', 1000)],
    ['listBlobs', (store) => drained(store.listBlobs('a'))],
    ['deleteBlob', (store) => store.deleteBlob('a')],
    ['createRow', (store) => store.createRow('a', 'b', {})],
    ['putRow', (store) => store.putRow('a', 'b', {})],
    ['replaceRow', (store) => store.replaceRow('a', { key: 'b', fields: {}, etag: 'e' })],
    ['readRow', (store) => store.readRow('a', 'b')],
    ['listRows', (store) => drained(store.listRows('a'))],
    ['deleteRow', (store) => store.deleteRow('a', 'b')],
  ];

  test.each(broken)('ends each call in time: it $how', async ({ how, onSocket }) => {
    const connectionString = await connectionThatBreaks(onSocket);
    const store = await openStore({ connectionString }, names, deadlines);
    const queue = await openQueue({ connectionString }, 'audits', deadlines);
    const all = [
      ...calls.map(([name, call]) => [name, () => call(store)] as const),
      ['send', () => queue.send(['{}'])] as const,
    ];
    const ended = await Promise.all(
      all.map(async ([name, call]) => [name, await call().catch((error: unknown) => error)]),
    );
    const late = ended.filter(([, error]) => !(error instanceof StorageError));
    expect({ how, late }).toEqual({ how, late: [] });
  });

  test('has 10 s for a call to a table, 15 s for a try of another, and health 5 s for all', async () => {
    expect(storageDeadlines).toMatchObject({ tableMs: 10_000, tryMs: 15_000 });
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    try {
      await healthAnswer({ open: refuse, now: () => new Date() });
      expect(timeout.mock.calls).toEqual([[5000]]);
    } finally {
      timeout.mockRestore();
    }
  });
});
