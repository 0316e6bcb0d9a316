import { expect, test } from '@jest/globals';
import { recreateConfiguration } from '../../../shared/fixes/configuration-fixes.ts';
import { emptyPrimaryPool } from '../../../shared/rules/multi-lb/empty-primary-pool.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  cluster,
  configuration,
  excludedNode,
  node,
  vmNode,
  labelSelector,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';
import {
  balancer,
  ledger,
  onKubernetes,
  onPayments,
  payers,
  payments,
  portal,
  primary,
  several,
  system,
  users,
} from './several.ts';

const found = { subject: 'LoadBalancerConfiguration payments', severity: 'high' } as const;
const zero = { ...found, causes: ['primary-pool-scaled-to-zero'] } as const;

/** Nobody of node pool `pay` is there. */
const without = {
  nodes: [system, ...users],
  loadBalancers: [
    balancer('kubernetes', ...onKubernetes),
    balancer('payments', { nodes: [], of: ledger }),
  ],
};

describeRule(emptyPrimaryPool, {
  fires: [
    {
      name: 'the primary node pool has no node, and the others stay where they are',
      given: several(without),
      finds: [{ ...zero, evidence: { primaryNodePool: 'pay', nodesOfPool: 0, rules: 1 } }],
    },
    {
      name: 'there is no node pool of that name',
      given: several({
        ...without,
        loadBalancerConfigurations: [primary, { ...payments, primaryNodePool: 'gone' }],
      }),
      finds: [{ ...found, causes: ['no-such-node-pool'] }],
    },
    {
      name: 'its nodes are labelled out',
      given: several({ ...without, nodes: [system, ...users, excludedNode('pay-0')] }),
      finds: [{ ...found, causes: ['primary-nodes-excluded'], evidence: { nodesOfPool: 1 } }],
    },
    {
      name: 'its nodes are machines of their own',
      given: several({
        ...without,
        nodes: [system, ...users, vmNode('pay-0')],
        loadBalancers: [
          balancer('kubernetes', { nodes: [system, ...users, vmNode('pay-0')], of: portal }),
          balancer('payments', { nodes: [], of: ledger }),
        ],
      }),
      finds: [{ ...found, causes: ['primary-pool-is-no-scale-set'] }],
    },
    {
      name: 'a node selector that no other node matches',
      given: several({
        ...without,
        loadBalancerConfigurations: [
          primary,
          { ...payments, nodeSelector: labelSelector({ tier: 'pay' }) },
        ],
      }),
      finds: [zero],
    },
  ],
  quiet: [
    { name: 'each has nodes', given: several() },
    {
      name: 'one load balancer only',
      given: several({ ...without, loadBalancerConfigurations: [] }),
    },
    {
      name: 'its nodes are not Ready, and belong there all the same',
      given: several({ nodes: [system, ...users, node('pay-0', { ready: 'false' })] }),
    },
    {
      name: 'a node selector brings nodes of another pool',
      given: several({
        ...without,
        nodes: [system, users[0], node('user-1', { labels: new Map([['tier', 'pay']]) })],
        loadBalancerConfigurations: [
          primary,
          { ...payments, nodeSelector: labelSelector({ tier: 'pay' }) },
        ],
      }),
    },
    {
      name: 'nodes of other pools are on it, and may stay',
      given: several({
        ...without,
        loadBalancers: [
          balancer('kubernetes', { nodes: [system, users[0]], of: portal }),
          balancer('payments', { nodes: [users[1]], of: ledger }),
        ],
      }),
    },
    {
      name: 'no node of the cluster may be on a load balancer: another rule',
      given: several({ ...without, nodes: [excludedNode('user-0')] }),
    },
    {
      name: 'without a primary node pool at all: another rule',
      given: several({
        ...without,
        loadBalancerConfigurations: [primary, configuration('payments', '')],
      }),
    },
  ],
  boundary: [
    {
      name: 'one node is enough',
      given: several({ nodes: [system, ...users, payers[0]] }),
      finds: [],
    },
    {
      name: 'no load balancer yet: the first Service would make it, empty',
      given: several({ ...without, loadBalancers: [balancer('kubernetes', ...onKubernetes)] }),
      finds: [zero],
    },
    {
      name: 'nodes that are on none yet come where fewest are',
      given: several({
        ...without,
        nodes: [...without.nodes, node('new-0')],
      }),
      finds: [],
    },
    {
      name: 'ARM was not read: the node pool is there as far as is known',
      given: several({
        ...without,
        managedCluster: unread('403'),
        loadBalancerConfigurations: [primary, { ...payments, primaryNodePool: 'gone' }],
      }),
      finds: [zero],
    },
    {
      name: 'the name of the node pool in another letter case',
      given: several({
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer('payments', ...onPayments),
        ],
        loadBalancerConfigurations: [primary, { ...payments, primaryNodePool: 'PAY' }],
      }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'a selector that nobody can use',
      given: several({
        ...without,
        loadBalancerConfigurations: [
          {
            ...primary,
            nodeSelector: {
              matchLabels: new Map(),
              matchExpressions: [{ key: 'x', operator: 'In', values: [] }],
            },
          },
          payments,
        ],
      }),
      why: 'payments: ',
    },
  ],
});

// `az aks loadbalancer update` refuses another primary pool.
test('another primary pool takes a configuration made anew', () => {
  const at = '-g rg --cluster-name aks -n payments';
  expect(recreateConfiguration(cluster(), 'payments').steps.map(({ text }) => text)).toEqual([
    `az aks loadbalancer show ${at}`,
    `az aks loadbalancer delete ${at}`,
    `az aks loadbalancer add ${at} --primary-agent-pool-name NODE_POOL`,
  ]);
});
