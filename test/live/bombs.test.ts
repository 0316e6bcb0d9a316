import { describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { BodyError } from '../../shared/input/index.ts';
import { hostOf, started } from '../simulator/running.ts';
import { throughProxy } from './plain-server.ts';
import { quick } from './limits.ts';
import { pinnedTo } from './simulated.ts';

const mebi = 1024 * 1024;
const all = new URLSearchParams();
/** Unpacking up to the cap takes a while on a busy machine. */
const patient = { ...quick, requestMs: 30_000 };

function* blanks(megabytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(mebi, ' ');
  for (let at = 0; at < megabytes; at++) yield chunk;
}

describe('a body beyond its cap', () => {
  test.each([
    ['a gzip bomb of 315 MB', { 'content-encoding': 'gzip' }, 315],
    ['a plain body without an end', {}, 100_000],
  ])('%s stops there, with little memory', async (_, headers, megabytes) => {
    let sent = 0;
    const transport = await throughProxy((_request, response) => {
      response.writeHead(200, headers);
      const body = Readable.from(blanks(megabytes)).on('error', () => undefined);
      const packed = 'content-encoding' in headers ? body.pipe(createGzip({ level: 1 })) : body;
      packed.on('data', (chunk: Buffer) => {
        sent += chunk.length;
      });
      packed.pipe(response);
      response.on('close', () => body.destroy());
    }, patient);
    const before = process.memoryUsage().rss;
    await expect(transport.get('/api/v1/pods', all)).rejects.toThrow('larger than 16777216 bytes');
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * mebi);
    expect(sent).toBeLessThan(48 * mebi);
  });

  test('over TLS, and the next call is none the worse', async () => {
    const world = await started();
    const limits = { ...patient, maxPageBytes: mebi };
    const transport = await pinnedTo(world, 'one', { limits });
    const host = hostOf(world.simulator, 'one');
    world.simulator.faults.set([
      { host, nth: [1], action: { kind: 'gzip-bomb', megabytes: 16 } },
      { host, nth: [2], action: { kind: 'endless' } },
    ]);
    await expect(transport.get('/api/v1/nodes', all)).rejects.toBeInstanceOf(BodyError);
    await expect(transport.get('/api/v1/nodes', all)).rejects.toBeInstanceOf(BodyError);
    expect(await transport.get('/api/v1/nodes', all)).toMatchObject({ status: 200 });
  });

  test('counts together with the others of the cluster', async () => {
    const body = Buffer.alloc(mebi, ' ');
    const limits = { ...quick, maxClusterBytes: 2.5 * mebi };
    const transport = await throughProxy((_request, response) => response.end(body), limits);
    await transport.get('/a', all);
    await transport.get('/b', all);
    await expect(transport.get('/c', all)).rejects.toThrow('all answers of the cluster together');
  });

  test('of a refusal is read to its beginning only', async () => {
    const transport = await throughProxy((_request, response) => {
      response.writeHead(403);
      Readable.from(blanks(1000)).pipe(response);
    });
    const answer = await transport.get('/api/v1/nodes', all);
    expect(answer.status).toBe(403);
    expect(answer.body).toHaveLength(65_536);
  });
});

describe('an encoding', () => {
  const text = JSON.stringify({ kind: 'NodeList', items: [] });

  test('of a body of more than ASCII is left to who parses it', async () => {
    const wide = JSON.stringify({ kind: 'NodeList', name: 'é中😀' });
    const bodies = [wide, `\u{FEFF}${wide}`];
    const transport = await throughProxy((_request, response) => {
      const bytes = Buffer.from(bodies.pop() ?? '');
      // In the middle of a character.
      response.write(bytes.subarray(0, 30));
      setTimeout(() => response.end(bytes.subarray(30)), 20);
    });
    for (const _ of [1, 2])
      expect(await transport.get('/api/v1/nodes', all)).toMatchObject({
        body: Buffer.from(wide).toString('latin1'),
        encoding: 'utf8',
      });
  });

  test('gzip is asked for and unpacked', async () => {
    const asked: unknown[] = [];
    const transport = await throughProxy((request, response) => {
      asked.push(request.headers['accept-encoding'], request.headers.authorization);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
    });
    expect(await transport.get('/api/v1/nodes', all)).toMatchObject({ body: text });
    expect(asked).toEqual(['gzip', undefined]);
  });

  test.each([
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['gzip, gzip', gzipSync(gzipSync(text))],
  ])('%s is not, and is refused', async (encoding, body) => {
    const transport = await throughProxy((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    await expect(transport.get('/api/v1/nodes', all)).rejects.toThrow('not asked for');
  });

  test('that is none is one clear error', async () => {
    const transport = await throughProxy((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(text);
    });
    await expect(transport.get('/api/v1/nodes', all)).rejects.toThrow('incorrect header check');
  });
});
