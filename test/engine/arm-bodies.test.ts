import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  armFolder,
  otherShapes,
  readJson,
  recordedBodies,
  type RecordedBody,
} from './recorded/bodies.ts';
import {
  clusterFacts,
  factsOfCluster,
  factsOfLoadBalancer,
  factsOfPool,
  loadBalancerFacts,
  memberFacts,
  poolFacts,
} from './recorded/facts.ts';
import {
  mapClusters,
  mapConfigurations,
  mapIpConfigurations,
  mapLoadBalancerPart,
  mapNetwork,
  mapNodePools,
  mapVirtualMachines,
  valueOf,
} from './recorded/mapping.ts';
import { testRecorded } from './recorded/test-recorded.ts';

const bodies = recordedBodies();
const there = existsSync(armFolder);

const parts: Readonly<Record<string, string>> = {
  backendaddresspools: 'backendAddressPools',
  frontendipconfigurations: 'frontendIPConfigurations',
  loadbalancingrules: 'loadBalancingRules',
  outboundrules: 'outboundRules',
  probes: 'probes',
};
const mapped = ['managedclusters', 'agentpools', 'loadbalancers', 'networkinterfaces'].concat(
  ['ipconfigurations', 'publicipaddresses', 'networksecuritygroups', 'virtualmachines'],
  Object.keys(parts),
);
/** What nothing here asks ARM for: providerIDs and NICs say enough. */
const notAskedFor = ['virtualmachinescalesets', 'availabilitysets', 'machines'];
const ofSeveral = '-preview/LoadBalancers_';

/** Bodies that fit; where the folder is not beside the project, one that stands for none. */
function which(fits: (body: RecordedBody) => boolean): readonly RecordedBody[] {
  return there
    ? bodies.filter(fits)
    : [{ file: '(not there)', facts: '', kind: '', resources: [] }];
}

/** Bodies of a kind whose facts the index computed. */
function known(kind: string, fact: RegExp): readonly RecordedBody[] {
  return which((body) => body.kind === kind && fact.test(body.facts));
}

describe('every recorded body goes through the production mapping', () => {
  test('each kind is mapped, or nothing asks for it', () => {
    const kinds = new Set(bodies.map(({ kind }) => kind));
    expect([...mapped, ...notAskedFor]).toEqual(expect.arrayContaining([...kinds]));
    expect(bodies.length).toBe(there ? 140 : 0);
  });

  testRecorded.each(which(({ kind }) => kind === 'managedclusters'))(
    'cluster $file',
    async ({ resources }) => {
      const { rows, problems } = await mapClusters(resources);
      expect({ problems, count: rows.length }).toEqual({ problems: [], count: resources.length });
    },
  );

  testRecorded.each(which(({ kind }) => kind === 'agentpools'))(
    'node pools $file',
    async ({ resources }) => {
      const { rows, problems } = await mapNodePools(resources);
      expect({ problems, count: rows.length }).toEqual({ problems: [], count: resources.length });
    },
  );

  testRecorded.each(
    which(({ kind, file }) => kind === 'loadbalancers' && !file.includes(ofSeveral)),
  )('load balancers $file', async ({ resources }) => {
    const { rows, problems } = await mapNetwork('loadbalancers', resources);
    expect(valueOf(rows.loadBalancers)).toHaveLength(resources.length);
    expect(problems).toHaveLength(resources.filter((resource) => !('sku' in resource)).length);
  });

  testRecorded.each(which(({ kind }) => kind in parts))(
    'parts of load balancers $file',
    async ({ kind, resources }) => {
      const { rows, problems } = await mapLoadBalancerPart(parts[kind] ?? '', resources);
      expect(problems).toEqual([]);
      const { backendPools, frontends, rules, outboundRules, probes } = rows;
      const all = [backendPools, frontends, rules, outboundRules, probes].flat();
      expect(all).toHaveLength(resources.length);
    },
  );

  testRecorded.each(which(({ kind }) => kind === 'networkinterfaces'))(
    'network interfaces $file',
    async ({ resources }) => {
      const { rows, problems } = await mapNetwork('networkinterfaces', resources);
      expect(problems).toEqual([]);
      const found = valueOf(rows.networkInterfaces).flatMap((nic) => nic.ipConfigurations);
      const given = resources.flatMap(({ properties }) => properties['ipConfigurations'] ?? []);
      expect(found).toHaveLength(given.length);
    },
  );

  testRecorded.each(which(({ kind }) => kind === 'ipconfigurations'))(
    'ip configurations $file',
    async ({ resources }) => {
      const { rows, problems } = await mapIpConfigurations(resources);
      expect(problems).toEqual([]);
      expect(rows.ipConfigurations).toHaveLength(resources.length);
    },
  );

  testRecorded.each(which(({ kind }) => kind === 'publicipaddresses'))(
    'public addresses $file',
    async ({ resources }) => {
      const { rows, problems } = await mapNetwork('publicipaddresses', resources);
      expect(problems).toEqual([]);
      expect(valueOf(rows.publicIpAddresses)).toHaveLength(resources.length);
    },
  );

  testRecorded.each(which(({ kind }) => kind === 'networksecuritygroups'))(
    'security groups $file',
    async ({ resources }) => {
      const { rows, problems } = await mapNetwork('networksecuritygroups', resources);
      expect(problems).toEqual([]);
      expect(valueOf(rows.securityGroups)).toHaveLength(resources.length);
    },
  );

  testRecorded.each(which(({ file }) => file.includes(ofSeveral)))(
    'several load balancers $file',
    async ({ resources }) => {
      const { rows, problems } = await mapConfigurations(resources);
      expect(problems).toEqual([]);
      const primaryNodePool = expect.stringMatching(/^agentPool1$/iu);
      expect(rows).toEqual([{ name: 'kubernetes', allowServicePlacement: true, primaryNodePool }]);
    },
  );

  testRecorded.each(which(({ kind }) => kind === 'virtualmachines'))(
    'virtual machines $file',
    async ({ resources }) => {
      const { rows, problems } = await mapVirtualMachines(resources);
      expect(problems).toEqual([]);
      expect(rows).toMatchObject([{ name: 'testParentResource_0', computerName: 'vmss000000' }]);
    },
  );

  testRecorded.each(there ? otherShapes() : ['(not there)'])(
    '%s is another shape, and is refused in one line',
    async (file) => {
      const body: unknown = readJson(path.join(armFolder, file));
      const items: readonly unknown[] = Array.isArray(body) ? body : [body];
      const refused = /^[^\n]*s: value\[0\] is not a resource with an id and properties[^\n]*$/u;
      await expect(mapClusters(items)).rejects.toThrow(refused);
      const { rows } = await mapNetwork('loadbalancers', items);
      expect(rows.loadBalancers).toEqual({ kind: 'unread', why: expect.stringMatching(refused) });
    },
  );
});

describe('what was mapped is what the index says of the file', () => {
  testRecorded.each(known('managedclusters', /k8s /u))(
    'cluster $file',
    async ({ facts, resources }) => {
      const { rows } = await mapClusters(resources);
      expect(rows.map(factsOfCluster)).toEqual([clusterFacts(facts)]);
    },
  );

  testRecorded.each(known('agentpools', /count=/u))(
    'node pools $file',
    async ({ facts, resources }) => {
      const { rows } = await mapNodePools(resources);
      expect(rows.map(factsOfPool)).toEqual(poolFacts(facts));
    },
  );

  testRecorded.each(known('loadbalancers', /sku /u))(
    'load balancer $file',
    async ({ facts, resources }) => {
      const { rows } = await mapNetwork('loadbalancers', resources);
      const found = valueOf(rows.loadBalancers);
      expect(found.map(factsOfLoadBalancer)).toEqual([loadBalancerFacts(facts)]);
    },
  );

  testRecorded.each(known('backendaddresspools', /addresses/u))(
    'backend pool $file',
    async ({ facts, resources }) => {
      const { rows } = await mapLoadBalancerPart('backendAddressPools', resources);
      const [, addresses, nics] = /(\d+) addresses, (\d+) NIC refs/u.exec(facts) ?? [];
      const members = rows.backendPools.flatMap((pool) => pool.members);
      expect(memberFacts(members)).toBe(`${nics} NIC refs, ${addresses} addresses`);
    },
  );

  testRecorded.each(known('publicipaddresses', /^sku/u))(
    'public address $file',
    async ({ facts, resources }) => {
      const { rows } = await mapNetwork('publicipaddresses', resources);
      const [found] = valueOf(rows.publicIpAddresses);
      expect(found?.sku).toBe(/^sku (\w+)/u.exec(facts)?.[1]);
    },
  );

  testRecorded.each(known('networksecuritygroups', /rules/u))(
    'security groups $file: own rules, all in order of priority',
    async ({ facts, resources }) => {
      const { rows } = await mapNetwork('networksecuritygroups', resources);
      const priorities = valueOf(rows.securityGroups).map(({ rules }) =>
        rules.map(({ priority }) => priority),
      );
      const own = priorities.map((all) => all.filter((priority) => priority < 65_000).length);
      const counts = [...facts.matchAll(/(\d+) rules/gu)].map(([, count]) => Number(count));
      expect(own.toSorted(byNumber)).toEqual(counts.toSorted(byNumber));
      expect(priorities).toEqual(priorities.map((all) => all.toSorted(byNumber)));
    },
  );
});

function byNumber(a: number, b: number): number {
  return a - b;
}
