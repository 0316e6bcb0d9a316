import { clusterViewOf } from '../facts/index.ts';
import { servicePlacer } from '../facts/service-placer.ts';
import {
  aksClusterName,
  annotation,
  baseName,
  chooseBasicLoadBalancer,
  findRules,
  internalSuffix,
  isInternal,
  isInternalName,
  lbVmSet,
  machineIdOf,
  selectVmSets,
  type ClusterTopology,
} from '../load-balancing/index.ts';
import {
  armId,
  armIdParts,
  sameName,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancer,
  type LoadBalancerService,
} from '../model/index.ts';

export type Blocked =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unsure'; readonly why: string };

type ServiceTarget = { readonly kind: 'on'; readonly name: string } | Blocked;

/** The load balancer that a Service goes to. */
export function targetOf(snapshot: ClusterSnapshot, service: LoadBalancerService): ServiceTarget {
  const configurations = snapshot.loadBalancerConfigurations;
  const internal = isInternal(service.annotations);
  const suffix = internal ? internalSuffix : '';
  if (configurations.kind === 'read' && configurations.value.length > 0) {
    const place = servicePlacer.of(snapshot);
    if (place.kind === 'unread') return { kind: 'unsure', why: place.why };
    const placement = place.value(service);
    switch (placement.kind) {
      case 'placed':
        return { kind: 'on', name: placement.loadBalancer };
      case 'error':
        return { kind: 'refused', why: placement.error };
      case 'none':
        return { kind: 'refused', why: 'every eligible load balancer is full' };
      case 'unknown':
        return { kind: 'unsure', why: placement.why };
    }
  }
  if (configurations.kind === 'unread')
    return { kind: 'unsure', why: `loadBalancerConfigurations: ${configurations.why}` };
  return skuOf(snapshot) === 'basic'
    ? basicTarget(snapshot, service, internal)
    : { kind: 'on', name: `${clusterPrefix(snapshot)}${suffix}` };
}

/** `kubernetes`, as the load balancers that exist spell it. */
function clusterPrefix(snapshot: ClusterSnapshot): string {
  const existing = valueOr(snapshot.loadBalancers, []).find((each) =>
    sameName(baseName(each.name), aksClusterName),
  );
  return existing === undefined ? aksClusterName : baseName(existing.name);
}

/** The SKU of new load balancers: the profile’s, else that of one that exists, else Standard. */
export function skuOf(snapshot: ClusterSnapshot): string {
  const cluster = valueOr(snapshot.managedCluster, undefined);
  return cluster?.loadBalancerSku ?? valueOr(snapshot.loadBalancers, [])[0]?.sku ?? 'standard';
}

/** Basic has a load balancer for each VM set, and the annotation says which. */
function basicTarget(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  internal: boolean,
): ServiceTarget {
  const { topology } = clusterViewOf(snapshot);
  const nodes = valueOr(snapshot.nodes, []);
  const loadBalancers = valueOr(snapshot.loadBalancers, []);
  const mode = annotation(service.annotations, 'azure-load-balancer-mode');
  const [current] = findRules(loadBalancers)(service);
  const stays = mode === undefined || sameName(mode.trim(), '__auto__');
  if (stays && current !== undefined && isInternalName(current.loadBalancer.name) === internal)
    return { kind: 'on', name: current.loadBalancer.name };
  const primary = primaryVmSet(snapshot, topology);
  if (primary === undefined)
    return { kind: 'unsure', why: 'the primary VM set of the cluster is not known' };
  const isScaleSet = nodes.some(
    (node) => machineIdOf(node.providerId)?.kind === 'scale-set-instance',
  );
  const selected = selectVmSets({
    vmType: isScaleSet ? 'vmss' : 'standard',
    sku: 'basic',
    primaryVmSet: primary,
    mode,
    nodes: nodes.map((node) => {
      const set = topology.vmSetOf(node);
      return {
        name: node.name,
        vmSet: set.kind === 'set' ? set.name : undefined,
        labels: node.labels,
      };
    }),
    nodeResourceGroup: valueOr(snapshot.managedCluster, undefined)?.nodeResourceGroup,
  });
  if ('error' in selected) return { kind: 'refused', why: selected.error };
  const chosen = chooseBasicLoadBalancer({
    vmSets: selected.vmSets,
    existing: loadBalancers.map(({ name, rules }) => ({ name, ruleCount: rules.length })),
    clusterName: aksClusterName,
    primaryVmSet: primary,
    internal,
    sku: 'basic',
  });
  return 'error' in chosen
    ? { kind: 'refused', why: chosen.error }
    : { kind: 'on', name: chosen.name };
}

/** The set behind the load balancer of the cluster's own name; without one, that of the first system pool. */
function primaryVmSet(snapshot: ClusterSnapshot, topology: ClusterTopology): string | undefined {
  const like: LoadBalancer = loadBalancerNamed(snapshot, aksClusterName, 'basic');
  return lbVmSet(topology, like);
}

/** The load balancer as it is, or as the provider would start it. */
export function loadBalancerNamed(
  snapshot: ClusterSnapshot,
  name: string,
  sku: string,
): LoadBalancer {
  const all = valueOr(snapshot.loadBalancers, []);
  const existing = all.find((each) => sameName(each.name, name));
  if (existing !== undefined) return existing;
  const [like] = all;
  const cluster = valueOr(snapshot.managedCluster, undefined);
  const group = cluster?.nodeResourceGroup ?? like?.resourceGroup ?? 'unknown';
  const subscription =
    cluster?.subscriptionId ??
    (like === undefined ? undefined : armIdParts(like.id).subscriptionId) ??
    'unknown';
  return {
    id: armId(
      `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/loadBalancers/${name}`,
    ),
    name,
    resourceGroup: group.toLowerCase(),
    sku,
    frontends: [],
    backendPools: [],
    rules: [],
    probes: [],
    outboundRules: [],
    inboundNatRuleCount: 0,
  };
}
