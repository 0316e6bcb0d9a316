import { expect, test } from '@jest/globals';
import { unknownNodeLabel } from '../../../shared/rules/placement/unknown-node-label.ts';
import type { PodSpec } from '../../../shared/model/index.ts';
import { cluster, node, workload } from '../../builders/index.ts';

const key = 'kubernetes.azure.com/agentpool';

/** The commands that are offered for Deployment `shop/web` with such an affinity. */
function offered(spec: Partial<PodSpec>): readonly string[] {
  const outcome = unknownNodeLabel.run(
    cluster({ nodes: [node('user-0'), node('system-0')], deployments: [workload({ spec })] }),
  );
  const [fault] = outcome.kind === 'checked' ? outcome.faults : [];
  return fault?.fixes.flatMap((fix) => fix.steps.map((step) => step.text)) ?? [];
}

function affinityIn(command: string | undefined): unknown {
  const patch = / -p '(.*)'$/u.exec(command ?? '')?.[1] ?? 'null';
  const { spec } = JSON.parse(patch) as {
    spec: { template: { spec: { affinity: { nodeAffinity: unknown } } } };
  };
  return spec.template.spec.affinity.nodeAffinity;
}

test('the nearest value takes the place of the one that is nowhere', () => {
  const matchExpressions = [{ key, operator: 'In', values: ['user', 'systm'] }];
  const [command, ...more] = offered({
    requiredNodeAffinity: [{ matchExpressions, matchFields: [] }],
  });
  expect(command).toMatch(/^kubectl -n shop patch deployment web --type strategic /u);
  expect(affinityIn(command)).toEqual({
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key, operator: 'In', values: ['user', 'system'] }] },
      ],
    },
  });
  expect(more).toEqual([]);
});

test('what cannot be guessed is left out, and a label of one’s own can be put on a pool', () => {
  const field = { key: 'metadata.name', operator: 'NotIn', values: ['x'] };
  const commands = offered({
    requiredNodeAffinity: [
      { matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }], matchFields: [] },
      { matchExpressions: [{ key, operator: 'Exists', values: [] }], matchFields: [field] },
    ],
  });
  expect(affinityIn(commands[0])).toEqual({
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key, operator: 'Exists' }], matchFields: [field] },
      ],
    },
  });
  expect(commands[1]).toBe(
    'az aks nodepool update -g rg --cluster-name aks -n NODE_POOL --labels disk=nvme OTHER_LABELS',
  );
});

test('preferences keep their weights', () => {
  const matchExpressions = [{ key, operator: 'In', values: ['sytem'] }];
  const term = { matchExpressions, matchFields: [] };
  const [command] = offered({ preferredNodeAffinity: [{ weight: 7, term }] });
  expect(affinityIn(command)).toEqual({
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 7,
        preference: { matchExpressions: [{ key, operator: 'In', values: ['system'] }] },
      },
    ],
  });
});
