import { snatPortsExhausted } from '../../../shared/rules/outbound/snat-ports-exhausted.ts';
import {
  armId,
  unread,
  type ManagedCluster,
  type NodePool,
  type OutboundProfile,
} from '../../../shared/model/index.ts';
import {
  loadBalancer,
  managedCluster,
  node,
  nodePool,
  virtualNode,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const medium = { subject: 'Cluster aks', severity: 'medium' } as const;
const byAutoscaler = { ...medium, causes: ['autoscaler-maximum'] } as const;
const bySurge = { ...medium, causes: ['upgrade-surge'] } as const;

/** Room for 8 nodes. */
const eight = { allocatedOutboundPorts: 8000, managedIpCount: 1, effectiveIpIds: [] };

/** Pools that do not surge unless they say so. */
function given(
  pools: readonly Partial<NodePool>[],
  outbound: OutboundProfile = eight,
  changes: Partial<ManagedCluster> = {},
): SnapshotChanges {
  return {
    managedCluster: managedCluster({
      nodePools: pools.map((pool, index) => nodePool(`pool${index}`, { maxSurge: '0', ...pool })),
      outbound,
      ...changes,
    }),
  };
}

/** The same cluster, of which ARM does not say one thing, or not of its first pool. */
function silent(
  changes: SnapshotChanges,
  about: { readonly cluster?: keyof ManagedCluster; readonly pool?: keyof NodePool },
): SnapshotChanges {
  const whole = changes.managedCluster as ManagedCluster;
  const [first, ...rest] = whole.nodePools;
  const pool = Object.fromEntries(
    Object.entries(first ?? {}).filter(([key]) => key !== about.pool),
  );
  const fields = { ...whole, nodePools: [pool, ...rest] };
  const kept = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== about.cluster));
  return { ...changes, managedCluster: kept as unknown as ManagedCluster };
}

function ownAddresses(...effectiveIpIds: OutboundProfile['effectiveIpIds']): OutboundProfile {
  return { allocatedOutboundPorts: 8000, effectiveIpIds };
}

const scaled = { autoscaling: true, minCount: 2, count: 2 } as const;
const prefix = armId(
  '/subscriptions/s/resourcegroups/g/providers/microsoft.network/publicipprefixes/out',
);

function publicIp(name: string, address: string) {
  const id = armId(
    `/subscriptions/s/resourcegroups/g/providers/microsoft.network/publicipaddresses/${name}`,
  );
  return { id, name, resourceGroup: 'g', address, tags: new Map<string, string>() };
}

describeRule(snatPortsExhausted, {
  fires: [
    {
      name: 'the autoscaler may bring more nodes than there are ports for',
      given: given([{ ...scaled, maxCount: 20 }]),
      finds: [
        {
          ...byAutoscaler,
          evidence: {
            allocatedPorts: 8000,
            outboundAddresses: 1,
            roomForNodes: 8,
            nodesNow: 2,
            mostNodes: 20,
            surgeNodes: 0,
            nodePools: ['pool0: up to 20'],
          },
        },
      ],
    },
    {
      name: 'pools that fit one by one and not together',
      given: given([{ count: 4 }, { ...scaled, maxCount: 5 }]),
      finds: [byAutoscaler],
    },
    {
      name: 'only the nodes of an upgrade have no room',
      given: given([{ count: 8, maxSurge: '10%' }]),
      finds: [
        {
          ...bySurge,
          evidence: {
            mostNodes: 8,
            surgeNodes: 1,
            nodePools: ['pool0: up to 8, 1 more during upgrades'],
          },
        },
      ],
    },
    {
      name: 'there are too many nodes already',
      given: given([{ count: 9 }]),
      finds: [{ ...medium, causes: ['node-count'] }],
    },
    {
      name: 'addresses of its owner: those of IPv6 have ports of their own',
      given: {
        ...given([{ count: 9 }], ownAddresses(publicIp('a', '').id, publicIp('b', '').id)),
        publicIpAddresses: [publicIp('a', '20.1.2.3'), publicIp('b', '2603:1020::5')],
      },
      finds: [{ ...medium, causes: ['node-count'], evidence: { outboundAddresses: 1 } }],
    },
    {
      name: 'the ports are told by the outbound rule alone',
      given: {
        ...given([{ count: 9 }], { managedIpCount: 1, effectiveIpIds: [] }),
        loadBalancers: [
          loadBalancer({
            outboundRules: [
              { name: 'aksOutboundRule', allocatedOutboundPorts: 8000, frontendIds: [] },
            ],
          }),
        ],
      },
      finds: [{ ...medium, causes: ['node-count'] }],
    },
  ],
  quiet: [
    { name: 'the healthy cluster', given: {} },
    { name: 'room for all', given: given([{ ...scaled, maxCount: 7, maxSurge: '10%' }]) },
    {
      name: 'as many addresses as it takes',
      given: given([{ ...scaled, maxCount: 20 }], { ...eight, managedIpCount: 3 }),
    },
    {
      name: 'ports are dealt out by the number of nodes',
      given: given([{ ...scaled, maxCount: 900 }], { ...eight, allocatedOutboundPorts: 0 }),
    },
    {
      name: 'another way out',
      given: given([{ ...scaled, maxCount: 20 }], eight, { outboundType: 'managedNATGateway' }),
    },
    {
      name: 'Basic has no outbound rule',
      given: given([{ ...scaled, maxCount: 20 }], eight, { loadBalancerSku: 'basic' }),
    },
    {
      name: 'a stopped pool does not come back by itself',
      given: given([{ count: 4 }, { count: 9, powerState: 'Stopped' }]),
    },
    {
      name: 'a limit without an autoscaler is none',
      given: given([{ count: 4, maxCount: 100 }]),
    },
    {
      name: 'a virtual node has no port of the load balancer',
      given: {
        ...given([{ count: 8 }]),
        nodes: [...Array.from({ length: 8 }, (_, at) => node(`pool0-${at}`)), virtualNode()],
      },
    },
  ],
  boundary: [
    { name: '8 nodes of 8', given: given([{ count: 8 }]), finds: [] },
    {
      name: '8 nodes of 8, and one buffer node where nothing is said of the surge',
      given: silent(given([{ count: 8 }]), { pool: 'maxSurge' }),
      finds: [bySurge],
    },
    {
      name: '7 nodes of 8, and the same',
      given: silent(given([{ count: 7 }]), { pool: 'maxSurge' }),
      finds: [],
    },
    {
      name: 'a fraction of a node is a node: 10 % of 7',
      given: given([{ count: 7, maxSurge: '10%' }]),
      finds: [],
    },
    {
      name: '33 % of 6 is two',
      given: given([{ count: 6, maxSurge: '33%' }]),
      finds: [],
    },
    {
      name: '34 % of 6 is three',
      given: given([{ count: 6, maxSurge: '34%' }]),
      finds: [bySurge],
    },
    {
      name: 'a surge of an empty pool is nothing',
      given: given([{ count: 8 }, { count: 0, maxSurge: '50%' }]),
      finds: [],
    },
    {
      name: 'made on demand, and too many already',
      given: {
        ...given([{ count: 8 }], eight, { nodeAutoProvisioning: true }),
        nodes: [
          node('made-0', { pool: '', labels: new Map([['karpenter.sh/nodepool', 'default']]) }),
        ],
      },
      finds: [{ ...medium, causes: ['node-count'], evidence: { nodesNow: 9 } }],
    },
    {
      name: 'nodes that ARM does not count are counted',
      given: {
        ...silent(given([{ count: 1 }]), { pool: 'count' }),
        nodes: Array.from({ length: 9 }, (_, at) => node(`pool0-${at}`)),
      },
      finds: [{ ...medium, causes: ['node-count'] }],
    },
    {
      name: 'a prefix has two addresses at least',
      given: given([{ count: 16 }], ownAddresses(prefix)),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'a prefix of a size that was not read may be enough',
      given: given([{ count: 17 }], ownAddresses(prefix)),
      why: 'the size of prefix out was not read',
    },
    {
      name: 'nothing limits the nodes that are made on demand',
      given: given([{ count: 3 }], eight, { nodeAutoProvisioning: true }),
      why: 'the limit of node auto-provisioning is not known',
    },
    {
      name: 'an autoscaler without a limit',
      given: given([{ ...scaled }]),
      why: 'the maximum size of pool pool0 was not read',
    },
    {
      name: 'a pool that nobody counts',
      given: {
        ...silent(given([{ count: 1 }]), { pool: 'count' }),
        nodes: unread('403'),
      },
      why: 'the number of nodes of pool pool0 was not read',
    },
    {
      name: 'no profile, and no rule to tell',
      given: silent(given([{ count: 3 }]), { cluster: 'outbound' }),
      why: 'the number of outbound ports per node was not read',
    },
    {
      name: 'no address is known',
      given: given([{ count: 3 }], ownAddresses()),
      why: 'the outbound addresses were not read',
    },
    {
      name: 'nobody says what the load balancer is',
      given: {
        ...silent(given([{ count: 3 }]), { cluster: 'loadBalancerSku' }),
        loadBalancers: unread('403'),
      },
      why: 'loadBalancers: 403',
    },
  ],
});
