import { afterEach, expect, test } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import { leaksIn } from '../../simulator/canaries.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { clusters, words, world } from './world.ts';

const root = path.join(import.meta.dirname, '../..');
const hooks: { disable(): unknown }[] = [];
afterEach(() => {
  for (const hook of hooks.splice(0)) hook.disable();
});

/** Kinds of the asynchronous resources of Node that come into being from now on. */
function resources(): ReadonlySet<string> {
  const kinds = new Set<string>();
  const hook = createHook({ init: (_id, kind) => kinds.add(kind) });
  hook.enable();
  hooks.push(hook);
  return kinds;
}

test.each(['hostile-exec', 'auth-provider', 'token-file', 'proxy-url'] as const)(
  'a kubeconfig with %s starts no process and opens no file',
  async (form) => {
    const faults: FaultRule[] = [
      { path: 'listClusterUserCredential', action: { kind: 'kubeconfig', form } },
    ];
    const { audit } = await world(clusters({ one: {} }), { faults });
    // The first audit loads what is loaded on demand.
    await audit();
    const kinds = resources();
    await audit();
    const files = [...kinds].filter((kind) => /PROCESS|PIPE|FSREQ|FILEHANDLE/u.test(kind));
    expect(files).toEqual([]);
    expect(kinds.has('TLSWRAP')).toBe(true);
    expect(existsSync('evenkeel-was-here')).toBe(false);
  },
);

test('only the credential of a person at a logInTo can start a process', () => {
  const files = globSync('{shared,functions}/**/*.ts', { cwd: root });
  const starting = files.filter((file) =>
    /child_process|AzureCliCredential|AzureDeveloperCliCredential/u.test(
      readFileSync(path.join(root, file), 'utf8'),
    ),
  );
  expect(starting).toEqual(['shared/audit/credential.ts']);
});

test('nothing that is secret, nor the whole of an answer, is in what an audit says', async () => {
  const faults: FaultRule[] = [
    { host: 'echo-1-local-*', action: { kind: 'status', status: 401 } },
    { host: 'echo-2-cluster-*', path: '/api/v1/nodes', action: { kind: 'truncate', atByte: 900 } },
    { host: 'echo-3-pinned-*', path: '/apis/', action: { kind: 'status', status: 500 } },
    { host: 'shop-prod-*', action: { kind: 'tls', certificate: 'wrong-name' } },
    { path: 'd002/providers/Microsoft.Network/l', action: { kind: 'truncate', atByte: 900 } },
  ];
  const { audit } = await world(demoFleet(), { faults });
  const said: unknown[] = [];
  const result = await audit({ onProgress: (each) => said.push(each) });
  const text = JSON.stringify([result, said]);
  expect(words(result.clusters)).toMatchObject({
    'echo-1-local': expect.stringContaining('denied'),
    'shop-prod': expect.stringContaining('unreachable'),
  });
  expect(leaksIn(text)).toEqual([]);
  expect(text).not.toMatch(/eyJ[\w-]{10}/u);
});

test('throttled by ARM and by AKS, a run gets slower and nothing else', async () => {
  const all = Array.from({ length: 9 }, (_, at) => cluster(`c${at}`));
  const description = fleet({ subscriptions: [subscription(subscriptionId, 'Nine', all)] });
  const { audit, simulator } = await world(description, {
    throttle: {
      armReads: { size: 3, refillPerSecond: 5 },
      credentials: { size: 4, refillPerSecond: 4 },
    },
  });
  const { clusters: reports } = await audit();
  expect(new Set(Object.values(words(reports)))).toEqual(new Set(['complete']));
  expect(simulator.log.entries().filter(({ outcome }) => outcome === 429)).not.toEqual([]);
});
