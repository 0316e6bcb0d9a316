import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createApp } from '../../shared/service/app.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An account that opens, and gives its time as so much later than it is. */
async function accountAhead(ms: number): Promise<string> {
  const answer: RequestListener = (_, response) => {
    const date = new Date(Date.now() + ms).toUTCString();
    response.writeHead(201, { date, 'content-length': 0 }).end();
  };
  const server = createServer(answer);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/account`;
  return `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;BlobEndpoint=${url};TableEndpoint=${url};QueueEndpoint=${url};`;
}

const hour = 3_600_000;
const local = new Date('2026-11-23T06:00:00Z');

/** The time of an app whose storage is so much ahead. */
async function timeWith(ms: number): Promise<Date> {
  const env = {
    EVENKEEL_SCHEDULE: '0 0 */6 * * *',
    EVENKEEL_SUBSCRIPTIONS: '*',
    AzureWebJobsStorage: await accountAhead(ms),
  };
  const { context } = await createApp({ env, now: () => local }).service();
  return context.now();
}

test.each([
  { ahead: 3 * hour, is: '2026-11-23T09:00:00Z' },
  { ahead: -72 * hour, is: '2026-11-20T06:00:00Z' },
])('slots and leases are by the clock of storage, $ahead ms ahead', async ({ ahead, is }) => {
  const minutes = ((await timeWith(ahead)).getTime() - Date.parse(is)) / 60_000;
  expect(minutes).toBeCloseTo(0, 0);
});

test('seconds are no difference', async () => {
  expect(await timeWith(20_000)).toEqual(local);
});
