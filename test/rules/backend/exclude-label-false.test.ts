import { excludeLabelFalse } from '../../../shared/rules/backend/exclude-label-false.ts';
import { unread } from '../../../shared/model/index.ts';
import { excludedNode, managedCluster, node, nodePool } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const key = 'node.kubernetes.io/exclude-from-external-load-balancers';
const a = node('user-0');
const found = {
  subject: 'Node user-1',
  severity: 'low',
  causes: ['label-value-ignored'],
} as const;

describeRule(excludeLabelFalse, {
  fires: [
    {
      name: 'the value is false',
      given: { nodes: [a, excludedNode('user-1', 'false')] },
      finds: [{ ...found, evidence: { nodePool: 'user', value: 'false' } }],
    },
    {
      name: 'one finding for each node',
      given: { nodes: [excludedNode('user-0', 'false'), excludedNode('user-1', 'False')] },
      finds: [{ ...found, subject: 'Node user-0' }, found],
    },
    {
      name: 'the label is one of the node pool',
      given: {
        nodes: [a, excludedNode('user-1', 'false')],
        managedCluster: managedCluster({
          nodePools: [nodePool('user', { labels: new Map([[key, 'false']]) })],
        }),
      },
      finds: [found],
    },
    {
      name: 'nothing but the nodes was read',
      given: { nodes: [excludedNode('user-1', 'false')], managedCluster: unread('403') },
      finds: [found],
    },
  ],
  quiet: [
    { name: 'no node has the label', given: {} },
    { name: 'the value is true', given: { nodes: [a, excludedNode('user-1', 'true')] } },
    { name: 'the value is empty', given: { nodes: [a, excludedNode('user-1', '')] } },
    { name: 'the value is another word', given: { nodes: [a, excludedNode('user-1', 'no')] } },
  ],
  boundary: [
    {
      name: 'everything that Go takes for false',
      given: {
        nodes: ['0', 'f', 'F', 'FALSE'].map((value, at) => excludedNode(`user-${at}`, value)),
      },
      finds: [0, 1, 2, 3].map((at) => ({ ...found, subject: `Node user-${at}` })),
    },
    {
      name: 'another spelling of false, which Go does not know',
      given: { nodes: [excludedNode('user-1', 'fALSE')] },
      finds: [],
    },
  ],
  unknown: [],
});
