import { modeAnnotationUnknownSet } from '../../../shared/rules/load-balancer/mode-annotation-unknown-set.ts';
import type { LoadBalancerService, Node } from '../../../shared/model/index.ts';
import {
  excludedNode,
  managedCluster,
  node,
  nodePool,
  service,
  virtualNode,
  vmNode,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const key = 'service.beta.kubernetes.io/azure-load-balancer-mode';
const userSet = 'aks-user-12345678-vmss';
const systemSet = 'aks-system-12345678-vmss';
const high = { subject: 'Service shop/web', severity: 'high' } as const;

/** A Basic cluster, and a Service with a value for the annotation. */
function mode(
  value: string,
  nodes: readonly Node[] = [node('system-0'), node('user-0')],
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    managedCluster: managedCluster({ loadBalancerSku: 'basic' }),
    nodes,
    services: [service({ annotations: new Map([[key, value]]), ...changes })],
  };
}

/** Nodes and pools of the availability sets of 2019. */
const sets: SnapshotChanges = {
  managedCluster: managedCluster({
    loadBalancerSku: 'basic',
    nodePools: ['system', 'pool-1'].map((name) => nodePool(name, { type: 'AvailabilitySet' })),
  }),
  nodes: [vmNode('aks-system-27255451-0', { pool: 'system' }), poolOne('0')],
};

function poolOne(index: string): Node {
  return vmNode(`aks-pool-1-27255451-${index}`, { pool: 'pool-1' });
}

describeRule(modeAnnotationUnknownSet, {
  fires: [
    {
      name: 'a name that no VM set has',
      given: mode('aks-batch-12345678-vmss'),
      finds: [
        {
          ...high,
          causes: ['no-such-set'],
          evidence: {
            annotation: key,
            value: 'aks-batch-12345678-vmss',
            vmSets: [systemSet, userSet],
          },
        },
      ],
    },
    {
      name: 'a node pool, and not its VM set',
      given: mode('user'),
      finds: [{ ...high, causes: ['node-pool-name'] }],
    },
    {
      name: 'a list, which was split until 2020',
      given: mode(`${systemSet},${userSet}`),
      finds: [{ ...high, causes: ['list-of-sets'] }],
    },
    {
      name: 'an empty value is a name too',
      given: mode(''),
      finds: [{ ...high, causes: ['no-such-set'] }],
    },
    {
      name: 'availability sets: the name of the pool',
      given: { ...mode('pool-1'), ...sets },
      finds: [
        {
          ...high,
          causes: ['node-pool-name'],
          evidence: {
            vmSets: ['pool-1-availabilityset-27255451', 'system-availabilityset-27255451'],
          },
        },
      ],
    },
    {
      name: 'the scale set of which every node is excluded',
      given: mode(userSet, [node('system-0'), excludedNode('user-0')]),
      finds: [{ ...high, causes: ['no-such-set'], evidence: { vmSets: [systemSet] } }],
    },
  ],
  quiet: [
    { name: 'exactly one VM set', given: mode(userSet) },
    { name: 'in another letter case', given: mode(userSet.toUpperCase()) },
    { name: 'with blanks around', given: mode(` ${userSet} `) },
    { name: '__auto__', given: mode('__AUTO__') },
    {
      name: 'an availability set',
      given: { ...mode('pool-1-availabilitySet-27255451'), ...sets },
    },
    {
      name: 'Standard ignores it',
      given: { ...mode('nonsense'), managedCluster: managedCluster() },
    },
    { name: 'no annotation', given: { ...mode(''), services: [service()] } },
    {
      name: 'the Service is being deleted',
      given: mode('nonsense', undefined, { deleting: true }),
    },
    {
      name: 'another controller serves the Service',
      given: mode('nonsense', undefined, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'a virtual node has no VM set, and hides none',
      given: mode('nonsense', [node('user-0'), virtualNode()]),
      finds: [{ ...high, causes: ['no-such-set'] }],
    },
    {
      name: 'the set of a control plane node does not count',
      given: mode(systemSet, [
        node('system-0', { labels: new Map([['node-role.kubernetes.io/control-plane', '']]) }),
        node('user-0'),
      ]),
      finds: [{ ...high, causes: ['no-such-set'] }],
    },
    {
      name: 'no node is in a set at all',
      given: {
        ...mode(userSet, [vmNode('user-0')]),
        managedCluster: managedCluster({
          loadBalancerSku: 'basic',
          nodePools: [nodePool('user', { type: 'VirtualMachines' })],
        }),
      },
      finds: [{ ...high, causes: ['no-such-set'], evidence: { vmSets: [] } }],
    },
    {
      name: 'another node cannot be told, and the set is there',
      given: mode(userSet, [node('user-0'), node('user-1', { providerId: '' })]),
      finds: [],
    },
    {
      name: 'a value of 1,000 characters',
      given: mode('x,'.repeat(500)),
      finds: [{ ...high, causes: ['list-of-sets'] }],
    },
  ],
  unknown: [
    {
      name: 'the VM set of a node cannot be told',
      given: mode('aks-batch-12345678-vmss', [node('user-0'), node('batch-0', { providerId: '' })]),
      why: 'shop/web: the VM set of some nodes could not be derived',
    },
    {
      name: 'there is no node',
      given: mode(userSet, []),
      why: 'shop/web: the cluster has no nodes',
    },
    {
      name: 'a SKU of a later time',
      given: { ...mode('x'), managedCluster: managedCluster({ loadBalancerSku: 'service' }) },
      why: 'shop/web: load balancer SKU service is not known',
    },
  ],
});
