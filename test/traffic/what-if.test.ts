import { describe, expect, test } from '@jest/globals';
import {
  armId,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerRule,
} from '../../shared/model/index.ts';
import {
  predict,
  reconciledWith,
  serviceSituation,
  withClusterPolicy,
  withEndpointsOn,
  withReconcile,
  withoutAnnotations,
  type SituationChange,
} from '../../shared/traffic/index.ts';
import {
  azure,
  cluster,
  dualStack,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
} from '../builders/index.ts';

const system = node('system-0');
const user = [node('user-0'), node('user-1')];
const nodes = [system, ...user];

/** The article's Service: one pod on the only member, two on a node that is none. */
const article = cluster({
  nodes,
  loadBalancers: [loadBalancer({ sku: 'basic', members: [nicMember(system)] })],
  endpointSlices: [
    slice([endpoint('a', 'system-0'), endpoint('b', 'user-0'), endpoint('c', 'user-0')]),
  ],
});

const onStandard = reconciledWith({ onto: (balancer) => ({ ...balancer, sku: 'standard' }) });

function after(snapshot: ClusterSnapshot, ...changes: readonly SituationChange[]) {
  const [web] = valueOr(snapshot.services, []);
  if (web === undefined) throw new Error('the snapshot has no Service');
  const { ports } = predict(serviceSituation(snapshot, web), ...changes);
  const port = ports.at(-1);
  return {
    verdict: port?.verdict,
    lost: port?.lost,
    shares: port?.endpoints.map(({ share }) => Number(share.toFixed(4))),
    probe: port?.probe?.port,
  };
}

/** One number for both protocols, each with its own node port; the UDP rule was edited by hand. */
function dns(change: Partial<LoadBalancerRule>): ClusterSnapshot {
  const ports = [{ port: 53 }, { port: 53, protocol: 'udp' }];
  const balancer = loadBalancer({ members: nodes.map(nicMember), probe: 'none', ports });
  const rules = balancer.rules.map((each) => ({
    ...each,
    floatingIp: false,
    backendPort: 30_053,
    ...(each.protocol === 'udp' && { backendPort: 30_054, ...change }),
  }));
  const udp = { name: 'udp', protocol: 'UDP', port: 53, nodePort: 30_054 };
  return cluster({
    nodes,
    services: [
      service({
        externalTrafficPolicy: 'Cluster',
        annotations: azure({ 'azure-disable-load-balancer-floating-ip': 'true' }),
        ports: [{ name: 'tcp', protocol: 'TCP', port: 53, nodePort: 30_053 }, udp],
      }),
    ],
    loadBalancers: [{ ...balancer, rules }],
    endpointSlices: [
      slice([endpoint('a', 'user-0'), endpoint('b', 'user-1')], {
        ports: [{ name: 'udp', protocol: 'UDP', port: 5353 }],
      }),
    ],
  });
}

describe('the rules of the cloud provider', () => {
  test.each([
    { name: 'another backend port', change: { backendPort: 30_099 } },
    { name: 'another frontend port', change: { frontendPort: 54 } },
    { name: 'another protocol and port', change: { protocol: 'tcp', frontendPort: 54 } },
  ])('$name of the UDP rule is put right, by its own node port', ({ change }) => {
    const edited = dns(change);
    expect(after(edited)).toMatchObject({ verdict: 'none', lost: 1 });
    expect(after(edited, withReconcile)).toMatchObject({ verdict: 'even', lost: 0 });
  });
});

test('each address family keeps its own frontend and pool', () => {
  const both = dualStack(nodes.map(nicMember), nodes.map(nicMember));
  const rules = both.rules.map((each, index) => ({
    ...each,
    frontendId: armId(`${both.id}/frontendIPConfigurations/${index}`),
  }));
  const web = service({ ipFamilies: ['IPv4', 'IPv6'] });
  const snapshot = cluster({ nodes, services: [web], loadBalancers: [{ ...both, rules }] });
  const reconciled = withReconcile(serviceSituation(snapshot, web));
  expect(
    reconciled.rules.map(({ ipv6, rule }) => [ipv6, rule.frontendId, rule.backendPoolIds]),
  ).toEqual(
    rules.map(({ frontendId, backendPoolIds }, index) => [index === 1, frontendId, backendPoolIds]),
  );
});

describe('what a change would do', () => {
  test.each([
    { name: 'nothing', changes: [], verdict: 'starved', shares: [1, 0, 0], probe: 31_000 },
    {
      name: 'Cluster: every pod from every node, by a probe of the node port',
      changes: [withClusterPolicy],
      verdict: 'even',
      shares: [0.3333, 0.3333, 0.3333],
      probe: 30_080,
    },
    {
      name: 'Standard, where all nodes become members: per node',
      changes: [onStandard],
      verdict: 'uneven',
      shares: [0.5, 0.25, 0.25],
      probe: 31_000,
    },
    {
      name: 'the same, and pods moved, one per node',
      changes: [onStandard, withEndpointsOn(nodes)],
      verdict: 'even',
      shares: [0.3333, 0.3333, 0.3333],
      probe: 31_000,
    },
    {
      name: 'pods moved away from the only member',
      changes: [withEndpointsOn(user)],
      verdict: 'none',
      shares: [0, 0, 0],
      probe: 31_000,
    },
  ])('$name -> $verdict', ({ changes, verdict, shares, probe }) => {
    const outcome = after(article, ...changes);
    expect(outcome).toMatchObject({ verdict, shares, probe });
    expect((outcome.lost ?? 0) + shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
  });

  test('a probe override taken away: the health check takes nodes without pods out', () => {
    const key = 'service.beta.kubernetes.io/port_80_health-probe_port';
    const snapshot = cluster({
      nodes,
      services: [service({ annotations: new Map([[key, '10256']]) })],
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'kube-proxy' })],
      endpointSlices: [slice([endpoint('a', 'user-0'), endpoint('b', 'user-1')])],
    });
    expect(after(snapshot)).toMatchObject({ verdict: 'lost', lost: 1 / 3 });
    expect(after(snapshot, withoutAnnotations(key))).toMatchObject({
      verdict: 'even',
      lost: 0,
      shares: [0.5, 0.5],
    });
  });

  test('Cluster where the cluster shares probes: the shared one, read from another rule', () => {
    const shared = loadBalancer({
      name: 'kubernetes-internal',
      probe: { name: 'cluster-service-shared-health-probe', port: 10_356, protocol: 'http' },
      key: 'a0000000000000000000000000000000',
    });
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) }), shared],
    });
    expect(after(snapshot, withClusterPolicy).probe).toBe(10_356);
  });

  test('several load balancers: Cluster leaves the pool of the Service for the shared one', () => {
    const own = loadBalancer({ members: user.map(nicMember), poolName: 'shop-web' });
    const pool = loadBalancer({ members: [nicMember(system)] }).backendPools;
    const snapshot = cluster({
      nodes,
      loadBalancers: [{ ...own, backendPools: [...own.backendPools, ...pool] }],
    });
    const [web] = valueOr(snapshot.services, []);
    if (web === undefined) throw new Error('the snapshot has no Service');
    const [port] = predict(serviceSituation(snapshot, web), withClusterPolicy).ports;
    expect(port?.backendPool).toBe('kubernetes');
  });

  test('the situation that was asked about stays as it was', () => {
    const [web] = valueOr(article.services, []);
    if (web === undefined) throw new Error('the snapshot has no Service');
    const situation = serviceSituation(article, web);
    const before = JSON.stringify(predict(situation));
    predict(situation, withClusterPolicy, withReconcile, withEndpointsOn(user));
    expect(JSON.stringify(predict(situation))).toBe(before);
  });
});
