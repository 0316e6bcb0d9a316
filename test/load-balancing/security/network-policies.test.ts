import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isAdmitted,
  parseIp,
  reachOf,
  type Clients,
  type PolicyTarget,
} from '../../../shared/load-balancing/index.ts';
import type { PolicySender } from '../../../shared/load-balancing/security/network-policies.ts';
import {
  read,
  unread,
  type LabelSelector,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyPort,
  type Requirement,
} from '../../../shared/model/index.ts';
import { labelSelector } from '../../builders/index.ts';
import { runsOf } from '../../support/long.ts';

const runs = runsOf(5000, 300);

function policy(changes: Partial<NetworkPolicy> = {}): NetworkPolicy {
  return {
    namespace: 'shop',
    name: 'p',
    podSelector: labelSelector(),
    ingress: true,
    rules: [],
    ...changes,
  };
}

const target: PolicyTarget = {
  namespace: 'shop',
  labels: new Map([['app', 'web']]),
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  protocol: 'TCP',
  port: 8080,
};

const namespaces = read(
  new Map([
    ['shop', new Map([['team', 'a']])],
    ['ops', new Map([['team', 'b']])],
    ['bare', new Map<string, string>()],
  ]),
);

function from(text: string): PolicySender {
  const address = parseIp(text);
  if (address === undefined) throw new Error(text);
  return { kind: 'address', address };
}

const block = (cidr: string, ...except: string[]): PolicyPeer => ({ kind: 'block', cidr, except });

describe('one policy', () => {
  test.each<[string, NetworkPolicy, string, string]>([
    ['none about the pod', policy({ podSelector: labelSelector({ app: 'db' }) }), '1.1.1.1', 'yes'],
    ['of another namespace', policy({ namespace: 'ops' }), '1.1.1.1', 'yes'],
    ['about what goes out', policy({ ingress: false }), '1.1.1.1', 'yes'],
    ['no rule', policy(), '1.1.1.1', 'no'],
    ['an empty rule', policy({ rules: [{ from: [], ports: [] }] }), '1.1.1.1', 'yes'],
    ['a block', policy({ rules: [{ from: [block('10.0.0.0/8')], ports: [] }] }), '10.1.1.1', 'yes'],
    [
      'outside a block',
      policy({ rules: [{ from: [block('10.0.0.0/8')], ports: [] }] }),
      '11.1.1.1',
      'no',
    ],
    [
      'its exception',
      policy({ rules: [{ from: [block('10.0.0.0/8', '10.1.0.0/16')], ports: [] }] }),
      '10.1.1.1',
      'no',
    ],
    [
      'pods are no address',
      policy({
        rules: [
          {
            from: [
              { kind: 'pods', podSelector: labelSelector(), namespaceSelector: labelSelector() },
            ],
            ports: [],
          },
        ],
      }),
      '10.1.1.1',
      'no',
    ],
    [
      'the named port',
      policy({ rules: [{ from: [], ports: [{ protocol: 'TCP', port: 'http' }] }] }),
      '1.1.1.1',
      'yes',
    ],
    [
      'another name',
      policy({ rules: [{ from: [], ports: [{ protocol: 'TCP', port: 'https' }] }] }),
      '1.1.1.1',
      'no',
    ],
    [
      'a range of ports',
      policy({ rules: [{ from: [], ports: [{ protocol: 'TCP', port: 8000, endPort: 9000 }] }] }),
      '1.1.1.1',
      'yes',
    ],
    [
      'another protocol',
      policy({ rules: [{ from: [], ports: [{ protocol: 'UDP' }] }] }),
      '1.1.1.1',
      'no',
    ],
    ['one that cannot be read', policy({ unreadable: 'x' }), '1.1.1.1', 'unknown'],
    [
      'a selector that cannot be read',
      policy({ podSelector: undefined, unreadable: 'x' }),
      '1.1.1.1',
      'unknown',
    ],
  ])('%s: %s', (_, each, source, expected) => {
    expect(isAdmitted({ policies: [each], namespaces }, target, from(source))).toBe(expected);
  });

  test('labels of namespaces that were not read: unknown', () => {
    const peer: PolicyPeer = {
      kind: 'pods',
      podSelector: undefined,
      namespaceSelector: labelSelector({ team: 'b' }),
    };
    const policies = [policy({ rules: [{ from: [peer], ports: [] }] })];
    const pod = {
      ...from('10.244.0.9'),
      kind: 'pod',
      namespace: 'ops',
      labels: new Map(),
    } as PolicySender;
    expect(isAdmitted({ policies, namespaces }, target, pod)).toBe('yes');
    expect(isAdmitted({ policies, namespaces: unread('403') }, target, pod)).toBe('unknown');
  });
});

describe('which clients of a Service get in', () => {
  const internet: Clients = { kind: 'internet' };
  const inside: Clients = { kind: 'network', addresses: [parseIp('10.224.0.4')?.value ?? 0n] };
  const open = [block('0.0.0.0/0')];
  test.each<[string, readonly PolicyPeer[] | undefined, Clients, string]>([
    ['no policy', undefined, internet, 'all'],
    ['nobody', [block('255.255.255.255/32')], internet, 'none'],
    ['private addresses alone', [block('10.0.0.0/8')], internet, 'none'],
    ['everybody but private addresses', [block('0.0.0.0/0', '10.0.0.0/8')], internet, 'all'],
    ['everybody', open, internet, 'all'],
    ['some of the Internet', [block('20.0.0.0/8')], internet, 'some'],
    ['the network of the nodes', [block('10.224.0.0/16')], inside, 'all'],
    ['another network', [block('192.168.0.0/16')], inside, 'unknown'],
    [
      'the range of the clients',
      [block('20.1.0.0/16')],
      {
        kind: 'range',
        text: '',
        range: { family: 'IPv4', first: 0x14_01_00_00n, last: 0x14_01_00_ffn },
      },
      'all',
    ],
    [
      'half of their range',
      [block('20.1.0.0/25')],
      {
        kind: 'range',
        text: '',
        range: { family: 'IPv4', first: 0x14_01_00_00n, last: 0x14_01_00_ffn },
      },
      'some',
    ],
  ])('%s', (_, peers, clients, expected) => {
    const policies = peers === undefined ? [] : [policy({ rules: [{ from: peers, ports: [] }] })];
    expect(reachOf({ policies, namespaces }, target, 'IPv4', [clients])).toBe(expected);
  });
});

/** A small world in which every question can be asked one by one: addresses 10.0.0.0 to 10.0.0.15. */
const keys = ['app', 'tier'];
const values = ['a', 'b'];
const labelMaps = fc
  .dictionary(fc.constantFrom(...keys), fc.constantFrom(...values))
  .map((labels) => new Map(Object.entries(labels)));
const requirements: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
  }),
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('Exists', 'DoesNotExist'),
    values: fc.constant([]),
  }),
);
const selectors: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: labelMaps,
  matchExpressions: fc.array(requirements, { maxLength: 2 }),
});
const cidrs = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.constantFrom(24, 28, 29, 30, 31, 32))
  .map(([last, length]) => `10.0.0.${last}/${length}`);
const peers: fc.Arbitrary<PolicyPeer> = fc.oneof(
  fc.record({
    kind: fc.constant('block' as const),
    cidr: cidrs,
    except: fc.array(cidrs, { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('pods' as const),
    podSelector: fc.option(selectors, { nil: undefined }),
    namespaceSelector: fc.option(selectors, { nil: undefined }),
  }),
);
const ports: fc.Arbitrary<PolicyPort> = fc.oneof(
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP'), port: fc.constantFrom('http', 'dns') }),
  fc
    .record({
      protocol: fc.constantFrom('TCP', 'UDP'),
      port: fc.integer({ min: 1, max: 8 }),
      more: fc.integer({ min: -1, max: 4 }),
    })
    .map(({ protocol, port, more }) => ({
      protocol,
      port,
      ...(more >= 0 && { endPort: port + more }),
    })),
);
const policies: fc.Arbitrary<NetworkPolicy> = fc.record({
  namespace: fc.constantFrom('shop', 'ops'),
  name: fc.constant('p'),
  podSelector: selectors,
  ingress: fc.boolean(),
  rules: fc.array(
    fc.record({
      from: fc.array(peers, { maxLength: 3 }),
      ports: fc.array(ports, { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
});
const targets: fc.Arbitrary<PolicyTarget> = fc.record({
  namespace: fc.constantFrom('shop', 'ops'),
  labels: labelMaps,
  ports: fc.array(
    fc.record({
      name: fc.constantFrom('http', 'dns', ''),
      containerPort: fc.integer({ min: 1, max: 8 }),
      protocol: fc.constantFrom('TCP', 'UDP'),
    }),
    { maxLength: 2 },
  ),
  protocol: fc.constantFrom('TCP', 'UDP'),
  port: fc.integer({ min: 1, max: 12 }),
});
const sources: fc.Arbitrary<PolicySender> = fc
  .record({
    last: fc.integer({ min: 0, max: 15 }),
    pod: fc.boolean(),
    namespace: fc.constantFrom('shop', 'ops'),
    labels: labelMaps,
  })
  .map(({ last, pod, namespace, labels }) => {
    const address = { family: 'IPv4' as const, value: 0x0a_00_00_00n + BigInt(last) };
    return pod ? { kind: 'pod', namespace, labels, address } : { kind: 'address', address };
  });

function matches(wanted: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of wanted.matchLabels) if (labels.get(key) !== value) return false;
  for (const { key, operator, values: some } of wanted.matchExpressions) {
    const value = labels.get(key);
    const holds = {
      In: value !== undefined && some.includes(value),
      NotIn: value === undefined || !some.includes(value),
      Exists: value !== undefined,
      DoesNotExist: value === undefined,
    }[operator];
    if (holds !== true) return false;
  }
  return true;
}

function addresses(cidr: string): Set<number> {
  const [address = '', length = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  const last = Number(address.split('.')[3]);
  const first = Math.floor(last / size) * size;
  return new Set(Array.from({ length: Math.min(size, 256) }, (_, index) => first + index));
}

/** The rules of Kubernetes written out the long way: every allowed triple of address, pod and port is looked for. */
function bruteForce(
  all: readonly NetworkPolicy[],
  labelsOf: ReadonlyMap<string, ReadonlyMap<string, string>>,
  to: PolicyTarget,
  source: PolicySender,
): boolean {
  let isolated = false;
  for (const each of all) {
    if (each.namespace !== to.namespace || !each.ingress) continue;
    if (each.podSelector === undefined || !matches(each.podSelector, to.labels)) continue;
    isolated = true;
    for (const rule of each.rules) {
      const open = new Set<number>();
      if (rule.ports.length === 0) for (let port = 1; port <= 20; port += 1) open.add(port);
      for (const { protocol, port, endPort } of rule.ports) {
        if (protocol !== to.protocol) continue;
        if (port === undefined) for (let each2 = 1; each2 <= 20; each2 += 1) open.add(each2);
        else if (typeof port === 'string')
          for (const own of to.ports) {
            if (own.name === port && own.protocol === protocol) open.add(own.containerPort);
          }
        else for (let each2 = port; each2 <= (endPort ?? port); each2 += 1) open.add(each2);
      }
      if (!open.has(to.port)) continue;
      if (rule.from.length === 0) return true;
      for (const peer of rule.from) {
        if (peer.kind === 'block') {
          const allowed = addresses(peer.cidr);
          for (const except of peer.except)
            for (const address of addresses(except)) allowed.delete(address);
          if (allowed.has(Number(source.address.value - 0x0a_00_00_00n))) return true;
          continue;
        }
        if (source.kind !== 'pod') continue;
        const inNamespace =
          peer.namespaceSelector === undefined
            ? source.namespace === each.namespace
            : matches(peer.namespaceSelector, labelsOf.get(source.namespace) ?? new Map());
        if (
          inNamespace &&
          (peer.podSelector === undefined || matches(peer.podSelector, source.labels))
        )
          return true;
      }
    }
  }
  return !isolated;
}

test('random policies against every question asked one by one', () => {
  const worlds = fc.record({
    all: fc.array(policies, { maxLength: 4 }),
    shop: labelMaps,
    ops: labelMaps,
    to: targets,
    source: sources,
  });
  fc.assert(
    fc.property(worlds, ({ all, shop, ops, to, source }) => {
      const labelsOf = new Map([
        ['shop', shop],
        ['ops', ops],
      ]);
      const expected = bruteForce(all, labelsOf, to, source) ? 'yes' : 'no';
      expect(isAdmitted({ policies: all, namespaces: read(labelsOf) }, to, source)).toBe(expected);
    }),
    { numRuns: runs },
  );
});

test('what part of a range gets in: as every address of it asked alone', () => {
  const worlds = fc.record({
    all: fc.array(policies, { maxLength: 3 }),
    to: targets,
    range: cidrs,
  });
  fc.assert(
    fc.property(worlds, ({ all, to, range }) => {
      const labelsOf = new Map([['shop', new Map<string, string>()]]);
      const inputs = { policies: all, namespaces: read(labelsOf) };
      const [address = '', length = ''] = range.split('/');
      const size = 2n ** BigInt(32 - Number(length));
      const first = ((parseIp(address)?.value ?? 0n) / size) * size;
      const clients = {
        kind: 'range',
        text: range,
        range: { family: 'IPv4', first, last: first + size - 1n },
      } as const;
      const each = new Set(
        Array.from({ length: Number(size) }, (_, index) =>
          bruteForce(all, labelsOf, to, {
            kind: 'address',
            address: { family: 'IPv4', value: first + BigInt(index) },
          }),
        ),
      );
      const expected = each.size > 1 ? 'some' : each.has(true) ? 'all' : 'none';
      expect(reachOf(inputs, to, 'IPv4', [clients])).toBe(expected);
    }),
    { numRuns: runs },
  );
});
