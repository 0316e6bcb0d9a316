import { expect, test } from '@jest/globals';
import { rebalance } from '../../../shared/fixes/configuration-fixes.ts';
import { nodeOnNoLoadBalancer } from '../../../shared/rules/multi-lb/node-on-no-load-balancer.ts';
import { unread, type Node } from '../../../shared/model/index.ts';
import {
  cluster,
  configuration,
  excludedNode,
  loadBalancer,
  nicMember,
  node,
  taint,
  virtualNode,
  vmMember,
  vmNode,
  labelSelector,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';
import {
  balancer,
  gateway,
  keyOf,
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
  type Part,
} from './several.ts';

const found = { subject: 'Node user-1', severity: 'medium' } as const;
const missing = { ...found, causes: ['node-missing-from-pool'] } as const;
const orphan = { ...found, causes: ['no-matching-configuration'] } as const;
const first: readonly Part[] = [{ nodes: [system, users[0]], of: portal }];

/** The cluster with another node in the place of `user-1`, which is in no pool. */
function outside(one: Node = users[1]) {
  return several({
    nodes: [system, users[0], one, ...payers],
    loadBalancers: [balancer('kubernetes', ...first), balancer('payments', ...onPayments)],
  });
}

const selective = [
  { ...primary, nodeSelector: labelSelector({ tier: 'front' }) },
  { ...payments, nodeSelector: labelSelector({ tier: 'pay' }) },
];

describeRule(nodeOnNoLoadBalancer, {
  fires: [
    {
      name: 'a node that belongs somewhere is in no shared pool',
      given: outside(),
      finds: [{ ...missing, evidence: { nodePool: 'user', pools: ['kubernetes/kubernetes'] } }],
    },
    {
      name: 'a primary node of one configuration',
      given: several({
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer('payments', { nodes: [payers[0]], of: ledger }),
        ],
      }),
      finds: [{ ...missing, subject: 'Node pay-1', evidence: { pools: ['payments/kubernetes'] } }],
    },
    {
      name: 'every configuration asks for labels that the node has not',
      given: { ...outside(), loadBalancerConfigurations: selective },
      finds: [{ ...orphan, evidence: { pools: ['kubernetes/kubernetes', 'payments/kubernetes'] } }],
    },
    {
      name: 'a machine of its own, which is primary of none',
      given: {
        ...outside(vmNode('user-1', { pool: 'pay' })),
        loadBalancerConfigurations: selective,
      },
      finds: [orphan],
    },
    {
      name: 'in the own pool of a Service only, which no other Service comes in by',
      given: several({
        loadBalancers: [
          balancer('kubernetes', ...first),
          balancer(
            'payments',
            { nodes: payers, of: ledger },
            {
              nodes: [...payers, users[1]],
              poolName: 'payments-gateway',
              of: gateway,
            },
          ),
        ],
      }),
      finds: [missing],
    },
  ],
  quiet: [
    { name: 'every node is on one', given: several() },
    {
      name: 'one load balancer only: another rule',
      given: { ...outside(), loadBalancerConfigurations: [] },
    },
    { name: 'not Ready', given: outside(node('user-1', { ready: 'false' })) },
    { name: 'labelled out', given: outside(excludedNode('user-1')) },
    {
      name: 'about to be deleted',
      given: outside(
        node('user-1', { taints: [taint('ToBeDeletedByClusterAutoscaler:NoSchedule')] }),
      ),
    },
    { name: 'a virtual node', given: outside(virtualNode()) },
    {
      name: 'no address that the pools could hold',
      given: outside(node('user-1', { internalIps: ['fd00::5'] })),
    },
    {
      name: 'no Service has a rule, so nobody keeps the pools',
      given: { ...outside(), services: [] },
    },
  ],
  boundary: [
    {
      name: 'younger than five minutes',
      given: outside(node('user-1', { createdAt: '2026-11-23T05:56:00Z' })),
      finds: [{ ...missing, severity: 'info' }],
    },
    {
      name: 'made once the run had begun',
      given: outside(node('user-1', { createdAt: '2026-11-23T06:30:00Z' })),
      finds: [{ ...missing, severity: 'info' }],
    },
    {
      name: 'five minutes old',
      given: outside(node('user-1', { createdAt: '2026-11-23T05:55:00Z' })),
      finds: [missing],
    },
    {
      name: 'its load balancer has Local Services only, and so no shared pool',
      given: several({
        services: [portal, gateway],
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer('payments', { nodes: payers, poolName: 'payments-gateway', of: gateway }),
        ],
      }),
      finds: [],
    },
    {
      name: 'in the shared pool of another configuration than its own: it is on one',
      given: several({
        loadBalancers: [
          balancer('kubernetes', { nodes: [system, ...users, ...payers], of: portal }),
          balancer('payments', { nodes: [payers[0]], of: ledger }),
        ],
      }),
      finds: [],
    },
    {
      name: 'a node selector brings it, and it is not there',
      given: {
        ...outside(node('user-1', { labels: new Map([['tier', 'pay']]) })),
        loadBalancerConfigurations: [
          primary,
          { ...payments, nodeSelector: labelSelector({ tier: 'pay' }) },
        ],
      },
      finds: [{ ...missing, evidence: { pools: ['payments/kubernetes'] } }],
    },
    {
      name: 'the configuration that its pool is primary of has no load balancer yet',
      given: {
        ...outside(),
        loadBalancerConfigurations: [primary, payments, configuration('users', 'user')],
      },
      finds: [missing],
    },
  ],
  unknown: [
    {
      name: 'a selector that nobody can use',
      given: {
        ...outside(),
        loadBalancerConfigurations: [
          primary,
          {
            ...payments,
            nodeSelector: {
              matchLabels: new Map(),
              matchExpressions: [{ key: 'x', operator: 'In', values: [] }],
            },
          },
        ],
      },
      why: 'user-1: ',
    },
    {
      name: 'entries by NIC that lead nowhere',
      given: {
        ...outside(vmNode('user-1')),
        networkInterfaces: unread('403'),
        loadBalancers: [
          loadBalancer({
            key: keyOf(portal),
            members: [...[system, users[0], ...payers].map(nicMember), vmMember(vmNode('user-1'))],
          }),
        ],
      },
      why: 'user-1: networkInterfaces: 403',
    },
  ],
});

// With spaces between the names the command takes the first alone.
test('the names of several load balancers are one argument', () => {
  expect(rebalance(cluster(), ['kubernetes', 'payments']).text).toBe(
    'az aks loadbalancer rebalance-nodes -g rg -n aks --load-balancer-names kubernetes,payments',
  );
});
