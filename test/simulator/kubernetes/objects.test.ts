import { describe, expect, test } from '@jest/globals';
import {
  clusterIp,
  deployment,
  pool,
  service,
  systemPool,
  type ClusterChanges,
} from '../../../simulator/build.ts';
import type { PoolDescription } from '../../../simulator/description.ts';
import type { Json } from '../ask.ts';
import { oneCluster } from '../one.ts';

async function list(changes: ClusterChanges, path: string): Promise<readonly Json[]> {
  const { body } = await oneCluster(changes).kubernetes(path);
  return body.items;
}

async function nodeOf(given: Partial<PoolDescription>): Promise<Json> {
  const pools = [systemPool(), pool('extra', { count: 1, ...given })];
  const nodes = await list({ pools, digits: '12345678' }, '/api/v1/nodes');
  return nodes.find(({ metadata }) => !metadata.name.includes('-system-'));
}

const machines =
  'azure:///subscriptions/00000000-0000-0000-0000-0000000000a1/resourceGroups/mc_rg-plain_plain_westeurope/providers/Microsoft.Compute';

describe('nodes by the kind of their pool', () => {
  test.each([
    [
      'VirtualMachineScaleSets',
      'aks-extra-12345678-vmss000000',
      `${machines}/virtualMachineScaleSets/aks-extra-12345678-vmss/virtualMachines/0`,
    ],
    ['AvailabilitySet', 'aks-extra-12345678-0', `${machines}/virtualMachines/aks-extra-12345678-0`],
    [
      'VirtualMachines',
      'aks-extra-12345678-vms1',
      `${machines}/virtualMachines/aks-extra-12345678-vms1`,
    ],
    ['VirtualNode', 'virtual-node-aci-linux', undefined],
  ] as const)('%s', async (kind, name, providerID) => {
    const node = await nodeOf({ kind });
    expect(node.metadata.name).toBe(name);
    expect(node.spec.providerID).toBe(providerID);
  });

  test('auto-provisioned: empty pool labels, the pool under its own name', async () => {
    const { metadata, spec } = await nodeOf({ kind: 'NodeAutoProvisioning' });
    expect(metadata.name).toMatch(/^aks-extra-[a-z0-9]{5}$/u);
    expect(metadata.labels).toMatchObject({
      agentpool: '',
      'kubernetes.azure.com/agentpool': '',
      'kubernetes.azure.com/mode': 'user',
      'karpenter.sh/nodepool': 'extra',
    });
    expect(metadata.labels['kubernetes.azure.com/nodepool-type']).toBeUndefined();
    expect(spec.providerID).toBe(`${machines}/virtualMachines/${metadata.name}`);
  });

  test('virtual: kept out of load balancers by its label, and of pods by its taint', async () => {
    const { metadata, spec } = await nodeOf({ kind: 'VirtualNode' });
    expect(metadata.labels).toMatchObject({
      type: 'virtual-kubelet',
      'node.kubernetes.io/exclude-from-external-load-balancers': 'true',
    });
    expect(spec.taints).toEqual([
      { key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' },
    ]);
  });

  test('spot and Windows', async () => {
    const spot = await nodeOf({ spot: true });
    expect(spot.metadata.labels['kubernetes.azure.com/scalesetpriority']).toBe('spot');
    expect(spot.spec.taints).toEqual([
      { key: 'kubernetes.azure.com/scalesetpriority', value: 'spot', effect: 'NoSchedule' },
    ]);
    const windows = await nodeOf({ os: 'Windows' });
    expect(windows.metadata.name).toBe('aksextra000000');
    expect(windows.metadata.labels['kubernetes.io/os']).toBe('windows');
  });
});

test('the number of an instance is base 36 in the name and decimal in the id', async () => {
  const nodes = await list({ pools: [systemPool({ count: 40 })] }, '/api/v1/nodes');
  const last: Json = nodes.at(-1);
  expect(last.metadata.name).toMatch(/vmss000013$/u);
  expect(last.spec.providerID).toMatch(/\/virtualMachines\/39$/u);
});

test.each([
  [{ ready: 'False' as const }, 'node.kubernetes.io/not-ready', 'False'],
  [{ ready: 'Unknown' as const }, 'node.kubernetes.io/unreachable', 'Unknown'],
  [{ cordoned: true }, 'node.kubernetes.io/unschedulable', 'True'],
  [{ taints: ['key:NoExecute'] }, 'key', 'True'],
])('a node that is odd: %j', async (change, taint, ready) => {
  const { spec, status } = await nodeOf({ oddNodes: [{ index: 0, ...change }] });
  expect(spec.taints[0].key).toBe(taint);
  expect(spec.unschedulable).toBe('cordoned' in change ? true : undefined);
  expect(status.conditions.find(({ type }: Json) => type === 'Ready').status).toBe(ready);
});

async function zones(given: readonly string[]): Promise<readonly string[]> {
  const nodes = await list({ pools: [systemPool({ count: 3, zones: given })] }, '/api/v1/nodes');
  return nodes.map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone']);
}

test('zones are dealt to the nodes; without any there is a fault domain', async () => {
  expect(await zones(['1', '2'])).toEqual(['westeurope-1', 'westeurope-2', 'westeurope-1']);
  expect(await zones([])).toEqual(['0', '0', '0']);
});

describe('Services', () => {
  const services = [
    service('shop/local'),
    service('shop/cluster', { policy: 'Cluster', sessionAffinity: 'ClientIP' }),
    service('shop/waiting', { loadBalancer: undefined }),
    clusterIp('shop/inside'),
  ];

  test('have a health check port only with Local, and an address only once Azure made one', async () => {
    const found = new Map(
      (await list({ services }, '/api/v1/namespaces/shop/services')).map((each) => [
        each.metadata.name,
        each,
      ]),
    );
    const local: Json = found.get('local');
    expect(local.spec.healthCheckNodePort).toBeGreaterThanOrEqual(30_000);
    expect(local.status.loadBalancer.ingress).toEqual([
      { ip: expect.stringMatching(/^20\.50\./u), ipMode: 'VIP' },
    ]);
    const cluster: Json = found.get('cluster');
    expect(cluster.spec.healthCheckNodePort).toBeUndefined();
    expect(cluster.spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
    expect(found.get('waiting')?.status.loadBalancer).toEqual({});
    expect(found.get('inside')?.spec.externalTrafficPolicy).toBeUndefined();
  });

  test('no two share a node port', async () => {
    const many = Array.from({ length: 400 }, (_, at) => service(`shop/s${at}`));
    const ports = (await list({ services: many }, '/api/v1/namespaces/shop/services')).flatMap(
      ({ spec }) => [spec.ports[0].nodePort, spec.healthCheckNodePort],
    );
    expect(new Set(ports).size).toBe(800);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...ports)).toBeLessThanOrEqual(32_767);
  });
});

describe('endpoint slices', () => {
  const path = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';

  test('hold a hundred endpoints each, every pod once', async () => {
    const on = Array.from({ length: 250 }, (_, at) => `user-${at % 3}`);
    const slices = await list(
      { services: [service('shop/web')], workloads: [deployment('shop/web', on)] },
      path,
    );
    expect(slices.map(({ endpoints }) => endpoints.length)).toEqual([100, 100, 50]);
    const pods = slices.flatMap(({ endpoints }) =>
      endpoints.map(({ targetRef }: Json) => targetRef.name),
    );
    expect(new Set(pods).size).toBe(250);
    expect(slices[0].metadata.labels['kubernetes.io/service-name']).toBe('web');
  });

  test('say what is ready, serving and terminating, with the node and zone', async () => {
    const [slice] = await list(
      {
        services: [service('shop/web')],
        workloads: [
          deployment('shop/web', [
            'user-0',
            { node: 'user-1', ready: false },
            { node: 'user-2', terminating: true },
          ]),
        ],
      },
      path,
    );
    expect(slice.endpoints.map(({ conditions }: Json) => conditions)).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: false, terminating: false },
      { ready: false, serving: true, terminating: true },
    ]);
    expect(slice.endpoints[0]).toMatchObject({
      nodeName: expect.stringMatching(/^aks-user-/u),
      zone: 'westeurope-1',
    });
  });

  test('a Service that selects nothing has an empty one', async () => {
    const slices = await list({ services: [service('shop/web')] }, path);
    expect(slices.map(({ endpoints }) => endpoints)).toEqual([[]]);
  });
});

function ownersOf({ metadata }: Json): Json {
  return metadata.ownerReferences;
}

function referenceTo({ metadata: { name, uid } }: Json, kind: string): Json {
  return expect.objectContaining({ kind, name, uid });
}

test('a pod points at its owner, a ReplicaSet at the Deployment', async () => {
  const changes = { workloads: [deployment('shop/web', ['user-0'])] };
  const [pod] = await list(changes, '/api/v1/namespaces/shop/pods');
  const [set] = await list(changes, '/apis/apps/v1/namespaces/shop/replicasets');
  const [owner] = await list(changes, '/apis/apps/v1/namespaces/shop/deployments');
  expect(ownersOf(pod)).toEqual([referenceTo(set, 'ReplicaSet')]);
  expect(ownersOf(set)).toEqual([referenceTo(owner, 'Deployment')]);
  expect(pod.metadata.name.startsWith(`${set.metadata.name}-`)).toBe(true);
  expect(pod.metadata.generateName).toBe(`${set.metadata.name}-`);
});
