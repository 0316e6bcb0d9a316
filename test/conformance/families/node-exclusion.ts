import {
  isControlPlane,
  nicObstacles,
  providerExcludes,
  sameLoadBalancer,
  scaleSetObstacle,
  serviceControllerExcludes,
  type ExclusionReason,
  type NicFacts,
  type NicPool,
} from '../../../shared/load-balancing/index.ts';
import { sameName } from '../../../shared/model/index.ts';
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
      const facts = factsOf(objectOf(input['vm']));
      return changed(reason ?? nicObstacles(facts, pool)[0], facts.poolIds, pool);
    }
    case 'scaleSetModel': {
      const set = objectOf(input['scaleSet']);
      const facts = {
        providerId: textOf(input['providerID']),
        provisioningState: textOf(set['provisioningState']),
        networkConfigured: set['networkConfigPresent'] !== false,
        hasIpv6: set['ipv6Config'] !== false,
        windowsImage: textOf(set['image']),
        poolIds: listOf(set['existingPools']).map(textOf),
      };
      const pool = { id: textOf(input['pool']), sku: textOf(input['sku']) };
      return changed(scaleSetObstacle(facts, pool), facts.poolIds, pool);
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

/** What follows for the pool: a NIC or model that is in it stays, one that nothing bars joins. */
function changed(
  reason: ExclusionReason | undefined,
  poolIds: readonly string[],
  { id, sku }: NicPool,
): JsonObject {
  if (reason !== undefined) return { inPool: false, change: false, reason: names[reason] };
  if (poolIds.some((each) => sameName(each, id)))
    return { inPool: true, change: false, reason: alreadyMember };
  const wrong =
    sameName(sku, 'basic') || poolIds.length === 0
      ? undefined
      : [id, ...poolIds].find((each) => sameLoadBalancer(each, []) === undefined);
  return wrong === undefined
    ? { inPool: true, change: true, reason: eligible }
    : {
        inPool: false,
        change: false,
        error: `backendPoolID ${JSON.stringify(wrong)} is in wrong format`,
      };
}
