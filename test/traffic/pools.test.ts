import { describe, expect, test } from '@jest/globals';
import { armId, read, type ClusterSnapshot, type LoadBalancer } from '../../shared/model/index.ts';
import { trafficOfServices } from '../../shared/traffic/index.ts';
import {
  childId,
  cluster,
  endpoint,
  ipMember,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
  staleMember,
} from '../builders/index.ts';
import { a, b, onBoth, onlyPort } from './ports.ts';

/** Who is in a pool, why others are not, and what of it cannot be known. */

function own(poolName: string, members = [ipMember(a)]): LoadBalancer {
  return loadBalancer({ name: 'team-a', poolName, members });
}

describe('several Standard load balancers', () => {
  test('the own pool of a Local Service that has not followed the pods', () => {
    const port = onlyPort({ loadBalancers: [own('shop-web')] });
    expect(port).toMatchObject({ backendPool: 'shop-web', verdict: 'starved', lost: 0 });
    expect(port.endpoints).toMatchObject([
      { pod: 'x', share: 1 },
      { pod: 'y', share: 0, because: 'node-not-in-backend-pool', cause: 'local-pool-drift' },
    ]);
  });

  test('its pool of IPv6 ends in lower case', () => {
    const six = slice([endpoint('x', 'user-0'), endpoint('y', 'user-1')], { addressType: 'IPv6' });
    const port = onlyPort({
      services: [service({ ipFamilies: ['IPv6'] })],
      endpointSlices: [six],
      loadBalancers: [own('shop-web-ipv6')],
    });
    expect(port.endpoints[1]).toMatchObject({ cause: 'local-pool-drift' });
  });

  test('a Service called …-ipv6 keeps its IPv4 rule', () => {
    const port = onlyPort({
      services: [service({ name: 'web-ipv6' })],
      endpointSlices: [slice(onBoth, { service: 'web-ipv6' })],
      loadBalancers: [own('shop-web-ipv6', [])],
    });
    expect(port).toMatchObject({
      family: 'IPv4',
      backendPool: 'shop-web-ipv6',
      verdict: 'none',
      lost: 1,
    });
    expect(port.endpoints[0]).toMatchObject({
      because: 'node-not-in-backend-pool',
      cause: 'local-pool-drift',
    });
  });

  test('in the shared pool of one of them a node may simply be missing', () => {
    expect(onlyPort({ loadBalancers: [own('kubernetes')] }).endpoints[1]).toMatchObject({
      because: 'node-not-in-backend-pool',
      cause: 'node-missing-from-pool',
    });
  });
});

describe('backends of a large pool', () => {
  test.each([
    { count: 200, listed: 200 },
    { count: 201, listed: 22 },
  ])('of $count, $listed are listed', ({ count, listed }) => {
    const nodes = Array.from({ length: count }, (_, at) =>
      node(`n-${String(at).padStart(3, '0')}`),
    );
    const endpointSlices = [slice([endpoint('x', 'n-199'), endpoint('y', 'n-001')])];
    const { backends, backendTotals } = onlyPort({
      nodes,
      endpointSlices,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
    });
    expect(backendTotals.members).toBe(count);
    expect(backends).toHaveLength(listed);
    expect(backends.filter(({ up }) => up).map((each) => each.node)).toEqual(['n-001', 'n-199']);
  });
});

describe('the members of a pool', () => {
  test('by address and by NIC at once, each node counts once', () => {
    const members = [nicMember(a), ipMember(a), ipMember(b)];
    expect(onlyPort({ loadBalancers: [loadBalancer({ members })] })).toMatchObject({
      verdict: 'even',
      backendTotals: { members: 2, up: 2 },
    });
  });

  test('of several pools of one rule, all count', () => {
    const first = loadBalancer({ members: [nicMember(a)] });
    const second = {
      id: childId('kubernetes', 'backendAddressPools', 'more'),
      name: 'more',
      members: [nicMember(b)],
    };
    const [rule] = first.rules;
    const rules =
      rule === undefined ? [] : [{ ...rule, backendPoolIds: [...rule.backendPoolIds, second.id] }];
    const loadBalancers = [{ ...first, backendPools: [...first.backendPools, second], rules }];
    expect(onlyPort({ loadBalancers }).verdict).toBe('even');
  });

  test('a NIC that another load balancer holds', () => {
    const held = loadBalancer({
      name: 'appgw',
      key: `a${'1'.repeat(31)}`,
      members: [nicMember(b)],
    });
    const port = onlyPort({ loadBalancers: [loadBalancer({ members: [nicMember(a)] }), held] });
    expect(port.endpoints[1]).toMatchObject({ share: 0, cause: 'held-by-other-load-balancer' });
  });

  test('the internal twin does not hold it', () => {
    const twin = loadBalancer({
      name: 'kubernetes-internal',
      key: `a${'1'.repeat(31)}`,
      members: [nicMember(b)],
    });
    const port = onlyPort({ loadBalancers: [loadBalancer({ members: [nicMember(a)] }), twin] });
    expect(port.endpoints[1]).toMatchObject({ cause: 'node-missing-from-pool' });
  });

  test('entries of one machine with two admin states: the one that lets more through counts, in any order', () => {
    const down = { ...nicMember(a), adminState: 'down' };
    for (const members of [
      [down, ipMember(a)],
      [ipMember(a), down],
    ])
      expect(onlyPort({ loadBalancers: [loadBalancer({ members })] }).backendTotals).toEqual({
        members: 1,
        up: 1,
      });
  });

  test('an entry that is no node stays apart from a node of the same name', () => {
    const odd = { kind: 'nic' as const, ipConfigurationId: armId('user-0') };
    const loadBalancers = [
      loadBalancer({ members: [nicMember(a), odd, staleMember()], probe: 'none' }),
    ];
    expect(onlyPort({ loadBalancers }).backendTotals).toEqual({ members: 3, up: 3 });
  });
});

describe('what was not read', () => {
  test('NICs of machines that stand alone: the port is unknown, since who is a member is', () => {
    const member = {
      kind: 'nic' as const,
      ipConfigurationId: armId(
        '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n/ipConfigurations/c',
      ),
    };
    const port = onlyPort({
      networkInterfaces: { kind: 'unread', why: '403' },
      loadBalancers: [loadBalancer({ members: [nicMember(a), member] })],
    });
    expect(port).toMatchObject({
      verdict: 'unknown',
      why: 'networkInterfaces: 403',
      lost: 0,
      endpoints: [],
    });
  });

  test('a Service of another controller, one that is young, one that says what nobody knows', () => {
    const takenAt = '2026-11-23T06:00:00Z';
    const young = { createdAt: '2026-11-23T05:55:00Z', ingressIps: [] };
    const why = [
      service({ loadBalancerClass: 'example.com/lb' }),
      service(young),
      service({ ...young, ingressIps: ['20.50.10.10'] }),
      service({ externalTrafficPolicy: 'Sideways' }),
      service({ ports: [], unreadablePorts: 'it names no port' }),
    ].map((each) => {
      const snapshot: ClusterSnapshot = { ...cluster({ services: [each] }), takenAt };
      return trafficOfServices(snapshot)[0]?.why;
    });
    expect(why).toEqual([
      'another controller serves loadBalancerClass example.com/lb',
      'the Service is less than 10 minutes old and has no address yet',
      undefined,
      'externalTrafficPolicy Sideways is not a known value',
      'it names no port',
    ]);
  });

  test('a Service that is being deleted is left out', () => {
    const services = read([service({ deleting: true })]);
    expect(trafficOfServices(cluster({ services }))).toEqual([]);
  });
});
