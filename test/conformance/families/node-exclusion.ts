import {
  isControlPlane,
  nicChange,
  providerExcludes,
  scaleSetChange,
  serviceControllerExcludes,
  type ExclusionReason,
  type NicFacts,
  type PoolChange,
} from '../../../shared/load-balancing/index.ts';
import { listOf, mapOf, objectOf, textOf, type FamilyRunner, type JsonObject } from '../family.ts';
import { taintOf } from './placement-inputs.ts';

/** The family's names of the product's reasons. */
const names: Readonly<Record<ExclusionReason, string>> = {
  deleting: 'deleting',
  'exclude-label': 'excludeLabel',
  'autoscaler-taint': 'autoscalerTaint',
  unmanaged: 'unmanaged',
  'other-resource-group': 'otherResourceGroup',
  'control-plane': 'controlPlane',
  'other-vm-set': 'otherVMSet',
  'flex-on-basic': 'flexOnBasic',
  'vm-not-found': 'vmNotFound',
  'vm-inactive': 'vmInactive',
  'nic-failed': 'nicFailed',
  'no-network-configuration': 'noNetworkConfig',
  'held-by-other-load-balancer': 'otherLoadBalancer',
  'no-address-of-family': 'noAddress',
  'windows-2019': 'windows2019',
  'not-scale-set': 'notScaleSet',
  'virtual-node': 'virtualNode',
};
const eligible = 'eligible';
const alreadyMember = 'alreadyMember';

/**
 * The family's reasons are its own ("Reasons are named here; the tests assert only the outcome"): one
 * that has no counterpart above is a name for a thing that the product calls otherwise, and the
 * outcome alone is compared.
 */
export function comparedOfNodeExclusion(expected: JsonObject): JsonObject {
  const { reason, ...outcome } = expected;
  const known = [...Object.values(names), eligible, alreadyMember];
  return known.includes(textOf(reason)) ? expected : outcome;
}

/** Family `nodeExclusion`: is a node in or out at one stage of the decision, and why. */
export const nodeExclusion: FamilyRunner = ({ input }) => {
  const node = objectOf(input['node']);
  const labels = mapOf(node['labels']);
  const providerReason = (): ExclusionReason | undefined => {
    const excluded = input['excludeControlPlane'] === true && input['sku'] !== 'basic';
    if (excluded && isControlPlane({ labels })) return 'control-plane';
    return providerExcludes({ labels }, resourceGroup);
  };
  switch (textOf(input['stage'])) {
    case 'serviceController':
      return filtered(
        serviceControllerExcludes({
          labels,
          taints: listOf(node['taints']).map(taintOf),
          deleting: node['deleting'] === true,
        }),
      );
    case 'providerExclusion':
      return filtered(providerExcludes({ labels }, resourceGroup));
    case 'controlPlaneRole':
      return { isControlPlane: isControlPlane({ labels }) };
    case 'nicPool': {
      const reason = providerReason();
      const pool = {
        id: textOf(input['pool']),
        sku: textOf(input['sku']),
        vmSet: textOf(input['vmSetOfLB']) || undefined,
      };
      return changed(
        reason === undefined
          ? nicChange(factsOf(objectOf(input['vm'])), pool)
          : { kind: 'out', reason },
      );
    }
    case 'scaleSetModel': {
      const set = objectOf(input['scaleSet']);
      const facts = {
        providerId: textOf(input['providerID']),
        provisioningState: textOf(set['provisioningState']),
        networkConfigured: set['networkConfigPresent'] !== false,
        windowsImage: textOf(set['image']),
        poolIds: listOf(set['existingPools']).map(textOf),
      };
      return changed(
        scaleSetChange(facts, { id: textOf(input['pool']), sku: textOf(input['sku']) }),
      );
    }
    default:
      return {};
  }
};

/** The cluster's own group throughout the vectors. */
const resourceGroup = 'rg';

function factsOf(vm: JsonObject): NicFacts {
  const kind = textOf(vm['kind']);
  return {
    kind: kind === 'vmssflex' || kind === 'availabilitySet' ? kind : 'vmss',
    vmSet: textOf(vm['vmSet']),
    found: vm['found'] !== false,
    provisioningState: textOf(vm['provisioningState']),
    powerState: textOf(vm['powerState']),
    nicProvisioningState: textOf(vm['nicProvisioningState']),
    networkConfigured: vm['networkConfigPresent'] !== false,
    poolIds: listOf(vm['existingPools']).map(textOf),
  };
}

function filtered(reason: ExclusionReason | undefined): JsonObject {
  return reason === undefined
    ? { inPool: true, reason: eligible }
    : { inPool: false, reason: names[reason] };
}

function changed(change: PoolChange): JsonObject {
  switch (change.kind) {
    case 'stays':
      return { inPool: true, change: false, reason: alreadyMember };
    case 'joins':
      return { inPool: true, change: true, reason: eligible };
    case 'out':
      return { inPool: false, change: false, reason: names[change.reason] };
    case 'error':
      return { inPool: false, change: false, error: change.error };
  }
}
