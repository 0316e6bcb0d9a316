import { expect, test } from '@jest/globals';
import { parseNetworkPolicy } from '../../shared/collect/parse-network-policy.ts';
import { Cursor } from '../../shared/input/cursor.ts';
import { Problems } from '../../shared/input/problems.ts';

test.each([
  [['Ingress'], true, 0],
  [['Egress'], false, 0],
  [[], true, 0],
  [['Ingress', 'Egress'], true, 0],
  [[7], true, 1],
  [['ingress'], true, 1],
  [['Egress', { x: 1 }], true, 1],
])('policyTypes %j: in force for what comes in: %j, lines: %j', (policyTypes, ingress, lines) => {
  const problems = new Problems();
  const item = {
    metadata: { namespace: 'shop', name: 'closed' },
    spec: { podSelector: {}, policyTypes },
  };
  const policy = parseNetworkPolicy(new Cursor(item, 'items[0]', { source: 'a.json', problems }));
  expect(policy?.ingress).toBe(ingress);
  expect(problems.lines).toHaveLength(lines);
  expect(policy?.unreadable === undefined).toBe(lines === 0);
});
