import { describe, expect, test } from '@jest/globals';
import { armId, type LoadBalancer } from '../../shared/model/index.ts';
import {
  childId,
  cluster,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  port80,
  service,
  serviceKeyOfWeb,
  slice,
} from '../builders/index.ts';
import { a, b, onBoth, onlyPort, portsOf, sharesOf } from './ports.ts';

/** Which rule, family and frontend a port has in Azure, and what of it cannot be known. */

function forAllProtocols(port: number): LoadBalancer {
  return loadBalancer({ members: [a, b].map(nicMember), ports: [{ port, protocol: 'all' }] });
}

describe('the rule of a port', () => {
  test('of two ports each has its own', () => {
    const https = { ...port80, name: 'https', port: 443 };
    const ports = portsOf(
      cluster({
        nodes: [a, b],
        services: [service({ ports: [port80, https] })],
        endpointSlices: [
          slice(onBoth, {
            ports: [
              { name: 'http', port: 8080, protocol: 'TCP' },
              { name: 'https', port: 8443, protocol: 'TCP' },
            ],
          }),
        ],
        loadBalancers: [loadBalancer({ members: [nicMember(a)], ports: [{ port: 80 }] })],
      }),
    );
    expect(ports.map(({ port, verdict, rule }) => [port, verdict, rule])).toEqual([
      [80, 'starved', `${serviceKeyOfWeb}-TCP-80`],
      [443, 'none', undefined],
    ]);
  });

  test('HA ports: the one rule for all ports carries each, UDP too', () => {
    const dns = { ...port80, name: 'dns', protocol: 'UDP', port: 53 };
    const ports = portsOf(
      cluster({
        nodes: [a, b],
        services: [service({ ports: [port80, dns] })],
        endpointSlices: [
          slice(onBoth, {
            ports: [
              { name: 'http', port: 8080, protocol: 'TCP' },
              { name: 'dns', port: 53, protocol: 'UDP' },
            ],
          }),
        ],
        loadBalancers: [
          loadBalancer({ members: [a, b].map(nicMember), ports: [{ port: 0, protocol: 'all' }] }),
        ],
      }),
    );
    expect(ports.map(({ protocol, verdict }) => [protocol, verdict])).toEqual([
      ['TCP', 'even'],
      ['UDP', 'even'],
    ]);
  });

  test('SCTP: a rule of protocol All on the port; one of another port is not it', () => {
    const sctp = { ...port80, protocol: 'SCTP' };
    const changes = {
      services: [service({ ports: [sctp] })],
      endpointSlices: [slice(onBoth, { ports: [{ name: 'http', port: 80, protocol: 'SCTP' }] })],
    };
    expect(onlyPort({ ...changes, loadBalancers: [forAllProtocols(80)] }).verdict).toBe('even');
    expect(onlyPort({ ...changes, loadBalancers: [forAllProtocols(81)] }).verdict).toBe('none');
  });

  test('TCP and UDP of one number are two ports with two rules', () => {
    const udp = { ...port80, name: 'quic', protocol: 'UDP' };
    const ports = portsOf(
      cluster({
        nodes: [a, b],
        services: [service({ ports: [port80, udp] })],
        endpointSlices: [
          slice([endpoint('x', 'user-0')]),
          slice([endpoint('z', 'user-1')], {
            name: 'web-quic',
            ports: [{ name: 'quic', port: 8080, protocol: 'UDP' }],
          }),
        ],
        loadBalancers: [
          loadBalancer({
            members: [a, b].map(nicMember),
            ports: [{ port: 80 }, { port: 80, protocol: 'udp' }],
          }),
        ],
      }),
    );
    // The health check counts ready pods of the Service, whichever port they serve: half is lost on each.
    expect(ports.map((port) => [sharesOf(port), port.lost])).toEqual([
      [{ x: 0.5 }, 0.5],
      [{ z: 0.5 }, 0.5],
    ]);
  });

  test('rule names in another letter case are the same rules', () => {
    const shouting = loadBalancer({ members: [a, b].map(nicMember) });
    const rules = shouting.rules.map((rule) => ({ ...rule, name: rule.name.toUpperCase() }));
    expect(onlyPort({ loadBalancers: [{ ...shouting, rules }] }).verdict).toBe('even');
  });

  test('a rule of another Service is not it', () => {
    const other = loadBalancer({ members: [a, b].map(nicMember), key: `a${'0'.repeat(31)}` });
    expect(onlyPort({ loadBalancers: [other] })).toMatchObject({ verdict: 'none', lost: 1 });
  });

  test('a rule that leads nowhere makes the port unknown', () => {
    const whole = loadBalancer({ members: [a, b].map(nicMember) });
    expect(onlyPort({ loadBalancers: [{ ...whole, probes: [] }] })).toMatchObject({
      verdict: 'unknown',
      why: `rule ${serviceKeyOfWeb}-TCP-80 refers to a probe that does not exist`,
    });
    expect(onlyPort({ loadBalancers: [{ ...whole, backendPools: [] }] })).toMatchObject({
      verdict: 'unknown',
      why: `rule ${serviceKeyOfWeb}-TCP-80 refers to a backend pool that does not exist`,
    });
    expect(onlyPort({ loadBalancers: [{ ...whole, sku: 'gateway' }] })).toMatchObject({
      verdict: 'unknown',
      why: 'load balancer kubernetes has SKU gateway, which is not a known value',
    });
    expect(
      onlyPort({
        loadBalancers: [{ ...whole, rules: [], unreadableRules: [`${serviceKeyOfWeb}-TCP-80`] }],
      }),
    ).toMatchObject({
      verdict: 'unknown',
      why: 'a rule of load balancer kubernetes cannot be read',
    });
  });

  test('a rule of another Service that cannot be read changes nothing', () => {
    const whole = loadBalancer({ members: [a, b].map(nicMember) });
    const loadBalancers = [{ ...whole, rules: [], unreadableRules: ['a0-TCP-80'] }];
    expect(onlyPort({ loadBalancers }).verdict).toBe('none');
  });
});

const dual = node('user-0', { internalIps: ['10.224.4.4', 'fd00:0:0:0:0:0:0:4'] });

describe('two address families', () => {
  const slices = [
    slice([endpoint('x', 'user-0'), endpoint('y', 'user-1')]),
    slice(
      [
        endpoint('x', 'user-0', { address: 'fd00::a' }),
        endpoint('y', 'user-1', { address: 'fd00::b' }),
      ],
      {
        name: 'web-six',
        addressType: 'IPv6',
      },
    ),
  ];
  const four = loadBalancer({ members: [a, b].map(nicMember) });
  const sixPool = {
    id: childId('kubernetes', 'backendAddressPools', 'kubernetes-IPv6'),
    name: 'kubernetes-IPv6',
    members: [nicMember(a)],
  };
  const sixRule = four.rules.map((rule) => ({
    ...rule,
    id: armId(`${rule.id}-ipv6`),
    name: `${rule.name}-IPv6`,
    backendPoolIds: [sixPool.id],
  }));
  const both: LoadBalancer = {
    ...four,
    backendPools: [...four.backendPools, sixPool],
    rules: [...four.rules, ...sixRule],
  };

  test('a Service of both has a table for each, from that family’s pool and slices', () => {
    const ports = portsOf(
      cluster({
        nodes: [a, b],
        services: [service({ ipFamilies: ['IPv4', 'IPv6'] })],
        endpointSlices: slices,
        loadBalancers: [both],
      }),
    );
    expect(
      ports.map((port) => [port.family, port.verdict, port.backendPool, sharesOf(port)]),
    ).toEqual([
      ['IPv4', 'even', 'kubernetes', { x: 0.5, y: 0.5 }],
      ['IPv6', 'starved', 'kubernetes-IPv6', { x: 1, y: 0 }],
    ]);
  });

  test('a Service of IPv6 alone has rules without a suffix', () => {
    const six: LoadBalancer = {
      ...four,
      backendPools: [sixPool],
      rules: four.rules.map((rule) => ({ ...rule, backendPoolIds: [sixPool.id] })),
    };
    const changes = { services: [service({ ipFamilies: ['IPv6'] })], endpointSlices: slices };
    expect(sharesOf(onlyPort({ ...changes, loadBalancers: [six] }))).toEqual({ x: 1, y: 0 });
  });

  test('of two families left over the one that is asked for counts', () => {
    const changes = { services: [service({ ipFamilies: ['IPv4'] })], endpointSlices: slices };
    const reversed = { ...both, rules: both.rules.toReversed() };
    expect(sharesOf(onlyPort({ ...changes, loadBalancers: [reversed] }))).toEqual({
      x: 0.5,
      y: 0.5,
    });
  });

  test('members by address meet nodes however an IPv6 address is spelt', () => {
    const pool = {
      ...sixPool,
      members: [{ kind: 'ip' as const, ip: 'FD00::0004', name: 'user-0' }],
    };
    const six: LoadBalancer = {
      ...four,
      backendPools: [pool],
      rules: four.rules.map((rule) => ({ ...rule, backendPoolIds: [pool.id] })),
    };
    const changes = {
      nodes: [dual, b],
      services: [service({ ipFamilies: ['IPv6'] })],
      endpointSlices: slices,
    };
    expect(onlyPort({ ...changes, loadBalancers: [six] })).toMatchObject({
      backendTotals: { members: 1, up: 1 },
      backends: expect.arrayContaining([
        expect.objectContaining({ node: 'user-0', member: true, up: true }),
      ]),
    });
  });
});

describe('the address of the frontend', () => {
  const publicIp = {
    id: armId('/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/ip'),
    name: 'ip',
    resourceGroup: 'g',
    address: '20.50.10.99',
    tags: new Map(),
  };

  test('a secondary Service on a shared address: its own rule, the frontend of the first', () => {
    const first = loadBalancer({ key: `a${'2'.repeat(31)}` });
    const own = loadBalancer({ members: [a, b].map(nicMember) });
    const [frontend] = first.frontends;
    const [rule] = own.rules;
    if (frontend === undefined || rule === undefined) throw new Error('builders changed');
    const shared: LoadBalancer = {
      ...own,
      frontends: [{ ...frontend, publicIpId: publicIp.id }],
      rules: [...first.rules, { ...rule, frontendId: frontend.id }],
    };
    const port = onlyPort({
      services: [service({ ingressIps: ['20.50.10.99'] })],
      publicIpAddresses: [publicIp],
      loadBalancers: [shared],
    });
    expect(port).toMatchObject({ verdict: 'even', frontend: '20.50.10.99' });
  });

  test.each([
    {
      name: 'an internal one is private',
      frontend: { privateIp: '10.0.0.9' },
      address: '10.0.0.9',
    },
    {
      name: 'a public one that was not read is what the Service says',
      frontend: { publicIpId: armId('/x') },
      address: '20.50.10.10',
    },
  ])('$name', ({ frontend, address }) => {
    const whole = loadBalancer({ members: [a, b].map(nicMember) });
    const frontends = whole.frontends.map((each) => ({ ...each, ...frontend }));
    expect(onlyPort({ loadBalancers: [{ ...whole, frontends }] }).frontend).toBe(address);
  });
});
