import { automaticPortsStep } from '../../../shared/rules/outbound/automatic-ports-step.ts';
import { unread, type ManagedCluster, type NodePool } from '../../../shared/model/index.ts';
import {
  loadBalancer,
  managedCluster,
  nodePool,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const low = { subject: 'Cluster aks', severity: 'low' } as const;
const byAutoscaler = { ...low, causes: ['autoscaler-maximum'] } as const;
const bySurge = { ...low, causes: ['upgrade-surge'] } as const;

function given(
  pools: readonly Partial<NodePool>[],
  changes: Partial<ManagedCluster> = {},
): SnapshotChanges {
  return {
    managedCluster: managedCluster({
      nodePools: pools.map((pool, index) => nodePool(`pool${index}`, { maxSurge: '0', ...pool })),
      ...changes,
    }),
  };
}

/** The same cluster, of which ARM does not say one thing. */
function silent(changes: SnapshotChanges, about: keyof ManagedCluster): SnapshotChanges {
  const fields = Object.entries(changes.managedCluster as ManagedCluster);
  const kept = Object.fromEntries(fields.filter(([key]) => key !== about));
  return { ...changes, managedCluster: kept as unknown as ManagedCluster };
}

function growing(count: number, maxCount: number): Partial<NodePool> {
  return { autoscaling: true, minCount: 1, count, maxCount };
}

describeRule(automaticPortsStep, {
  fires: [
    {
      name: 'the autoscaler may bring more than fifty nodes',
      given: given([growing(10, 80)]),
      finds: [
        {
          ...byAutoscaler,
          evidence: {
            portsNow: 1024,
            portsThen: 512,
            step: 50,
            nodesNow: 10,
            mostNodes: 80,
            surgeNodes: 0,
            nodePools: ['pool0: up to 80'],
          },
        },
      ],
    },
    {
      name: 'two pools together, over two steps',
      given: given([growing(20, 60), growing(20, 60)]),
      finds: [{ ...byAutoscaler, evidence: { portsNow: 1024, portsThen: 256, mostNodes: 120 } }],
    },
    {
      name: 'only an upgrade crosses the step',
      given: given([{ count: 48, maxSurge: '10%' }]),
      finds: [{ ...bySurge, evidence: { mostNodes: 48, surgeNodes: 5 } }],
    },
    {
      name: 'a cluster of some size, over the next step',
      given: given([growing(180, 300)]),
      finds: [{ ...byAutoscaler, evidence: { portsNow: 256, portsThen: 128, step: 200 } }],
    },
  ],
  quiet: [
    { name: 'the healthy cluster', given: {} },
    { name: 'growth within a step', given: given([growing(10, 45)]) },
    { name: 'past the step already, and within the next', given: given([growing(60, 90)]) },
    {
      name: 'a fixed number of ports',
      given: given([growing(10, 80)], {
        outbound: { allocatedOutboundPorts: 512, managedIpCount: 2, effectiveIpIds: [] },
      }),
    },
    {
      name: 'another way out',
      given: given([growing(10, 80)], { outboundType: 'userAssignedNATGateway' }),
    },
    { name: 'Basic', given: given([growing(10, 80)], { loadBalancerSku: 'basic' }) },
    { name: 'no autoscaler', given: given([{ count: 10, maxCount: 80 }]) },
  ],
  boundary: [
    { name: 'to 50 nodes', given: given([growing(10, 50)]), finds: [] },
    { name: 'to 51 nodes', given: given([growing(10, 51)]), finds: [byAutoscaler] },
    { name: 'from 51 to 100', given: given([growing(51, 100)]), finds: [] },
    { name: 'to 800 from 401', given: given([growing(401, 800)]), finds: [] },
    { name: 'to 801', given: given([growing(401, 801)]), finds: [byAutoscaler] },
    { name: 'there is no step beyond the last', given: given([growing(900, 5000)]), finds: [] },
    {
      name: 'the profile says nothing of ports, which is the same as 0',
      given: given([growing(10, 80)], { outbound: { managedIpCount: 1, effectiveIpIds: [] } }),
      finds: [byAutoscaler],
    },
    {
      name: 'no profile: the outbound rule tells',
      given: {
        ...silent(given([growing(10, 80)]), 'outbound'),
        loadBalancers: [
          loadBalancer({
            outboundRules: [
              { name: 'aksOutboundRule', allocatedOutboundPorts: 0, frontendIds: [] },
            ],
          }),
        ],
      },
      finds: [byAutoscaler],
    },
    {
      name: 'made on demand without a limit, and the pools cross the step by themselves',
      given: given([growing(10, 80)], { nodeAutoProvisioning: true }),
      finds: [byAutoscaler],
    },
  ],
  unknown: [
    {
      name: 'nothing limits the nodes that are made on demand',
      given: given([growing(10, 40)], { nodeAutoProvisioning: true }),
      why: 'the limit of node auto-provisioning is not known',
    },
    {
      name: 'no profile, and no rule to tell',
      given: silent(given([growing(10, 80)]), 'outbound'),
      why: 'the number of outbound ports per node was not read',
    },
    {
      name: 'nobody says what the load balancer is',
      given: {
        ...silent(given([growing(10, 80)]), 'loadBalancerSku'),
        loadBalancers: unread('403'),
      },
      why: 'loadBalancers: 403',
    },
  ],
});
