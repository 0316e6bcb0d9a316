import {
  aksClusterName,
  clusterOfPublicIp,
  isWanted,
  type WantedPublicIp,
} from '../load-balancing/index.ts';
import {
  armId,
  armIdParts,
  reasonOf,
  sameName,
  type ArmId,
  type LoadBalancer,
  type LoadBalancerService,
  type PublicIpAddress,
  type Read,
  type Reason,
} from '../model/index.ts';

/** A public IP address that a Service asks for and cannot have. */
export interface Unusable {
  readonly kind: 'unusable';
  readonly wanted: WantedPublicIp;
  readonly cause:
    | 'not-an-address'
    | 'not-public'
    | 'not-found'
    | 'other-resource-group'
    | 'other-sku'
    | 'other-cluster'
    | 'in-use';
  /** The group, SKU, cluster or user of it that stands in the way. */
  readonly detail?: string;
}

export type PublicIpVerdict =
  Unusable | { readonly kind: 'usable' } | ({ readonly kind: 'unknown' } & Reason);

export interface PublicIpInputs {
  readonly service: LoadBalancerService;
  readonly publicIps: readonly PublicIpAddress[];
  /** Where the cloud provider looks. */
  readonly group: string | undefined;
  readonly nodeGroup: string | undefined;
  readonly sku: Read<'basic' | 'standard'>;
  readonly loadBalancers: Read<readonly LoadBalancer[]>;
}

/** Whether the cloud provider can use what a Service asks for. */
export function judgePublicIp(wanted: WantedPublicIp, inputs: PublicIpInputs): PublicIpVerdict {
  const { publicIps, group, sku } = inputs;
  if (group === undefined)
    return { kind: 'unknown', why: 'the node resource group of the cluster is not known' };
  const found = publicIps.find(
    (each) => sameName(each.resourceGroup, group) && isWanted(each, wanted),
  );
  if (found === undefined) return missing(wanted, inputs, group);
  const cluster = clusterOfPublicIp(found);
  if (cluster !== undefined && !sameName(cluster, aksClusterName))
    return { kind: 'unusable', wanted, cause: 'other-cluster', detail: cluster };
  const user = otherUser(found, inputs);
  if (user !== undefined) return { kind: 'unusable', wanted, cause: 'in-use', detail: user };
  if (found.sku === undefined)
    return {
      kind: 'unknown',
      why: `ARM does not return the SKU of public IP address ${found.name}`,
    };
  if (sku.kind === 'unread') return { kind: 'unknown', ...reasonOf(sku) };
  return sameName(found.sku, sku.value)
    ? { kind: 'usable' }
    : { kind: 'unusable', wanted, cause: 'other-sku', detail: found.sku };
}

/** The addresses of a group of which none was read may not have been asked for. */
function missing(
  wanted: WantedPublicIp,
  { service, publicIps, nodeGroup }: PublicIpInputs,
  group: string,
): PublicIpVerdict {
  if (wanted.by === 'address' && service.ingressIps.includes(wanted.text))
    return { kind: 'usable' };
  const elsewhere = publicIps.find((each) => isWanted(each, wanted));
  if (elsewhere !== undefined)
    return {
      kind: 'unusable',
      wanted,
      cause: 'other-resource-group',
      detail: elsewhere.resourceGroup,
    };
  const read = publicIps.some((each) => sameName(each.resourceGroup, group));
  return read || sameName(group, nodeGroup ?? '')
    ? { kind: 'unusable', wanted, cause: 'not-found', detail: group }
    : { kind: 'unknown', why: `the public IP addresses of resource group ${group} were not read` };
}

/** Who has an address that no load balancer of the cluster has. */
function otherUser(
  { ipConfigurationId }: PublicIpAddress,
  { loadBalancers }: PublicIpInputs,
): string | undefined {
  if (ipConfigurationId === undefined || loadBalancers.kind === 'unread') return undefined;
  const owner = ownerOf(ipConfigurationId);
  const ours = loadBalancers.value.some(({ id }) => id === owner);
  return ours ? undefined : armIdParts(owner).name;
}

/** The resource that an ip configuration is part of. */
function ownerOf(id: ArmId): ArmId {
  const [, owner = id] = /^(.*\/providers\/[^/]+\/[^/]+\/[^/]+)/u.exec(id) ?? [];
  return armId(owner);
}
