import { describe, expect, test } from '@jest/globals';
import { armId, unread, type ServiceEvent } from '../../shared/model/index.ts';
import {
  azure,
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  service,
  slice,
  workload,
} from '../builders/index.ts';
import { applied, deletions, deployment, key, manifest, pool, webOf } from './changes.ts';
import { planOf } from './read-case.ts';

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

  test('beyond the last free node port: one line for all of them, and the rest is planned', async () => {
    // All ports of the range but one.
    const ports = Array.from({ length: 2767 }, (_, index) => ({
      name: `p${index}`,
      port: 1 + index,
      targetPort: 1 + index,
      protocol: 'TCP',
      nodePort: 30_000 + index,
    }));
    const full = cluster({
      nodePortServices: [
        { namespace: 'shop', name: 'all', externalTrafficPolicy: 'Cluster', ports },
      ],
    });
    const names = ['a', 'b', 'c', 'd'];
    const manifests = names.map((name) => manifest({}, { name })).join('\n---\n');
    const plan = await planOf({ snapshot: full }, { manifests });
    expect(plan.problems.map(({ text }) => text)).toEqual([
      'Service shop/b: no node port of the range 30000-32767 is left, nor for 2 more',
    ]);
    expect(plan.changes.map(({ name }) => name)).toEqual(['a']);
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

  const named = workload({
    replicas: 2,
    spec: { ports: [{ name: 'web', containerPort: 8080, hostIp: '', protocol: 'TCP' }] },
  });

  test.each([
    ['the number that it has', 8080, named, [], 'even'],
    ['a name that a container has', 'web', named, [], 'even'],
    [
      'a number that no container declares',
      9999,
      named,
      [
        'targetPort of 80/TCP: 8080 → 9999',
        'no container of its pods declares port 9999: whether anything listens there is not known',
      ],
      'even',
    ],
    [
      'a number that a container declares',
      9999,
      workload({
        replicas: 2,
        spec: { ports: [{ name: '', containerPort: 9999, hostIp: '', protocol: 'TCP' }] },
      }),
      ['targetPort of 80/TCP: 8080 → 9999'],
      'even',
    ],
    [
      'a name that no container has',
      'http',
      named,
      ['targetPort of 80/TCP: 8080 → http, which no container of its pods has'],
      'none',
    ],
  ] as const)('whose targetPort is %s', async (_, targetPort, behind, said, verdict) => {
    const plan = await planOf(
      { snapshot: cluster({ deployments: [behind] }) },
      { manifests: manifest({ ports: [{ name: 'http', port: 80, targetPort }] }) },
    );
    const [change] = plan.changes;
    expect(change?.action).toBe(said.length > 0 ? 'update' : 'unchanged');
    expect([...(change?.fields ?? []), ...(change?.notes ?? []).slice(1)]).toEqual(said);
    const port = plan.services[0]?.ports[0];
    expect(port?.after ?? { verdict: 'even' }).toMatchObject({ verdict });
    expect(plan.effect).toBe(verdict === 'none' ? 'worse' : 'same');
  });

  test('that is new and names a targetPort that no container has gets no traffic', async () => {
    const plan = await planOf(
      { snapshot: cluster({ deployments: [named] }) },
      {
        manifests: manifest(
          { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
          { name: 'second' },
        ),
      },
    );
    expect(plan.services).toMatchObject([
      { name: 'second', effect: 'worse', ports: [{ after: { verdict: 'none' } }] },
    ]);
  });

  test('whose targetPort is a number in quotes is refused', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      { manifests: manifest({ ports: [{ name: 'http', port: 80, targetPort: '8080' }] }) },
    );
    expect(plan.problems).toMatchObject([
      {
        text: 'Service shop/web: targetPort "8080" is a text, which must be the name of a container port; write the number without quotes',
      },
    ]);
  });

  const blind = cluster({ loadBalancers: unread('403') });

  test.each([
    ['the Service changes', blind, { manifests: manifest({ externalTrafficPolicy: 'Cluster' }) }],
    ['its pods change', blind, { manifests: deployment({ replicas: 1 }) }],
    ['nodes come', blind, { nodePools: pool('extra', { count: 1 }) }],
    [
      'it becomes known, and worse than even',
      cluster({
        services: [service({ selector: undefined })],
        endpointSlices: [slice([{ ...endpoint('web-a', 'user-0'), pod: undefined }])],
      }),
      { manifests: manifest({ selector: { app: 'nothing' } }) },
    ],
  ] as const)('whose traffic is not known is no pass where %s', async (_, snapshot, change) => {
    const plan = await planOf({ snapshot }, change);
    expect(webOf(plan)).toMatchObject({
      effect: 'unknown',
      port: { before: { verdict: 'unknown' } },
    });
    expect(plan.effect).toBe('unknown');
  });

  test('whose traffic is not known is left out where nothing of it changes', async () => {
    const plan = await planOf(
      { snapshot: blind },
      { nodePools: pool('user', { labels: ['tier=web'] }) },
    );
    expect(plan).toMatchObject({ effect: 'same', services: [], unchangedServices: 1 });
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
