import { systemPoolNotIsolated } from '../../../shared/rules/placement/system-pool-not-isolated.ts';
import type { Node, NodePool, Taint } from '../../../shared/model/index.ts';
import {
  managedCluster,
  node,
  nodePool,
  taint,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const open = { subject: 'NodePool system', severity: 'medium' } as const;
const hint = taint('nodepool=system:PreferNoSchedule');
const isolating = taint('CriticalAddonsOnly=true:NoSchedule');
const onDemand = node('aks-default-x7k2p', {
  pool: '',
  labels: new Map([['karpenter.sh/nodepool', 'default']]),
});

/** A system pool with the taint on its nodes and in Azure, and a user pool. */
function tainted(...taints: readonly Taint[]): SnapshotChanges {
  return given([node('system-0', { taints })], [nodePool('system', { taints }), nodePool('user')]);
}

function given(
  nodes: readonly Node[],
  nodePools: readonly NodePool[],
  cluster: Parameters<typeof managedCluster>[0] = {},
): SnapshotChanges {
  return { nodes, managedCluster: managedCluster({ nodePools, ...cluster }) };
}

/** As bodies of 2019 have it. */
function withoutMode(name: string): NodePool {
  const { mode: _mode, ...rest } = nodePool(name);
  return rest;
}

describeRule(systemPoolNotIsolated, {
  fires: [
    {
      name: 'a soft taint is only a hint',
      given: tainted(hint),
      finds: [
        {
          ...open,
          causes: ['soft-taint'],
          evidence: { softTaints: ['nodepool=system:PreferNoSchedule'], userPools: ['user'] },
        },
      ],
    },
    { name: 'no taint', given: tainted(), finds: [{ ...open, causes: ['no-taint'] }] },
    {
      name: 'one of two system pools',
      given: given(
        [node('system-0', { taints: [isolating] }), node('systemb-0')],
        [nodePool('system', { taints: [isolating] }), nodePool('systemb'), nodePool('user')],
      ),
      finds: [{ ...open, subject: 'NodePool systemb', causes: ['no-taint'] }],
    },
    {
      name: 'only one of its nodes has the taint',
      given: given(
        [node('system-0', { taints: [isolating] }), node('system-1')],
        [nodePool('system', { taints: [isolating] }), nodePool('user')],
      ),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
    {
      name: 'no user pool, and node auto-provisioning makes nodes for user pods',
      given: given([node('system-0')], [nodePool('system')], { nodeAutoProvisioning: true }),
      finds: [{ ...open, causes: ['no-taint'], evidence: { userPools: [] } }],
    },
    {
      name: 'a pool without a live node is judged by its taints in Azure',
      given: given([], [nodePool('system', { taints: [hint], count: 0 }), nodePool('user')]),
      finds: [{ ...open, causes: ['soft-taint'] }],
    },
    {
      name: 'a user pool of Windows is a user pool',
      given: given(
        [node('system-0')],
        [nodePool('system'), nodePool('user', { osType: 'Windows' })],
      ),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
  ],
  quiet: [
    { name: 'CriticalAddonsOnly=true:NoSchedule', given: {} },
    { name: 'any other hard taint', given: tainted(taint('dedicated=infra:NoExecute')) },
    { name: 'a soft taint beside a hard one', given: tainted(hint, isolating) },
    {
      name: 'the system pool is the only one',
      given: given([node('system-0')], [nodePool('system')], { nodeAutoProvisioning: false }),
    },
    {
      name: 'a gateway pool is for no user pods',
      given: given([node('system-0')], [nodePool('system'), nodePool('gw', { mode: 'gateway' })]),
    },
    {
      name: 'AKS keeps the system nodes: there is no system pool',
      given: given([onDemand], [], { hostedSystemPools: true, nodeAutoProvisioning: true }),
    },
    {
      name: 'no live node, and the hard taint is there in Azure',
      given: given([], [nodePool('system', { taints: [isolating], count: 0 }), nodePool('user')]),
    },
    {
      name: 'AKS Automatic with a pool of its own, which it isolates',
      given: given(
        [node('system-0', { taints: [isolating] }), onDemand],
        [nodePool('system', { taints: [isolating] })],
        { nodeAutoProvisioning: true },
      ),
    },
  ],
  boundary: [
    {
      name: 'a hard taint that comes and goes isolates nothing',
      given: given(
        [node('system-0', { taints: [taint('node.kubernetes.io/not-ready:NoExecute')] })],
        [nodePool('system'), nodePool('user')],
      ),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
    {
      name: 'nodes decide over what Azure says',
      given: given(
        [node('system-0')],
        [nodePool('system', { taints: [isolating] }), nodePool('user')],
      ),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
    {
      name: 'one key with both effects on different nodes: the hard one is not on all',
      given: given(
        [
          node('system-0', { taints: [taint('a=b:NoSchedule')] }),
          node('system-1', { taints: [taint('a=b:PreferNoSchedule')] }),
        ],
        [nodePool('system'), nodePool('user')],
      ),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
    {
      name: 'no mode in Azure, and the label of the nodes says system and user',
      given: given(
        [
          node('system-0', { labels: new Map([['kubernetes.azure.com/mode', 'system']]) }),
          node('user-0', { labels: new Map([['kubernetes.azure.com/mode', 'User']]) }),
        ],
        [withoutMode('system'), withoutMode('user')],
      ),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
    {
      name: 'nodes made on demand tell where Azure does not',
      given: given([node('system-0'), onDemand], [nodePool('system')]),
      finds: [{ ...open, causes: ['no-taint'] }],
    },
  ],
  unknown: [
    {
      name: 'nobody says what a pool is for',
      given: given([node('old-0')], [withoutMode('old')]),
      why: 'old: neither ARM nor a node shows whether this is a system pool',
    },
    {
      name: 'one pool is of unknown use, another is open',
      given: given([node('system-0')], [nodePool('system'), nodePool('user'), withoutMode('old')]),
      why: 'old: neither ARM nor a node shows',
      finds: [{ ...open, causes: ['no-taint'] }],
    },
  ],
});
