import { afterEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createServer } from 'node:https';
import { createServer as createPlainServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { readList } from '../../shared/collect/kubernetes-reader.ts';
import { parseNode } from '../../shared/collect/parse-objects.ts';
import { cloudOf } from '../../shared/collect/live/clouds.ts';
import { systemClock } from '../../shared/collect/live/clock.ts';
import { aksTokens } from '../../shared/collect/live/tokens.ts';
import { Problems } from '../../shared/input/index.ts';
import { authoritiesFrom } from '../../simulator/tls/authorities.ts';
import { aksServerApp } from '../../simulator/tokens.ts';
import { hostOf, started } from '../simulator/running.ts';
import { compileCache } from '../support/compile-cache.ts';
import { kubernetesLimits } from '../../shared/collect/live/limits.ts';
import { fakeClock } from './fake-clock.ts';
import { quick } from './limits.ts';
import type { PinnedCall } from './pinned-child.ts';
import { authorityOf, pinnedTo } from './simulated.ts';

const all = new URLSearchParams({ limit: '500' });
const nodes = '/api/v1/nodes';

describe('whose certificate is good', () => {
  test("the cluster's own authority", async () => {
    const world = await started();
    const transport = await pinnedTo(world, 'one');
    const list = { path: nodes, kind: 'NodeList', parse: parseNode, identity: nameOf };
    const read = await readList(transport, list, new Problems());
    expect(read).toMatchObject({ kind: 'read', value: expect.any(Array) });
    expect(world.simulator.log.entries().at(-1)).toMatchObject({ audience: 'aks', outcome: 200 });
  });

  test.each([
    ['wrong-name', 'another name'],
    ['expired', 'has expired'],
    ['other-authority', "not by the authority in the cluster's kubeconfig"],
  ] as const)('not one that is %s', async (certificate, why) => {
    const world = await started();
    const transport = await pinnedTo(world, 'one');
    world.simulator.log.clear();
    const host = hostOf(world.simulator, 'one');
    world.simulator.faults.set([{ host, action: { kind: 'tls', certificate } }]);
    await expect(transport.get(nodes, all)).rejects.toMatchObject({
      kind: 'certificate',
      message: expect.stringContaining(why),
    });
    expect(world.simulator.log.entries()).toEqual([]);
  });

  test("not another cluster's, and not a public one", async () => {
    const world = await started();
    const two = await authorityOf(world.simulator, 'two');
    const transport = await pinnedTo(world, 'one', { certificateAuthority: two });
    await expect(transport.get(nodes, all)).rejects.toMatchObject({ kind: 'certificate' });
    const { authorityPem } = world.server;
    const another = await pinnedTo(world, 'one', { certificateAuthority: authorityPem });
    await expect(another.get(nodes, all)).rejects.toMatchObject({ kind: 'certificate' });
  });

  test("not one that the system's store vouches for", async () => {
    const world = await started();
    const host = hostOf(world.simulator, 'one');
    const { pemOf, certificateOf } = authoritiesFrom(Buffer.from('a public authority'), Date.now());
    const port = await listening(certificateOf(host));
    setDefaultCACertificates([...getCACertificates('default'), pemOf(host)]);
    const route = () => ({ address: '127.0.0.1', port });
    expect(await isTrusted(host, port)).toBe(true);
    const transport = await pinnedTo(world, 'one', { route });
    await expect(transport.get(nodes, all)).rejects.toMatchObject({ kind: 'certificate' });
  });

  test('and no environment variable makes it another', async () => {
    const world = await started();
    const host = hostOf(world.simulator, 'one');
    const certificateAuthority = await authorityOf(world.simulator, 'one');
    const token = world.simulator.identity.issue(aksServerApp);
    const { address, port } = world.server.resolve(host);
    const call: PinnedCall = { fqdn: host, address, port, certificateAuthority, token };
    expect(await askedInChild(call)).toEqual({ pinned: '200', plain: 'refused' });
    expect(await askedInChild(call, '0')).toEqual({ pinned: '200', plain: 'answered' });
    world.simulator.faults.set([{ host, action: { kind: 'tls', certificate: 'expired' } }]);
    expect(await askedInChild(call, '0')).toEqual({ pinned: 'certificate', plain: 'answered' });
  });

  test('nor is a version of TLS before 1.2 offered, whatever the process allows', async () => {
    const world = await started();
    const host = hostOf(world.simulator, 'one');
    const certificateAuthority = await authorityOf(world.simulator, 'one');
    const token = world.simulator.identity.issue(aksServerApp);
    const { port, offered } = await listeningForHellos();
    const call = { fqdn: host, address: '127.0.0.1', port, certificateAuthority, token };
    await askedInChild(call, '0', ['--tls-min-v1.0', '--tls-cipher-list=DEFAULT@SECLEVEL=0']);
    // The last is that of Node's own client.
    expect(offered.pop()).toEqual(['0304', '0303', '0302', '0301']);
    expect(offered.length).toBeGreaterThan(0);
    for (const versions of offered) expect(versions).toEqual(['0304', '0303']);
  });

  test('nothing is connected to without an authority', async () => {
    const world = await started();
    await expect(pinnedTo(world, 'one', { certificateAuthority: '' })).rejects.toThrow('authority');
  });
});

describe('a call that fails', () => {
  test('for a moment is made again, after a little while', async () => {
    const world = await started();
    const clock = fakeClock();
    const transport = await pinnedTo(world, 'one', { clock });
    const host = hostOf(world.simulator, 'one');
    world.simulator.faults.set([
      { host, nth: [1], action: { kind: 'reset' } },
      { host, nth: [2], action: { kind: 'status', status: 503 } },
    ]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 200 });
    expect(clock.waits).toEqual([500, 1000]);
  });

  test('in the middle of a body is made again as a whole', async () => {
    const world = await started();
    const transport = await pinnedTo(world, 'one', { clock: fakeClock() });
    const host = hostOf(world.simulator, 'one');
    world.simulator.faults.set([{ host, nth: [1], action: { kind: 'reset', afterBytes: 500 } }]);
    const answer = await transport.get(nodes, all);
    expect(JSON.parse(answer.body)).toMatchObject({ kind: 'NodeList' });
  });

  test('three times has failed', async () => {
    const world = await started();
    const transport = await pinnedTo(world, 'one', { clock: fakeClock() });
    const host = hostOf(world.simulator, 'one');
    world.simulator.log.clear();
    world.simulator.faults.set([{ host, action: { kind: 'status', status: 502 } }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 502 });
    expect(world.simulator.log.entries()).toHaveLength(3);
    world.simulator.faults.set([{ host, action: { kind: 'reset' } }]);
    await expect(transport.get(nodes, all)).rejects.toMatchObject({ kind: 'broken' });
  });

  test.each([
    ['2', [2000]],
    ['Mon, 23 Nov 2026 06:00:03 GMT', [3000]],
    [undefined, [500]],
  ] as const)('for Retry-After: %s waits that long', async (retryAfter, waits) => {
    const world = await started();
    const clock = fakeClock();
    const transport = await pinnedTo(world, 'one', { clock });
    const action = { kind: 'throttle', ...(retryAfter !== undefined && { retryAfter }) } as const;
    world.simulator.faults.set([{ host: hostOf(world.simulator, 'one'), nth: [1], action }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 200 });
    expect(clock.waits).toEqual(waits);
  });

  test('is made again for as long as there is time for the cluster', async () => {
    const world = await started();
    const clock = fakeClock();
    const transport = await pinnedTo(world, 'one', { clock });
    const host = hostOf(world.simulator, 'one');
    const action = { kind: 'throttle', retryAfter: '5' } as const;
    world.simulator.faults.set([{ host, nth: [1, 2, 3, 4, 5, 6, 7, 8], action }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 200 });
    expect(clock.waits).toHaveLength(8);
    world.simulator.faults.set([{ host, action }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 429 });
    expect(clock.waits.reduce((sum, wait) => sum + wait, 0)).toBe(kubernetesLimits.clusterMs);
  });

  test('for a wait of an hour ends at once', async () => {
    const world = await started();
    const clock = fakeClock();
    const transport = await pinnedTo(world, 'one', { clock });
    const host = hostOf(world.simulator, 'one');
    world.simulator.faults.set([{ host, action: { kind: 'throttle', retryAfter: '3600' } }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 429 });
    expect(clock.waits).toEqual([]);
  });

  test('with 403 or 404 is not made again, and a redirect is not followed', async () => {
    const world = await started();
    const transport = await pinnedTo(world, 'one', { clock: fakeClock() });
    const host = hostOf(world.simulator, 'one');
    world.simulator.log.clear();
    world.simulator.faults.set([{ host, action: { kind: 'forbid' } }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 403 });
    const to = `https://${hostOf(world.simulator, 'two')}/api/v1/nodes`;
    world.simulator.faults.set([{ host, action: { kind: 'redirect', to } }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 302 });
    // Nor one to another list of the same server.
    const within = { kind: 'redirect', to: `https://${host}/api/v1/pods` } as const;
    world.simulator.faults.set([{ host, path: 'nodes', action: within }]);
    expect(await transport.get(nodes, all)).toMatchObject({ status: 302 });
    expect(world.simulator.log.entries().map((each) => each.host)).toEqual([host, host, host]);
  });

  test('with a certificate error is not made again', async () => {
    const world = await started();
    const clock = fakeClock();
    const transport = await pinnedTo(world, 'one', { clock });
    const host = hostOf(world.simulator, 'one');
    const action = { kind: 'tls', certificate: 'expired' } as const;
    world.simulator.faults.set([{ host, action }]);
    await expect(transport.get(nodes, all)).rejects.toMatchObject({ kind: 'certificate' });
    expect(clock.waits).toEqual([]);
  });
});

describe('a token that is refused', () => {
  test('is asked for again once, for however many calls', async () => {
    const world = await started();
    const asked: string[] = [];
    const tokens = aksTokens(
      {
        getToken: () => {
          asked.push('token');
          const token = asked.length === 1 ? 'stale' : world.simulator.identity.issue(aksServerApp);
          return Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
        },
      },
      cloudOf('AzurePublic'),
      systemClock,
    );
    const transport = await pinnedTo(world, 'one', { tokens });
    const answers = await Promise.all(Array.from({ length: 8 }, () => transport.get(nodes, all)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(asked).toHaveLength(2);
  });

  test('twice is the answer', async () => {
    const world = await started();
    const bad = { getToken: () => Promise.resolve({ token: 'bad', expiresOnTimestamp: Infinity }) };
    const tokens = aksTokens(bad, cloudOf('AzurePublic'), systemClock);
    const transport = await pinnedTo(world, 'one', { tokens });
    world.simulator.log.clear();
    expect(await transport.get(nodes, all)).toMatchObject({ status: 401 });
    expect(world.simulator.log.entries()).toHaveLength(1);
  });
});

describe('time', () => {
  test.each([
    ['a page that never comes', { kind: 'hang' }],
    ['a body that stops', { kind: 'hang', afterBytes: 100 }],
    ['a slow drip', { kind: 'drip', bytes: 1, everyMs: 20 }],
  ] as const)('%s is cut at the end of the request', async (_, action) => {
    const world = await started();
    const limits = { ...quick, requestMs: 200 };
    const transport = await pinnedTo(world, 'one', { limits });
    world.simulator.faults.set([{ host: hostOf(world.simulator, 'one'), action }]);
    await expect(transport.get(nodes, all)).rejects.toMatchObject({
      kind: 'timeout',
      message: 'no whole answer within 0.2 s',
    });
  });

  test('the caller may give up', async () => {
    const world = await started();
    const transport = await pinnedTo(world, 'one');
    world.simulator.faults.set([
      { host: hostOf(world.simulator, 'one'), action: { kind: 'hang', afterBytes: 10 } },
    ]);
    const call = transport.get(nodes, all, AbortSignal.timeout(100));
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('nobody listens', async () => {
    const world = await started();
    const clock = fakeClock();
    const transport = await pinnedTo(world, 'one', { clock, route: toNobody });
    await expect(transport.get(nodes, all)).rejects.toMatchObject({ kind: 'connect' });
    expect(clock.waits).toHaveLength(2);
  });
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(certificate: { readonly key: string; readonly cert: string }) {
  const server = createServer(certificate, (_request, response) => response.end('{}'));
  const before = getCACertificates('default');
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  closing.push(() => {
    setDefaultCACertificates(before);
    server.closeAllConnections();
    server.close();
  });
  return await promise;
}

/** A server that hangs up on each client once it has said which versions of TLS it speaks. */
async function listeningForHellos() {
  const offered: (readonly string[])[] = [];
  const server = createPlainServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (hello) => {
      // The extension `supported_versions`: its type, two lengths, two bytes for each version.
      const versions = /002b00[0-9a-f]{4}((?:030[1-4])+)/u.exec(hello.toString('hex'))?.[1];
      offered.push(versions?.match(/.{4}/gu) ?? []);
      socket.destroy();
    });
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  closing.push(() => server.close());
  return { port: await promise, offered };
}

/** Whether a client that pins nothing takes the server for this host. */
async function isTrusted(servername: string, port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port, servername }, () => {
    resolve(socket.authorized);
    socket.destroy();
  });
  socket.on('error', reject);
  return await promise;
}

function toNobody() {
  return { address: '127.0.0.1', port: 1 };
}

function nameOf(node: { readonly name: string }): string {
  return node.name;
}

/** The same call in a process of its own: the environment of a test is a copy that TLS never sees. */
async function askedInChild(
  call: PinnedCall,
  unauthorized?: string,
  options: readonly string[] = [],
): Promise<unknown> {
  const script = path.join(import.meta.dirname, 'pinned-child.ts');
  const given = [...options, script, JSON.stringify(call)];
  const { stdout } = await promisify(execFile)(process.execPath, given, {
    env: {
      PATH: process.env['PATH'],
      ...compileCache,
      ...(unauthorized !== undefined && { NODE_TLS_REJECT_UNAUTHORIZED: unauthorized }),
    },
  });
  return JSON.parse(stdout);
}
