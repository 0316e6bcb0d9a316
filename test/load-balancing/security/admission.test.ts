import { describe, expect, test } from '@jest/globals';
import {
  admission,
  frontendPlace,
  inNetwork,
  parseIp,
  type Clients,
  type Flow,
} from '../../../shared/load-balancing/index.ts';
import { parseRange } from '../../../shared/load-balancing/address-range.ts';
import type { Tristate, SecurityRule } from '../../../shared/model/index.ts';
import { allowWeb, securityGroup, securityRule } from '../../builders/index.ts';

const internet: Clients = { kind: 'internet' };
const probe: Clients = { kind: 'probe' };
const ip = (text: string): bigint => parseIp(text)?.value ?? 0n;
const network: Clients = { kind: 'network', addresses: [ip('10.224.0.4')] };

function clientsIn(text: string): Clients {
  const range = parseRange(text);
  if (range === undefined) throw new Error(text);
  return { kind: 'range', text, range };
}

function tag(name: string): Clients {
  return { kind: 'tag', tag: name };
}

/** To port 80 of the frontend of Service `shop/web`. */
const web: Flow = {
  protocol: 'tcp',
  port: 80,
  destination: frontendPlace('IPv4', ip('20.50.10.10'), true),
};
const web6: Flow = {
  ...web,
  destination: frontendPlace('IPv6', ip('2603:1020::10'), true),
};
const internal: Flow = {
  ...web,
  destination: frontendPlace('IPv4', ip('10.224.0.200'), false),
};
const node: Flow = {
  protocol: 'tcp',
  port: 31_000,
  destination: inNetwork('IPv4', ip('10.224.0.4')),
};

function deny(name: string, changes: Partial<SecurityRule> = {}): SecurityRule {
  return securityRule(name, { allow: false, ...changes });
}

interface Row {
  readonly name: string;
  readonly rules: readonly SecurityRule[];
  readonly flow?: Flow;
  readonly from?: Clients;
  readonly answer: Tristate;
  /** The rules that turn clients away. */
  readonly by?: readonly string[];
}

function judge({ rules, flow = web, from = internet }: Row): Row['answer'] {
  return admission([securityGroup(rules)], flow, [from]).answer;
}

describe('clients of the Internet', () => {
  test.each<Row>([
    { name: 'the rule of the cloud provider', rules: [allowWeb()], answer: 'yes' },
    { name: 'no rule but Azure’s own', rules: [], answer: 'no', by: ['DenyAllInBound'] },
    {
      name: 'a deny before it',
      rules: [allowWeb(), deny('no', { priority: 499 })],
      answer: 'no',
      by: ['no'],
    },
    { name: 'a deny behind it', rules: [allowWeb(), deny('no', { priority: 501 })], answer: 'yes' },
    {
      name: 'the rule is for another address',
      rules: [allowWeb({ destinations: ['20.50.10.11'] })],
      answer: 'no',
    },
    {
      name: 'the rule is for another port',
      rules: [allowWeb({ destinationPorts: ['443', '8000-8080'] })],
      answer: 'no',
    },
    {
      name: 'the rule is for another protocol',
      rules: [allowWeb({ protocol: 'udp' })],
      answer: 'no',
    },
    {
      name: 'one of several ports and addresses, one of them a prefix',
      rules: [
        allowWeb({
          destinations: ['10.0.0.4', '20.50.0.0/16'],
          destinationPorts: ['22', '79-81'],
        }),
      ],
      answer: 'yes',
    },
    {
      name: 'a deny for one country of addresses leaves the rest',
      rules: [allowWeb(), deny('no', { priority: 100, sources: ['1.0.0.0/8', '2.0.0.0/7'] })],
      answer: 'yes',
    },
    {
      name: 'denies that leave no address, whatever the order of their prefixes',
      rules: [
        allowWeb(),
        deny('low', { priority: 100, sources: ['0.0.0.0/1'] }),
        deny('high', { priority: 101, sources: ['128.0.0.0/1'] }),
      ],
      answer: 'no',
      by: ['low', 'high'],
    },
    {
      name: 'an office alone is some of them',
      rules: [allowWeb({ sources: ['203.0.113.0/24'] })],
      answer: 'yes',
    },
    {
      name: 'an office whose addresses are all denied first',
      rules: [
        allowWeb({ sources: ['203.0.113.0/24'] }),
        deny('no', { priority: 100, sources: ['203.0.0.0/16'] }),
      ],
      answer: 'no',
    },
    {
      name: 'the virtual network is nobody of them',
      rules: [allowWeb({ sources: ['VirtualNetwork', '10.0.0.0/8', 'AzureLoadBalancer'] })],
      answer: 'no',
    },
    {
      name: 'a service tag alone is some of them',
      rules: [allowWeb({ sources: ['AzureFrontDoor.Backend'] })],
      answer: 'yes',
    },
    {
      name: 'a deny for a service tag leaves the rest, as far as anybody knows',
      rules: [allowWeb(), deny('no', { priority: 100, sources: ['AzureCloud'] })],
      answer: 'unknown',
    },
    {
      name: 'everybody under another name',
      rules: [allowWeb({ sources: ['0.0.0.0/0'] })],
      answer: 'yes',
    },
    {
      name: 'application security groups are machines of the network',
      rules: [allowWeb({ sources: [], usesApplicationGroups: true })],
      answer: 'no',
    },
    {
      name: 'whether the frontend is of an application security group is not known',
      rules: [allowWeb({ destinations: [], usesApplicationGroups: true })],
      answer: 'unknown',
    },
    {
      name: 'a rule that cannot be read',
      rules: [allowWeb({ sources: [] })],
      answer: 'unknown',
    },
    {
      name: 'a rule for some ports of clients lets some of them in, or not',
      rules: [allowWeb({ sourcePorts: ['4000-5000'] })],
      answer: 'unknown',
    },
    {
      name: 'a rule for all ports that clients use',
      rules: [allowWeb({ sourcePorts: ['1024-65535'] })],
      answer: 'yes',
    },
    {
      name: 'rules for outgoing packets do not count',
      rules: [allowWeb(), deny('no', { priority: 100, inbound: false })],
      answer: 'yes',
    },
    {
      name: 'an unknown rule and a sure one that say the same',
      rules: [deny('no', { priority: 100, sources: ['AzureCloud'] })],
      answer: 'no',
    },
    {
      name: 'IPv6 has addresses of its own',
      flow: web6,
      rules: [allowWeb({ destinations: ['2603:1020::/32'] })],
      answer: 'yes',
    },
    {
      name: 'everybody of IPv4 is nobody of IPv6',
      flow: web6,
      rules: [allowWeb({ sources: ['0.0.0.0/0'], destinations: ['*'] })],
      answer: 'no',
    },
    {
      name: 'an address that nobody told, and a rule for one',
      flow: { ...web, destination: frontendPlace('IPv4', undefined, true) },
      rules: [allowWeb()],
      answer: 'unknown',
    },
    {
      name: 'an address that nobody told, and a rule for all',
      flow: { ...web, destination: frontendPlace('IPv4', undefined, true) },
      rules: [allowWeb({ destinations: ['0.0.0.0/0'] })],
      answer: 'yes',
    },
    {
      name: 'SCTP passes where every protocol does',
      flow: { ...web, protocol: 'sctp' },
      rules: [allowWeb({ protocol: '*' })],
      answer: 'yes',
    },
  ])('$name: $answer', (row) => {
    expect(judge(row)).toBe(row.answer);
    if (row.by === undefined) return;
    const { deniedBy } = admission([securityGroup(row.rules)], row.flow ?? web, [internet]);
    expect(deniedBy.map(({ rule }) => rule.name)).toEqual(row.by);
  });
});

describe('clients of the virtual network', () => {
  test.each<Row>([
    { name: 'by Azure’s own rule', rules: [], answer: 'yes' },
    {
      name: 'to a public address, by none',
      flow: web,
      rules: [],
      answer: 'no',
    },
    { name: 'denied by name', rules: [deny('no', { sources: ['VirtualNetwork'] })], answer: 'no' },
    {
      name: 'a deny for the Internet',
      rules: [deny('no', { sources: ['Internet'] })],
      answer: 'yes',
    },
    {
      name: 'the nodes’ own addresses alone',
      rules: [securityRule('a', { sources: ['10.224.0.0/16'] }), deny('b', { priority: 300 })],
      answer: 'yes',
    },
    {
      name: 'other private addresses, which may be connected or not',
      rules: [securityRule('a', { sources: ['10.9.0.0/16'] }), deny('b', { priority: 300 })],
      answer: 'unknown',
    },
  ])('$name: $answer', (row) => {
    expect(judge({ flow: internal, from: network, ...row })).toBe(row.answer);
  });
});

describe('clients that a Service names', () => {
  test.each<Row>([
    {
      name: 'the same range',
      rules: [allowWeb({ sources: ['203.0.113.0/24'] })],
      from: clientsIn('203.0.113.0/24'),
      answer: 'yes',
    },
    {
      name: 'another range',
      rules: [allowWeb({ sources: ['198.51.100.0/24'] })],
      from: clientsIn('203.0.113.0/24'),
      answer: 'no',
    },
    {
      name: 'half of the range',
      rules: [allowWeb({ sources: ['203.0.113.128/25'] })],
      from: clientsIn('203.0.113.0/24'),
      answer: 'yes',
    },
    {
      name: 'a public range is of the Internet',
      rules: [allowWeb()],
      from: clientsIn('203.0.113.0/24'),
      answer: 'yes',
    },
    {
      name: 'a private range may be of the network',
      rules: [],
      flow: internal,
      from: clientsIn('10.9.0.0/16'),
      answer: 'unknown',
    },
    {
      name: 'the same service tag',
      rules: [allowWeb({ sources: ['AzureFrontDoor.Backend'] })],
      from: tag('AzureFrontDoor.Backend'),
      answer: 'yes',
    },
    {
      name: 'the tag of a region is within that of the world',
      rules: [allowWeb({ sources: ['Storage'] })],
      from: tag('Storage.WestEurope'),
      answer: 'yes',
    },
    {
      name: 'the tag of the world is not within that of a region',
      rules: [allowWeb({ sources: ['Storage.WestEurope'] })],
      from: tag('Storage'),
      answer: 'unknown',
    },
    {
      name: 'a tag is of the Internet',
      rules: [allowWeb()],
      from: tag('AzureCloud'),
      answer: 'yes',
    },
  ])('$name: $answer', (row) => {
    expect(judge(row)).toBe(row.answer);
  });
});

describe('health probes', () => {
  test.each<Row>([
    { name: 'by Azure’s own rule', rules: [], answer: 'yes' },
    { name: 'everything is denied', rules: [deny('no', { priority: 4000 })], answer: 'no' },
    {
      name: 'denied by name',
      rules: [deny('no', { sources: ['AzureLoadBalancer'] })],
      answer: 'no',
    },
    {
      name: 'denied by address',
      rules: [deny('no', { sources: ['168.63.129.16/32'] })],
      answer: 'no',
    },
    {
      name: 'let in before everything is denied',
      rules: [
        securityRule('lb', { priority: 300, sources: ['azureloadbalancer'] }),
        deny('no', { priority: 4000 }),
      ],
      answer: 'yes',
    },
    {
      name: 'the virtual network includes their address',
      rules: [
        securityRule('net', { priority: 300, sources: ['VirtualNetwork'] }),
        deny('no', { priority: 4000 }),
      ],
      answer: 'yes',
    },
    {
      name: 'the Internet does not',
      rules: [deny('no', { sources: ['Internet'] })],
      answer: 'yes',
    },
    {
      name: 'another port of the node is denied',
      rules: [deny('no', { destinationPorts: ['30000-30999'] })],
      answer: 'yes',
    },
    {
      name: 'another node is denied',
      rules: [deny('no', { destinations: ['10.224.0.5'] })],
      answer: 'yes',
    },
  ])('$name: $answer', (row) => {
    expect(judge({ flow: node, from: probe, ...row })).toBe(row.answer);
  });
});

describe('the groups of a node', () => {
  const subnet = securityGroup([allowWeb()], { name: 'subnet' });
  const closed = securityGroup([], { name: 'nic' });

  test('both have to let a packet in', () => {
    expect(admission([subnet, closed], web, [internet])).toMatchObject({
      answer: 'no',
      deniedBy: [{ group: { name: 'nic' }, rule: { name: 'DenyAllInBound' } }],
    });
    expect(admission([subnet, subnet], web, [internet]).answer).toBe('yes');
  });

  test('one client has to pass both', () => {
    const here = securityGroup([allowWeb({ sources: ['203.0.113.0/25'] })]);
    const there = securityGroup([allowWeb({ sources: ['203.0.113.128/25'] })]);
    expect(admission([here, there], web, [internet]).answer).toBe('no');
    const both = securityGroup([allowWeb({ sources: ['203.0.113.0/24'] })]);
    expect(admission([here, both], web, [internet]).answer).toBe('yes');
  });

  test('one of several kinds of clients is enough', () => {
    const office = clientsIn('203.0.113.0/24');
    expect(admission([closed], web, [office, internet]).answer).toBe('no');
    const open = securityGroup([allowWeb({ sources: ['203.0.113.7'] })]);
    expect(admission([open], web, [tag('AzureCloud'), office]).answer).toBe('yes');
  });

  test('Azure’s own rules are there, also where a list leaves them out', () => {
    const bare = securityGroup([], { rules: [] });
    expect(admission([bare], node, [probe]).answer).toBe('yes');
    expect(admission([bare], internal, [network]).answer).toBe('yes');
    expect(admission([bare], web, [internet]).answer).toBe('no');
  });
});
