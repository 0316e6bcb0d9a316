import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openStore } from '../../shared/history/storage/azure-store.ts';
import { StorageError } from '../../shared/history/index.ts';
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

/** A storage account that answers as a broken one does. */
async function connectionTo(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
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
        await openStore({ connectionString }, names, { ...deadlines, blobMs: 60_000 });
        throw new Error('it opened');
      },
      now: () => new Date('2026-11-23T06:00:00Z'),
      deadlineMs: 300,
      tell: (error) => notified.push(error),
    });
    expect(answer).toMatchObject({ status: 503 });
    expect(JSON.stringify(answer)).toContain('storage');
    expect(notified).toEqual([expect.any(StorageError)]);
  });
});
