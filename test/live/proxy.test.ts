import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/collect/live/clock.ts';
import { proxyTransport } from '../../shared/collect/live/proxy.ts';
import { plainServer, throughProxy } from './plain-server.ts';
import { quick } from './limits.ts';

function open(text: string, ...addresses: readonly string[]) {
  const resolve = () => Promise.resolve(addresses);
  return proxyTransport(text, { resolve, limits: quick, clock: systemClock });
}

describe('kubectl proxy', () => {
  test.each(['127.0.0.1', 'localhost', 'LOCALHOST'])(
    'is asked at %s, without a token',
    async (name) => {
      const asked: unknown[] = [];
      const port = await plainServer(({ headers, url, method }, response) => {
        asked.push([method, url, headers.host, headers.authorization]);
        response.end('{}');
      });
      const transport = await open(`http://${name}:${port}/`, '127.0.0.1');
      if (transport.kind === 'unread') throw new Error(transport.why);
      await transport.value.get('/api/v1/nodes', new URLSearchParams({ limit: '500' }));
      await transport.value.close();
      const host = `${name.toLowerCase()}:${port}`;
      expect(asked).toEqual([['GET', '/api/v1/nodes?limit=500', host, undefined]]);
    },
  );

  test.each([
    'http://127.0.0.1:8001',
    'http://127.9.9.9:8001/',
    'http://127.0.0.1',
    'http://[::1]:8001',
  ])('%s is an address of it', async (text) => {
    const transport = await open(text);
    expect(transport.kind).toBe('read');
    if (transport.kind === 'read') await transport.value.close();
  });

  test.each([
    'https://127.0.0.1:8001',
    'http://10.0.0.4:8001',
    'http://0.0.0.0:8001',
    'http://0:8001',
    'http://2130706433:8001',
    'http://127.1:8001',
    'http://127.0.0.1.evil.test:8001',
    'http://127.0.0.256:8001',
    'http://evil.test:8001',
    'http://evil.test@127.0.0.1:8001',
    'http://127.0.0.1@evil.test:8001',
    'http://127.0.0.1:8001@evil.test',
    'http://127.0.0.1:99999',
    'http://127.0.0.1:8001/api',
    'http://127.0.0.1:8001?x',
    'http://[::ffff:127.0.0.1]:8001',
    'http://[::]:8001',
    'http://localhost.:8001',
    '127.0.0.1:8001',
    '',
  ])('%j is none', async (text) => {
    expect(await open(text, '127.0.0.1')).toMatchObject({ kind: 'unread' });
  });

  test.each([[['10.0.0.4']], [['127.0.0.1', '10.0.0.4']], [[]]])(
    'localhost that leads to %j is none',
    async (addresses) => {
      expect(await open('http://localhost:8001', ...addresses)).toMatchObject({
        why: 'localhost does not lead to this machine',
      });
    },
  );
});

test('closing ends connections, those that hang too', async () => {
  const asked = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<string>();
  const transport = await throughProxy((request, response) => {
    request.socket.on('close', () => ended.resolve('ended'));
    response.write('{');
    asked.resolve(undefined);
  });
  const call = transport.get('/api/v1/nodes', new URLSearchParams());
  await Promise.all([
    expect(call).rejects.toMatchObject({ kind: 'broken' }),
    asked.promise.then(() => transport.close()),
  ]);
  expect(await ended.promise).toBe('ended');
});
