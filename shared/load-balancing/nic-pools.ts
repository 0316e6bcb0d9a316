import { sameName, type Node } from '../model/index.ts';
import type { ExclusionReason } from './exclusions.ts';
import { scaleSetOfProviderId } from './machine-id.ts';
import { isIpv6PoolName, sameLoadBalancer } from './pool-names.ts';

/** What decides whether a node's NIC can be in a pool; a fact that was not read does not count against it. */
export interface NicFacts {
  readonly kind: 'vmss' | 'vmssflex' | 'availabilitySet';
  readonly vmSet?: string | undefined;
  readonly found?: boolean;
  readonly provisioningState?: string | undefined;
  readonly powerState?: string | undefined;
  readonly nicProvisioningState?: string | undefined;
  readonly networkConfigured?: boolean;
  /** Pools that the NIC is in already, by id. */
  readonly poolIds: readonly string[];
}

export interface NicPool {
  readonly id: string;
  readonly sku: string;
  /** Basic: the one VM set that the load balancer takes; `undefined` = not known, or any. */
  readonly vmSet?: string | undefined;
}

const inactivePower = ['stopped', 'stopping', 'deallocated', 'deallocating', 'unknown'];

/** Why a node's NIC is not put into a pool (source: cloud-provider-azure), in the order in which the provider looks. */
export function nicObstacles(facts: NicFacts, pool: NicPool): readonly ExclusionReason[] {
  if (facts.found === false) return ['vm-not-found'];
  const standard = !sameName(pool.sku, 'basic');
  const reasons: ExclusionReason[] = [];
  if (facts.kind === 'vmss') {
    const provisioning = facts.provisioningState?.toLowerCase() ?? '';
    const power = facts.powerState?.toLowerCase() ?? '';
    if (['deleting', 'unknown'].includes(provisioning) || inactivePower.includes(power))
      reasons.push('vm-inactive');
  }
  if (facts.kind === 'vmssflex' && !standard) reasons.push('flex-on-basic');
  if (!standard && pool.vmSet !== undefined && !sameName(pool.vmSet, facts.vmSet ?? ''))
    reasons.push('other-vm-set');
  if (facts.kind === 'vmss') {
    if (facts.networkConfigured === false) reasons.push('no-network-configuration');
  } else if (sameName(facts.nicProvisioningState ?? '', 'failed')) reasons.push('nic-failed');
  if (standard && !isIn(facts.poolIds, pool.id) && onOther(pool.id, facts.poolIds))
    reasons.push('held-by-other-load-balancer');
  return reasons;
}

export interface ScaleSetFacts {
  /** Of a node of the set. */
  readonly providerId: string;
  readonly provisioningState?: string | undefined;
  readonly networkConfigured: boolean;
  /** Does its NIC have an IPv6 configuration? Absent = not known, which does not count against it. */
  readonly hasIpv6?: boolean;
  /** `<image>/…/<build>` of a Windows image; `undefined` for others. */
  readonly windowsImage?: string | undefined;
  readonly poolIds: readonly string[];
}

/** Standard: why a scale set's model is not put into a pool, so that its new instances start outside. */
export function scaleSetObstacle(facts: ScaleSetFacts, pool: NicPool): ExclusionReason | undefined {
  if (scaleSetOfProviderId(facts.providerId) === undefined) return 'not-scale-set';
  if (sameName(facts.provisioningState ?? '', 'deleting')) return 'vm-inactive';
  if (!facts.networkConfigured) return 'no-network-configuration';
  if (isIpv6PoolName(pool.id)) {
    if (isWindows2019(facts.windowsImage ?? '')) return 'windows-2019';
    if (facts.hasIpv6 === false) return 'no-address-of-family';
  }
  if (!isIn(facts.poolIds, pool.id) && onOther(pool.id, facts.poolIds))
    return 'held-by-other-load-balancer';
  return undefined;
}

/** The image of a node's machine as far as its labels tell, for {@link ScaleSetFacts}; `undefined` where they say nothing. */
export function windowsImageOf({ labels }: Pick<Node, 'labels'>): string | undefined {
  const image = labels.get('kubernetes.azure.com/node-image-version');
  const sku = labels.get('kubernetes.azure.com/os-sku') ?? '';
  return sameName(sku, 'Windows2019') || /^akswindows-2019-containerd-/iu.test(image ?? '')
    ? 'windows-2019-containerd/17763'
    : image;
}

/** Windows Server 2019 is build 17763 of AKS's image `windows-2019-containerd`; it knows no IPv6. */
function isWindows2019(image: string): boolean {
  const segments = image.split('/');
  const named = segments.some((segment) => sameName(segment, 'windows-2019-containerd'));
  return named && segments.at(-1)?.split('.')[0] === '17763';
}

function isIn(poolIds: readonly string[], id: string): boolean {
  return poolIds.some((each) => sameName(each, id));
}

function onOther(id: string, poolIds: readonly string[]): boolean {
  return sameLoadBalancer(id, poolIds)?.same === false;
}
