import { unmanagedNodeInIpPool } from '../../../shared/rules/backend/unmanaged-node-in-ip-pool.ts';
import { type Node } from '../../../shared/model/index.ts';
import {
  ipMember,
  loadBalancer,
  nicMember,
  node,
  taint,
  virtualNode,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const excludeKey = 'node.kubernetes.io/exclude-from-external-load-balancers';
const managedKey = 'kubernetes.azure.com/managed';
const a = node('user-0');
const unmanaged = labelled([[managedKey, 'false']]);
const found = {
  subject: 'Node user-1',
  severity: 'low',
  causes: ['exclude-label-not-set'],
} as const;

function labelled(labels: Iterable<[string, string]>, changes: Partial<Node> = {}): Node {
  const { name: _name, ...rest } = changes;
  return node('user-1', { ...rest, labels: new Map(labels) });
}

function byAddress(one: Node, members: readonly Node[] = [a, one]): SnapshotChanges {
  return { nodes: [a, one], loadBalancers: [loadBalancer({ members: members.map(ipMember) })] };
}

describeRule(unmanagedNodeInIpPool, {
  fires: [
    {
      name: 'unmanaged, and a backend by address',
      given: byAddress(unmanaged),
      finds: [{ ...found, evidence: { pools: ['kubernetes/kubernetes'] } }],
    },
    {
      name: 'the value is compared without letter case',
      given: byAddress(labelled([[managedKey, 'FALSE']])),
      finds: [found],
    },
    {
      name: 'a virtual node without the exclude label',
      given: byAddress(virtualNode()),
      finds: [{ ...found, subject: 'Node virtual-node-aci-linux', causes: ['virtual-node'] }],
    },
    {
      name: 'not Ready, which is no matter',
      given: byAddress(labelled([[managedKey, 'false']], { ready: 'false' })),
      finds: [found],
    },
  ],
  quiet: [
    { name: 'a virtual node outside the pool', given: byAddress(virtualNode(), [a]) },
    { name: 'no node is unmanaged', given: {} },
    { name: 'managed in so many words', given: byAddress(labelled([[managedKey, 'true']])) },
    {
      name: 'with the exclude label as well, and out',
      given: byAddress(
        labelled([
          [managedKey, 'false'],
          [excludeKey, 'true'],
        ]),
        [a],
      ),
    },
    {
      name: 'on its way out',
      given: byAddress(
        labelled([[managedKey, 'false']], {
          taints: [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')],
        }),
      ),
    },
    { name: 'out of the pool', given: byAddress(unmanaged, [a]) },
  ],
  boundary: [
    {
      name: 'in a pool by NIC, where the label does its work',
      given: {
        nodes: [a, unmanaged],
        loadBalancers: [loadBalancer({ members: [a, unmanaged].map(nicMember) })],
      },
      finds: [],
    },
    {
      name: 'the exclude label says false: that is another fault',
      given: byAddress(
        labelled([
          [managedKey, 'false'],
          [excludeKey, 'false'],
        ]),
      ),
      finds: [],
    },
  ],
  unknown: [],
});
