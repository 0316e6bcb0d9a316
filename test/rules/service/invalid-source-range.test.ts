import { expect, test } from '@jest/globals';
import { invalidSourceRange } from '../../../shared/rules/service/invalid-source-range.ts';
import type { LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, cluster, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const none = { ...high, causes: ['no-range'] } as const;
const unmasked = { ...high, causes: ['not-masked'] } as const;
const key = 'service.beta.kubernetes.io/azure-allowed-ip-ranges';

function allowed(value: string, changes: Partial<LoadBalancerService> = {}): SnapshotChanges {
  const annotations = azure({ 'azure-allowed-ip-ranges': value });
  return { services: [service({ annotations, ...changes })] };
}

function inSpec(...loadBalancerSourceRanges: readonly string[]): SnapshotChanges {
  return { services: [service({ loadBalancerSourceRanges })] };
}

describeRule(invalidSourceRange, {
  fires: [
    {
      name: 'an address alone',
      given: allowed('10.0.0.0/8,203.0.113.7'),
      finds: [{ ...none, evidence: { ranges: [{ where: key, range: '203.0.113.7' }] } }],
    },
    {
      name: 'bits behind the prefix',
      given: inSpec('10.1.2.3/24'),
      finds: [
        {
          ...unmasked,
          evidence: {
            ranges: [
              {
                where: 'spec.loadBalancerSourceRanges',
                range: '10.1.2.3/24',
                meant: '10.1.2.0/24',
              },
            ],
          },
        },
      ],
    },
    { name: 'a word', given: allowed('office'), finds: [none] },
    {
      name: 'the old annotation',
      given: {
        services: [
          service({ annotations: azure({ 'load-balancer-source-ranges': '10.0.0.0/40' }) }),
        ],
      },
      finds: [none],
    },
    {
      name: 'two places and two kinds: one finding',
      given: {
        services: [
          service({
            loadBalancerSourceRanges: ['10.1.2.3/24'],
            annotations: azure({ 'azure-allowed-ip-ranges': 'x' }),
          }),
        ],
      },
      finds: [{ ...high, causes: ['no-range', 'not-masked'] }],
    },
  ],
  quiet: [
    { name: 'no ranges', given: {} },
    { name: 'good ranges', given: allowed('10.0.0.0/8,2001:db8::/32') },
    { name: 'good ranges in the spec', given: inSpec('0.0.0.0/0', '203.0.113.7/32') },
    { name: 'blanks around them', given: allowed(' 10.0.0.0/8 , 203.0.113.0/24 ') },
    { name: 'the Service is being deleted', given: allowed('x', { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: allowed('x', { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    { name: 'length 32', given: allowed('10.1.2.3/32'), finds: [] },
    { name: 'length 33', given: allowed('10.1.2.3/33'), finds: [none] },
    { name: 'length 0', given: allowed('0.0.0.0/0'), finds: [] },
    { name: 'an empty value is one range, and none', given: allowed(''), finds: [none] },
    { name: 'a comma too many', given: allowed('10.0.0.0/8,'), finds: [none] },
    { name: 'blanks inside', given: allowed('10.0.0.0 /8'), finds: [none] },
  ],
  unknown: [],
});

function fixesOf(changes: SnapshotChanges) {
  const outcome = invalidSourceRange.run(cluster(changes));
  const faults = outcome.kind === 'checked' ? outcome.faults : [];
  return faults.flatMap(({ fixes }) => fixes.flatMap(({ steps }) => steps.map(({ text }) => text)));
}

test.each([
  {
    name: 'an address means itself, and bits behind the prefix nothing',
    given: allowed('203.0.113.7,10.1.2.3/24,2001:db8::1'),
    fixes: [`${key}=203.0.113.7/32,10.1.2.0/24,2001:db8::1/128`],
  },
  {
    name: 'what cannot be guessed is left out',
    given: allowed('office,10.0.0.0/8'),
    fixes: [`${key}=10.0.0.0/8`],
  },
  {
    name: 'where nothing is left the annotation goes',
    given: allowed('office'),
    fixes: [`${key}-`],
  },
  {
    name: 'in the spec',
    given: inSpec('10.1.2.3/24'),
    fixes: ['{"spec":{"loadBalancerSourceRanges":["10.1.2.0/24"]}}'],
  },
  {
    name: 'nothing left in the spec',
    given: inSpec('office'),
    fixes: ['{"spec":{"loadBalancerSourceRanges":null}}'],
  },
])('the fix: $name', ({ given, fixes }) => {
  const texts = fixesOf(given);
  expect(texts).toEqual(fixes.map((text) => expect.stringContaining(text)));
});
