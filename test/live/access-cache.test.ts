import { expect, test } from '@jest/globals';
import { memoryAccessCache } from '../../shared/collect/live/access-cache.ts';
import type { ServerAccess } from '../../shared/collect/live/kubeconfig.ts';
import type { ArmId } from '../../shared/model/index.ts';
import { hostOf } from '../simulator/running.ts';
import { authorityOf } from './simulated.ts';
import { clusters, world, type LiveFleet } from './world.ts';

async function auditedWith(access: (world: LiveFleet) => Promise<ServerAccess>) {
  const fleet = await world(clusters({ one: {}, two: {} }));
  const cache = memoryAccessCache();
  const kept = await access(fleet);
  const options = { azure: fleet.azure({ cache }), wanted: isOne };
  const first = await fleet.audit(options);
  const id = first.clusters[0]?.id as ArmId;
  await cache.set(id, kept);
  fleet.simulator.log.clear();
  const second = await fleet.audit(options);
  const posts = fleet.simulator.log
    .entries()
    .filter(({ path }) => path.endsWith('/listClusterUserCredential')).length;
  return { word: second.clusters[0]?.result, posts, fleet };
}

test('what is kept saves the call', async () => {
  const { word, posts } = await auditedWith(async ({ simulator }) => ({
    server: `https://${hostOf(simulator, 'one')}:443`,
    certificateAuthority: await authorityOf(simulator, 'one'),
  }));
  expect([word, posts]).toEqual(['complete', 0]);
});

test.each([
  [
    'an authority that was renewed',
    async ({ simulator }: LiveFleet) => ({
      server: `https://${hostOf(simulator, 'one')}`,
      certificateAuthority: await authorityOf(simulator, 'two'),
    }),
  ],
  [
    'a server that somebody wrote in',
    async ({ simulator }: LiveFleet) => ({
      server: 'https://evil.test',
      certificateAuthority: await authorityOf(simulator, 'one'),
    }),
  ],
])('%s is asked for again, once', async (_, access) => {
  const { word, posts, fleet } = await auditedWith(access);
  expect([word, posts]).toEqual(['complete', 1]);
  expect(fleet.server.lookups()).not.toContain('evil.test');
});

test('a store that does not work costs a call and no cluster', async () => {
  const { azure, audit } = await world(clusters({ one: {} }));
  const run = await audit({ azure: azure({ cache: { get: broken, set: broken } }) });
  expect(run.clusters[0]?.result).toBe('complete');
});

function broken(): Promise<never> {
  return Promise.reject(new Error('storage is down'));
}

function isOne({ name }: { readonly name: string }): boolean {
  return name === 'one';
}
