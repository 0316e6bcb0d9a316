import { availabilitySetRetired } from '../../../shared/rules/load-balancer/availability-set-retired.ts';
import type { NodePool } from '../../../shared/model/index.ts';
import { managedCluster, node, nodePool, vmNode } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

function pools(...nodePools: readonly NodePool[]) {
  return { managedCluster: managedCluster({ nodePools }) };
}

const retired = { severity: 'high', causes: ['availability-set'] } as const;

/** As bodies of 2019 may have it. */
function untyped(name: string): NodePool {
  const { type: _type, ...rest } = nodePool(name);
  return rest;
}

describeRule(availabilitySetRetired, {
  fires: [
    {
      name: 'two pools in availability sets: a finding for each',
      given: pools(
        nodePool('system', { type: 'AvailabilitySet' }),
        nodePool('user', { type: 'AvailabilitySet' }),
      ),
      finds: [
        {
          ...retired,
          subject: 'NodePool system',
          evidence: { type: 'AvailabilitySet', mode: 'system' },
        },
        { ...retired, subject: 'NodePool user' },
      ],
    },
  ],
  quiet: [
    { name: 'scale sets', given: {} },
    {
      name: 'Virtual Machines pools',
      given: pools(nodePool('user', { type: 'VirtualMachines' })),
    },
    {
      name: 'no type given, and its nodes are instances of a scale set',
      given: { ...pools(untyped('user')), nodes: [node('user-0')] },
    },
    { name: 'no node pool at all', given: pools() },
  ],
  boundary: [
    {
      name: 'another letter case, and beside a scale set',
      given: pools(nodePool('system'), nodePool('user', { type: 'availabilityset' })),
      finds: [{ ...retired, subject: 'NodePool user' }],
    },
  ],
  unknown: [
    {
      name: 'no type given, and machines of their own',
      given: { ...pools(untyped('user')), nodes: [vmNode('user-0'), node('system-0')] },
      why: 'user: ARM does not return the type',
    },
    {
      name: 'no type given, beside a pool that is one',
      given: pools(nodePool('system', { type: 'AvailabilitySet' }), untyped('other')),
      why: 'other: ARM does not return the type',
      finds: [{ ...retired, subject: 'NodePool system' }],
    },
  ],
});
