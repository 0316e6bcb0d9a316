import { describe, expect, test } from '@jest/globals';
import type { PlanRequest } from '../../shared/plan/run.ts';
import { deletionOf, nodePoolChange, type Plan } from '../../shared/plan/index.ts';
import type { KubernetesTransport } from '../../shared/collect/index.ts';
import { unread } from '../../shared/model/index.ts';
import {
  azure,
  cluster,
  endpoint,
  managedCluster,
  node,
  service,
  slice,
  workload,
  pinned,
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
        text: '--delete Service/shop/nope: there is no such Service of type LoadBalancer in the cluster',
      },
    ]);
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
    expect(after.likely.endpoints.map(({ pod }) => pod)).toEqual(['web-a', 'web-b', 'web-new-1']);
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

  test('that no node takes stays Pending', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { manifests: deployment({}, { nodeSelector: { disk: 'ssd' } }) },
    );
    expect(plan.placements).toMatchObject([{ pending: 2, nodeCount: 0 }]);
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
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

  test('that loses some of its nodes: which is not known, and so are its Services', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 1 }) });
    expect(webOf(plan)).toMatchObject({
      effect: 'unknown',
      port: { after: { certainty: 'unknown' } },
    });
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
    [{ name: 'x', taints: [], labels: [], count: -1 }, 'a whole number from 0'],
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
