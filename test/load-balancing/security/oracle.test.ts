import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  admission,
  canBePublic,
  frontendPlace,
  isInPrefix,
  parseIp,
  type IpAddress,
} from '../../../shared/load-balancing/index.ts';
import type { SecurityRule } from '../../../shared/model/index.ts';
import { securityGroup, securityRule } from '../../builders/index.ts';
import { runsOf } from '../../support/long.ts';

/** Rules over few prefixes that overlap, and what a client of each address meets, asked one by one. */

const prefixes = [
  'Internet',
  '*',
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '20.0.0.0/8',
  '20.50.0.0/16',
  '20.50.10.0/24',
  '203.0.113.0/24',
  '203.0.113.7/32',
  '10.0.0.0/8',
  'VirtualNetwork',
];

const clients = [
  '1.1.1.1',
  '20.1.2.3',
  '20.50.1.1',
  '20.50.10.7',
  '150.0.0.1',
  '203.0.113.6',
  '203.0.113.7',
].map((text) => ({ text, address: parseIp(text) ?? { family: 'IPv4' as const, value: 0n } }));

const anyRule = fc.record({
  allow: fc.boolean(),
  sources: fc.uniqueArray(fc.constantFrom(...prefixes), { minLength: 1, maxLength: 3 }),
  destinationPorts: fc.constantFrom(['*'], ['80'], ['443']),
  protocol: fc.constantFrom('*', 'tcp', 'udp'),
});
const anyRules = fc
  .array(anyRule, { maxLength: 6 })
  .map((rules) => rules.map((each, at) => securityRule(`r${at}`, { ...each, priority: 100 + at })));

function letsIn(rules: readonly SecurityRule[], address: IpAddress): boolean {
  const first = rules.find(
    ({ sources, destinationPorts: [port], protocol }) =>
      (port === '*' || port === '80') &&
      protocol !== 'udp' &&
      sources.some(
        (source) =>
          source === '*' ||
          (source === 'Internet' && canBePublic(address)) ||
          (source.includes('/') && isInPrefix(address, source)),
      ),
  );
  return first?.allow ?? false;
}

const flow = {
  protocol: 'tcp',
  port: 80,
  destination: frontendPlace('IPv4', parseIp('20.50.10.10')?.value, true),
};

test('somebody gets in exactly where some address does', () => {
  fc.assert(
    fc.property(anyRules, anyRules, (subnet, nic) => {
      const groups = [securityGroup(subnet), securityGroup(nic, { name: 'nic' })];
      const { answer } = admission(groups, flow, [{ kind: 'internet' }]);
      expect(answer).not.toBe('unknown');
      const inside = clients.filter(
        ({ address }) => letsIn(subnet, address) && letsIn(nic, address),
      );
      // The clients stand for every part into which the prefixes cut the Internet.
      expect({ answer, inside: inside.length > 0 }).toEqual({
        answer,
        inside: answer === 'yes',
      });
    }),
    { numRuns: runsOf(2000, 400), seed: 20261123 },
  );
});
