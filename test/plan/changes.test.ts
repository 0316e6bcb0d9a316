import { describe, expect, test } from '@jest/globals';
import type { PlanRequest } from '../../shared/plan/run.ts';
import { deletionOf, nodePoolChange, type Plan } from '../../shared/plan/index.ts';
import type { KubernetesTransport } from '../../shared/collect/index.ts';
import { armId, compareText, unread, type ServiceEvent } from '../../shared/model/index.ts';
import {
  azure,
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  node,
  nicMember,
  nodePool,
  pod,
  service,
  slice,
  workload,
  pinned,
  taint,
} from '../builders/index.ts';
import { planOf } from './read-case.ts';

const key = (name: string): string => `service.beta.kubernetes.io/${name}`;

/** Service `shop/web` as a manifest, with a spec beside its own. */
function manifest(spec: object, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }], ...spec },
  });
}

/** Deployment `shop/web` as a manifest. */
function deployment(spec: object, podSpec: object = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
      ...spec,
    },
  });
}

/** A server with last applied configurations of `shop/web`. */
function applied(configuration: object): KubernetesTransport {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(configuration),
  };
  return {
    get: (path) =>
      Promise.resolve({
        status: 200,
        source: path,
        body: JSON.stringify({
          kind: path.endsWith('services') ? 'ServiceList' : 'DeploymentList',
          items: path.endsWith('services')
            ? [{ metadata: { namespace: 'shop', name: 'web', annotations } }]
            : [],
        }),
      }),
  };
}

function webOf(plan: Plan) {
  const web = plan.services.find(({ name }) => name === 'web');
  const [port] = web?.ports ?? [];
  if (web === undefined || port === undefined) throw new Error('shop/web does not change');
  return { ...web, port };
}

function inZone(name: string, zone: string) {
  return node(name, { labels: new Map([['topology.kubernetes.io/zone', `eu-${zone}`]]) });
}

function pool(name: string, changes: Partial<Parameters<typeof nodePoolChange>[0]>) {
  const change = nodePoolChange({ name, taints: [], labels: [], ...changes });
  if (typeof change === 'string') throw new Error(change);
  return [change];
}

function deletions(...texts: readonly string[]): PlanRequest['deletions'] {
  return texts.map((text) => {
    const deletion = deletionOf(text);
    if (typeof deletion === 'string') throw new Error(deletion);
    return deletion;
  });
}

describe('a Service', () => {
  test('that becomes Cluster: a probe of its own, the address of a node', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      { manifests: manifest({ externalTrafficPolicy: 'Cluster' }) },
    );
    const { port } = webOf(plan);
    expect(port.before).toMatchObject({ verdict: 'even', sourceAddress: 'client' });
    expect(port.after).toMatchObject({
      certainty: 'exact',
      verdict: 'even',
      sourceAddress: 'node',
      probe: { protocol: 'Tcp', port: 30_080 },
    });
    expect(plan.changes[0]?.fields).toContain('externalTrafficPolicy: Local → Cluster');
  });

  test('whose manifest leaves out an annotation that was applied loses it', async () => {
    const live = service({ annotations: azure({ port_80_no_probe_rule: 'true' }) });
    const cluster1 = { snapshot: cluster({ services: [live] }) };
    const last = { metadata: { annotations: { [key('port_80_no_probe_rule')]: 'true' } } };
    const plan = await planOf(
      { ...cluster1, kubernetes: applied(last) },
      { manifests: manifest({}) },
    );
    expect(plan.changes[0]?.fields).toEqual([
      `annotation ${key('port_80_no_probe_rule')}: true → (none)`,
    ]);
    expect(plan.changes[0]?.notes).toEqual([]);
    expect(webOf(plan).port.after).toMatchObject({ probe: { protocol: 'Http', port: 31_000 } });
  });

  test('whose annotation nobody applied keeps it, and the plan says so', async () => {
    const live = service({ annotations: azure({ port_80_no_probe_rule: 'true' }) });
    const plan = await planOf(
      { snapshot: cluster({ services: [live] }) },
      { manifests: manifest({}) },
    );
    expect(plan.changes[0]).toMatchObject({
      action: 'unchanged',
      notes: [expect.stringContaining('no last applied configuration')],
    });
  });

  test('whose annotation is null loses it', async () => {
    const live = service({ annotations: azure({ port_80_no_probe_rule: 'true' }) });
    const plan = await planOf(
      { snapshot: cluster({ services: [live] }) },
      { manifests: manifest({}, { annotations: { [key('port_80_no_probe_rule')]: null } }) },
    );
    expect(plan.changes[0]?.action).toBe('update');
  });

  test('with a port more keeps the one that nobody applied', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      { manifests: manifest({ ports: [{ name: 'https', port: 443 }] }) },
    );
    expect(webOf(plan).ports.map(({ port, after }) => [port, after?.certainty])).toEqual([
      [80, 'exact'],
      [443, 'exact'],
    ]);
  });

  test('of another type has no load balancer any more', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      { manifests: manifest({ type: 'ClusterIP' }) },
    );
    expect(webOf(plan)).toMatchObject({ action: 'delete', effect: 'worse' });
  });

  test('that is deleted takes its traffic and its findings with it', async () => {
    const plan = await planOf({ snapshot: cluster() }, { deletions: deletions('svc/shop/web') });
    expect(webOf(plan)).toMatchObject({
      action: 'delete',
      effect: 'worse',
      port: { before: { verdict: 'even' } },
    });
    expect(plan.findings.new).toEqual([]);
  });

  test('that is not there cannot be deleted', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      { deletions: deletions('Service/shop/nope') },
    );
    expect(plan.problems).toEqual([
      {
        text: '--delete Service/shop/nope: the cluster has no such Service of type LoadBalancer or ClusterIP',
      },
    ]);
  });

  test('that becomes internal leaves its public address behind', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      {
        manifests: manifest({}, { annotations: { [key('azure-load-balancer-internal')]: 'true' } }),
      },
    );
    const { before, after } = webOf(plan).port;
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.loadBalancer).toBe('kubernetes-internal');
    expect(after.frontend).not.toBe(before?.frontend);
  });

  test('that asks for what the provider refuses keeps what Azure has', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      {
        manifests: manifest(
          { externalTrafficPolicy: 'Cluster' },
          { annotations: { [key('azure-pip-name')]: 'nobody' } },
        ),
      },
    );
    expect(webOf(plan).notes.join()).toContain('refuses it');
    expect(webOf(plan).port.after).toMatchObject({ probe: { protocol: 'Http', port: 31_000 } });
    expect(plan.findings.new.map(({ finding }) => finding.rule)).toContain(
      'service/public-ip-unusable',
    );
  });

  const failure: ServiceEvent = {
    namespace: 'shop',
    service: 'web',
    reason: 'SyncLoadBalancerFailed',
    type: 'Warning',
    message: 'Error syncing load balancer: RetriesExhausted',
    lastSeen: '2026-11-23T05:59:00Z',
  };

  test('whose last update failed for an unknown reason is unknown once it changes', async () => {
    const plan = await planOf(
      { snapshot: cluster({ serviceEvents: [failure] }) },
      { manifests: manifest({ externalTrafficPolicy: 'Cluster' }) },
    );
    expect(webOf(plan)).toMatchObject({
      effect: 'unknown',
      port: { after: { certainty: 'unknown', why: expect.stringContaining('last update') } },
    });
    expect(plan.findings.gone.map(({ finding }) => finding.rule)).not.toContain(
      'service/sync-failed',
    );
  });

  test('whose last update failed stays as it is when only nodes come', async () => {
    const plan = await planOf(
      { snapshot: cluster({ serviceEvents: [failure] }) },
      { nodePools: pool('extra', { count: 1 }) },
    );
    expect(plan.findings.gone).toEqual([]);
    expect(plan.services).toEqual([]);
  });

  test('that is freed of a conflict by a deletion gets what it asks for', async () => {
    const asks = azure({ 'azure-load-balancer-ipv4': '20.50.10.10' });
    const base = service({ annotations: asks });
    const second = service({
      name: 'second',
      uid: 'b1b2c3d4-0000-4000-8000-000000000002',
      annotations: asks,
      ingressIps: [],
      healthCheckNodePort: 31_001,
    });
    const snapshot = cluster({
      services: [base, second],
      publicIpAddresses: [
        {
          id: armId(
            '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/own',
          ),
          name: 'own',
          resourceGroup: loadBalancer().resourceGroup,
          sku: 'standard',
          address: '20.50.10.10',
          tags: new Map(),
        },
      ],
      endpointSlices: [
        slice([endpoint('web-a', 'user-0')]),
        slice([endpoint('web-a', 'user-0')], { service: 'second', name: 'second-x' }),
      ],
    });
    const plan = await planOf({ snapshot }, { deletions: deletions('svc/shop/web') });
    const follower = plan.services.find(({ name }) => name === 'second');
    expect(plan.findings.gone.map(({ finding }) => finding.rule)).toContain(
      'service/port-conflict',
    );
    expect(follower?.ports[0]).toMatchObject({
      before: { verdict: 'none' },
      after: { verdict: 'even' },
    });
  });

  test('whose probe goes where nothing answers gets nothing', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      {
        manifests: manifest(
          { externalTrafficPolicy: 'Cluster' },
          { annotations: { [key('azure-load-balancer-health-probe-interval')]: 'soon' } },
        ),
      },
    );
    expect(webOf(plan).notes.join()).toContain('the cloud provider refuses it');
  });
});

describe('a Deployment', () => {
  test('with more replicas: those that run stay, the new one goes anywhere that fits', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 3 }) });
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'range') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.likely.endpoints.map((each) => each.pod)).toEqual(['web-a', 'web-b', 'web-new-1']);
    // Beside either of the two, there being no third node that fits.
    expect(after.share).toEqual({ min: 0.25, max: 0.5 });
    expect(plan.placements).toMatchObject([{ pods: 1, nodes: ['user-0', 'user-1'] }]);
  });

  test('with fewer replicas: which go is not known', async () => {
    const snapshot = cluster({
      deployments: [workload({ replicas: 3 })],
      endpointSlices: [
        slice([
          endpoint('web-a', 'user-0'),
          endpoint('web-b', 'user-0'),
          endpoint('web-c', 'user-1'),
        ]),
      ],
    });
    const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 2 }) });
    expect(webOf(plan).port.after).toMatchObject({ certainty: 'exact', verdict: 'even' });
  });

  test('pinned to another pool: its pods go there, and nowhere else', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { manifests: deployment({}, { nodeSelector: { 'kubernetes.io/hostname': 'user-0' } }) },
    );
    expect(webOf(plan).port.after).toMatchObject({ certainty: 'exact', verdict: 'even' });
    expect(plan.placements).toMatchObject([{ pods: 2, nodes: ['user-0'] }]);
  });

  const nowhere = { nodeSelector: { disk: 'ssd' } };

  test('that no node takes stays Pending, and the old pods keep the traffic', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { manifests: deployment({}, nowhere) });
    expect(plan.placements).toMatchObject([
      {
        pods: 1,
        pending: 1,
        nodeCount: 0,
        notes: [expect.stringContaining('2 old pods keep running'), expect.anything()],
      },
    ]);
    expect(plan.services).toEqual([]);
    expect(plan.findings.new.map(({ finding }) => finding.rule)).toContain(
      'placement/unschedulable',
    );
  });

  test('that no node takes and is recreated loses its pods first', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { manifests: deployment({ strategy: { type: 'Recreate' } }, nowhere) },
    );
    expect(plan.placements).toMatchObject([{ pending: 2, nodeCount: 0 }]);
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
  });

  test.each([
    { replicas: 8, strategy: {}, old: 6, pending: 4 },
    { replicas: 2, strategy: { maxUnavailable: 1, maxSurge: 0 }, old: 1, pending: 1 },
    { replicas: 2, strategy: { maxUnavailable: '100%' }, old: 0, pending: 2 },
    { replicas: 3, strategy: { maxUnavailable: 0, maxSurge: '34%' }, old: 3, pending: 2 },
  ])(
    'of $replicas whose new pods fit nowhere keeps $old old ones: $strategy',
    async ({ replicas, strategy, old, pending }) => {
      const pods = Array.from({ length: replicas }, (_, at) =>
        endpoint(`web-${at}`, at % 2 === 0 ? 'user-0' : 'user-1', {
          address: `10.244.1.${at + 1}`,
        }),
      );
      const snapshot = cluster({
        deployments: [workload({ replicas })],
        endpointSlices: [slice(pods)],
      });
      const rolling = { strategy: { type: 'RollingUpdate', rollingUpdate: strategy } };
      const plan = await planOf({ snapshot }, { manifests: deployment(rolling, nowhere) });
      const after = plan.services[0]?.ports[0]?.after;
      const left =
        plan.services.length === 0
          ? replicas
          : after?.certainty === 'exact'
            ? after.endpoints.length
            : NaN;
      expect([left, plan.placements[0]?.pending]).toEqual([old, pending]);
    },
  );

  test('whose pods were Pending: they take the nodes of a new pool', async () => {
    const spec = { nodeSelector: new Map([['tier', 'web']]) };
    const waiting = ['web-7d9f-aaaaa', 'web-7d9f-bbbbb'].map((name) =>
      pod(name, { phase: 'Pending', owner: { kind: 'ReplicaSet', name: 'web-7d9f' } }),
    );
    const snapshot = cluster({
      deployments: [workload({ replicas: 2, spec })],
      endpointSlices: [slice([])],
      pendingPods: waiting,
    });
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('extra', { count: 2, labels: ['tier=web'] }) },
    );
    expect(plan.placements).toMatchObject([{ pods: 2, nodeCount: 2, pending: 0 }]);
    expect(webOf(plan)).toMatchObject({
      effect: 'better',
      port: { before: { verdict: 'none' }, after: { verdict: 'even', certainty: 'exact' } },
    });
  });

  test('with fewer replicas loses those that share their node with most others', async () => {
    const names = ['user-0', 'user-0', 'user-0', 'user-1'];
    const snapshot = cluster({
      deployments: [workload({ replicas: 4 })],
      endpointSlices: [
        slice(names.map((on, at) => endpoint(`web-${at}`, on, { address: `10.244.1.${at + 1}` }))),
      ],
    });
    const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 2 }) });
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.endpoints.map(({ node: on }) => on ?? '').toSorted(compareText)).toEqual([
      'user-0',
      'user-1',
    ]);
  });

  test('that is deleted leaves its Service without pods', async () => {
    const plan = await planOf({ snapshot: cluster() }, { deletions: deletions('deploy/shop/web') });
    expect(webOf(plan)).toMatchObject({
      action: 'unchanged',
      effect: 'worse',
      port: { after: { verdict: 'none' } },
    });
  });
});

describe('a node pool', () => {
  test('with a new NoSchedule taint keeps its pods', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('user', { taints: ['a=b:NoSchedule'] }) },
    );
    expect(plan.services).toEqual([]);
    expect(plan.changes).toMatchObject([
      { kind: 'NodePool', fields: ['taint a=b:NoSchedule added'] },
    ]);
  });

  test('with a new NoExecute taint loses them, and they find no other node', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('user', { taints: ['a=b:NoExecute'] }) },
    );
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
    expect(plan.placements).toMatchObject([{ pods: 2, pending: 2 }]);
  });

  test('without the taint that kept pods off takes them', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      {
        nodePools: pool('system', { taints: ['CriticalAddonsOnly-'] }),
        manifests: deployment({ replicas: 3 }),
      },
    );
    expect(plan.placements[0]?.nodes).toEqual(['system-0', 'user-0', 'user-1']);
  });

  test('scaled to zero: its nodes leave the backend pool, its pods have nowhere to go', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 0 }) });
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
    expect(plan.placements).toMatchObject([{ pods: 2, pending: 2 }]);
  });

  test('scaled to zero: pods that tolerate another pool go there', async () => {
    const spec = {
      tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists', value: '', effect: '' }],
    };
    const snapshot = cluster({ deployments: [workload({ replicas: 2, spec })] });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 0 }) });
    expect(webOf(plan).port.after).toMatchObject({ certainty: 'exact', verdict: 'even' });
  });

  test('that loses some of its nodes: a range over which of them go', async () => {
    const nodes = [0, 1, 2].map((at) => node(`user-${at}`));
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
      deployments: [workload({ replicas: 3 })],
      endpointSlices: [
        slice([
          endpoint('web-a', 'user-0'),
          endpoint('web-b', 'user-0', { address: '10.244.0.2' }),
          endpoint('web-c', 'user-1', { address: '10.244.0.3' }),
        ]),
      ],
    });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 2 }) });
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'range') throw new Error(`certainty is ${after?.certainty}`);
    // Highest numbers first is what a scale set does: the node without pods goes.
    expect(after.likely.endpoints.map(({ share }) => share)).toEqual([0.25, 0.25, 0.5]);
    expect([after.best.verdict, after.worst.verdict]).toEqual(['even', 'uneven']);
    expect(after.share).toEqual({ min: 0.25, max: 0.5 });
    expect(plan.unknown).toEqual([]);
    expect(plan.changes[0]?.notes).toEqual(["which 1 of its 3 nodes go is Azure's choice"]);
  });

  test('that is new joins the backend pool and takes pods that are pinned to it', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      {
        nodePools: pool('extra', { count: 2, labels: ['tier=web'] }),
        manifests: deployment({}, { nodeSelector: { tier: 'web' } }),
      },
    );
    expect(plan.placements).toMatchObject([{ pods: 2, nodeCount: 2, pending: 0 }]);
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.verdict).toBe('even');
    expect(new Set(after.endpoints.map(({ nodePool: name }) => name))).toEqual(new Set(['extra']));
  });

  test('scaled up from zero: its nodes carry its own labels and taints', async () => {
    const gpu = nodePool('gpu', {
      count: 0,
      taints: [taint('sku=gpu:NoSchedule')],
      labels: new Map([['tier', 'gpu']]),
    });
    const snapshot = cluster({
      managedCluster: managedCluster({ nodePools: [nodePool('user'), gpu] }),
      deployments: [workload({ replicas: 2 })],
    });
    const wanted = { nodeSelector: { tier: 'gpu' } };
    const tolerant = { ...wanted, tolerations: [{ key: 'sku', operator: 'Exists' }] };
    const change = { nodePools: pool('gpu', { count: 2 }) };
    const [without, with_] = await Promise.all(
      [wanted, tolerant].map((spec) =>
        planOf({ snapshot }, { ...change, manifests: deployment({}, spec) }),
      ),
    );
    expect(without?.placements).toMatchObject([{ nodeCount: 0 }]);
    expect(with_?.placements).toMatchObject([{ nodeCount: 2, pending: 0 }]);
  });

  test('scaled up: Azure keeps its zones balanced', async () => {
    const snapshot = cluster({
      nodes: [inZone('user-0', '1'), inZone('user-1', '1'), inZone('user-2', '2')],
      deployments: [workload({ replicas: 2 })],
    });
    const spec = { nodeSelector: { 'topology.kubernetes.io/zone': 'eu-2' } };
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('user', { count: 5 }), manifests: deployment({}, spec) },
    );
    expect(plan.placements).toMatchObject([{ nodeCount: 2 }]);
  });

  test.each([
    { change: { count: 0 }, notes: ['AKS refuses this: a system pool has at least one node'] },
    {
      change: { taints: ['a=b:NoSchedule'] },
      notes: [
        'AKS refuses taint a on a system pool: it takes CriticalAddonsOnly, or PreferNoSchedule with any key',
      ],
    },
    { change: { taints: ['a=b:PreferNoSchedule'] }, notes: [] },
    { change: { taints: ['CriticalAddonsOnly=true:NoExecute'] }, notes: [] },
  ])('of mode System with $change: $notes', async ({ change, notes }) => {
    const plan = await planOf({ snapshot: cluster() }, { nodePools: pool('system', change) });
    expect(plan.changes[0]?.notes).toEqual(notes);
  });

  test('with the exclude label leaves the backend pool', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2, spec: pinned('user') })] });
    const plan = await planOf(
      { snapshot },
      {
        nodePools: pool('user', {
          labels: ['node.kubernetes.io/exclude-from-external-load-balancers=true'],
        }),
      },
    );
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
  });

  test.each([
    [{ name: 'x', taints: ['a=b:Never'], labels: [] }, '"a=b:Never" is not a taint'],
    [{ name: 'x', taints: [], labels: ['a'] }, '"a" is not a label'],
    [{ name: 'x', taints: [], labels: [], count: -1 }, 'an integer from 0'],
    [{ name: 'A B', taints: [], labels: [] }, 'is not the name of a node pool'],
  ])('that is misspelled: %j', (text, fault) => {
    expect(nodePoolChange(text)).toContain(fault);
  });
});

test('a node that is not Ready takes no new pod', async () => {
  const nodes = [node('user-0'), node('user-1', { ready: 'false' })];
  const snapshot = cluster({ nodes, deployments: [workload({ replicas: 2 })] });
  const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 3 }) });
  expect(plan.placements).toMatchObject([{ nodes: ['user-0'] }]);
});

describe('a NetworkPolicy', () => {
  const policy = JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'closed', namespace: 'shop' },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  });

  test('that lets nobody in takes the traffic, where policies are enforced', async () => {
    const managed = managedCluster({ networkPolicy: 'azure' });
    const snapshot = cluster({ managedCluster: managed, networkPolicies: [] });
    const plan = await planOf({ snapshot }, { manifests: policy });
    expect(plan.changes).toMatchObject([{ kind: 'NetworkPolicy', action: 'create' }]);
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
  });

  test('where policies were not read is no pass', async () => {
    const snapshot = cluster({ networkPolicies: unread('403') });
    const plan = await planOf({ snapshot }, { manifests: policy });
    expect(plan.effect).toBe('unknown');
    expect(plan.unknown.join()).toContain('networkPolicies were not read');
  });
});
