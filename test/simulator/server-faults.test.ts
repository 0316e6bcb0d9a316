import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { FaultAction } from '../../simulator/faults.ts';
import { armResource, armUrl, lists } from './ask.ts';
import { head } from './over-tls.ts';
import { closeAll, started } from './running.ts';

async function asked(action: FaultAction): Promise<IncomingMessage> {
  const { simulator, server } = await started([{ host: 'management.azure.com', action }]);
  const token = simulator.identity.issue(armResource);
  return await head(server, server.authorityPem, armUrl(lists.managedClusters), token);
}

describe('faults down to the bytes', () => {
  test('reset before the first byte', async () => {
    await expect(asked({ kind: 'reset' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('reset in the middle of a body whose length was promised', async () => {
    const response = await asked({ kind: 'reset', afterBytes: 100 });
    expect(Number(response.headers['content-length'])).toBeGreaterThan(1000);
    const chunks: Buffer[] = [];
    const reading = (async () => {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(Buffer.concat(chunks)).toHaveLength(100);
  });

  test('hang without an answer, and after the head', async () => {
    const silent = asked({ kind: 'hang' });
    const patience = new Promise((resolve) => {
      setTimeout(resolve, 100, 'nothing came');
    });
    await expect(Promise.race([silent, patience])).resolves.toBe('nothing came');
    const response = await asked({ kind: 'hang', afterBytes: 7 });
    expect(response.statusCode).toBe(200);
    const first: Buffer = (await response[Symbol.asyncIterator]().next()).value;
    expect(first).toHaveLength(7);
    // Ends what hangs, with an error at the client.
    await Promise.all([expect(silent).rejects.toMatchObject({ code: 'ECONNRESET' }), closeAll()]);
  });

  test('a slow drip', async () => {
    const response = await asked({ kind: 'drip', bytes: 50, everyMs: 5 });
    const sizes: number[] = [];
    for await (const chunk of response) {
      sizes.push((chunk as Buffer).length);
      if (sizes.length === 5) break;
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  test('an endless body goes on until the client has enough', async () => {
    const response = await asked({ kind: 'endless' });
    let size = 0;
    for await (const chunk of response) {
      size += (chunk as Buffer).length;
      if (size > 4 * 1024 * 1024) break;
    }
    expect(size).toBeGreaterThan(4 * 1024 * 1024);
    expect(response.complete).toBe(false);
  });

  test('a gzip bomb is small on the wire', async () => {
    const response = await asked({ kind: 'gzip-bomb', megabytes: 32 });
    expect(response.headers['content-encoding']).toBe('gzip');
    const packed = await buffer(response);
    expect(packed.length).toBeLessThan(64 * 1024);
    expect(gunzipSync(packed)).toHaveLength(32 * 1024 * 1024);
  });

  test('a body that ends before its JSON does', async () => {
    const response = await asked({ kind: 'truncate', atByte: 200 });
    expect(await buffer(response)).toHaveLength(200);
  });
});
