import { clusterViewOf } from '../facts/index.ts';
import { withAllowRules, type Opening } from './allow-rules.ts';
import { servicePlacer } from '../facts/service-placer.ts';
import {
  aksClusterName,
  backendPoolId,
  annotation,
  backendPoolName,
  baseName,
  chooseBasicLoadBalancer,
  expectedRules,
  findRules,
  frontendName,
  internalSubnet,
  internalSuffix,
  ipPoolAddresses,
  isInternal,
  isInternalName,
  isIpv6PoolName,
  isPoolByAddress,
  lbVmSet,
  machineIdOf,
  nodeEligibility,
  nodesOfLocalPool,
  placeNodes,
  probeSettings,
  rememberedFromPools,
  selectVmSets,
  serviceControllerExcludes,
  serviceKey,
  wantedAddresses,
  type ClusterTopology,
} from '../load-balancing/index.ts';
import {
  armId,
  armIdParts,
  read,
  sameName,
  valueOr,
  type BackendMember,
  type BackendPool,
  type ClusterSnapshot,
  type Frontend,
  type IpFamily,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
  type Node,
  type Probe,
  type PublicIpAddress,
} from '../model/index.ts';

export interface Reconciled {
  readonly snapshot: ClusterSnapshot;
  /** Services, by `namespace/name`, that it finishes. */
  readonly done: ReadonlySet<string>;
  /** Why the cloud provider would refuse a Service, by `namespace/name`: Azure then stays as it is. */
  readonly refused: ReadonlyMap<string, string>;
  /** Why it is not known what it would do. */
  readonly unsure: ReadonlyMap<string, string>;
}

export interface Reconcile {
  /** `namespace/name` of Services that the controller looks at again. */
  readonly services: ReadonlySet<string>;
  /** Services that are gone, or no longer of type LoadBalancer. */
  readonly deleted: readonly LoadBalancerService[];
  /** What is known to stop the provider; `stays` = it failed before, and nothing of the Service changes. */
  readonly blockedOf: BlockedOf;
}

/**
 * Azure after the cloud provider has reconciled some Services (source: cloud-provider-azure): load
 * balancer, frontend, rules, probes, backend pools. Services that it does not look at keep what they have.
 */
export function reconcileCloud(
  snapshot: ClusterSnapshot,
  { services, deleted, blockedOf }: Reconcile,
): Reconciled {
  const done = new Set<string>();
  const refused = new Map<string, string>();
  const unsure = new Map<string, string>();
  if (snapshot.loadBalancers.kind === 'unread') return { snapshot, done, refused, unsure };
  let loadBalancers = snapshot.loadBalancers.value;
  let addressed = snapshot;
  for (const service of deleted) {
    loadBalancers = withoutService(loadBalancers, service);
    addressed = withAllowRules(addressed, { service, rules: [] });
  }
  const wanted = valueOr(snapshot.services, []).filter(
    (service) =>
      services.has(`${service.namespace}/${service.name}`) &&
      !service.deleting &&
      service.loadBalancerClass === undefined,
  );
  for (const service of wanted) {
    const key = `${service.namespace}/${service.name}`;
    const current = { ...addressed, loadBalancers: read(loadBalancers) };
    const blocked = blockedOf(key, service);
    if (blocked === 'stays') continue;
    const target = blocked?.kind === 'unsure' ? blocked : targetOf(current, service);
    const rival = rivalFor(current, service);
    if (rival !== undefined)
      unsure.set(
        key,
        `it has the same backend pool as ${rival}, and whose nodes are in it depends on which of the two was reconciled last`,
      );
    if (target.kind === 'refused') refused.set(key, target.why);
    else if (target.kind === 'unsure') unsure.set(key, target.why);
    else {
      const result = reconcileService(current, service, target.name);
      if (typeof result === 'string') refused.set(key, result);
      else if (blocked?.kind === 'refused') refused.set(key, blocked.why);
      else if (blocked !== undefined) {
        refused.set(key, blocked.why);
        loadBalancers = result.loadBalancers;
        addressed = withAddress(addressed, service, result.publicIps);
      } else {
        done.add(key);
        loadBalancers = result.loadBalancers;
        addressed = withAllowRules(
          withAddress(addressed, result.service, result.publicIps),
          result,
        );
      }
    }
  }
  return { snapshot: { ...addressed, loadBalancers: read(loadBalancers) }, done, refused, unsure };
}

function withAddress(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  publicIps: readonly PublicIpAddress[],
): ClusterSnapshot {
  const services = valueOr(snapshot.services, []).map((each) =>
    each.namespace === service.namespace && each.name === service.name ? service : each,
  );
  return {
    ...snapshot,
    services: read(services),
    publicIpAddresses:
      snapshot.publicIpAddresses.kind === 'read'
        ? read([...snapshot.publicIpAddresses.value, ...publicIps])
        : snapshot.publicIpAddresses,
  };
}

/** Rules and probes by the Service's key; its frontends where nobody else's rules use them. */
function withoutService(
  loadBalancers: readonly LoadBalancer[],
  service: Pick<LoadBalancerService, 'uid'>,
  except?: string,
): readonly LoadBalancer[] {
  const key = serviceKey(service.uid).toLowerCase();
  if (key.length < 2) return loadBalancers;
  const isOwn = ({ name }: { readonly name: string }): boolean =>
    name.toLowerCase().startsWith(key);
  return loadBalancers.flatMap((loadBalancer): readonly LoadBalancer[] => {
    const touched = loadBalancer.rules.some(isOwn) || loadBalancer.frontends.some(isOwn);
    if (!touched || (except !== undefined && sameName(loadBalancer.name, except)))
      return [loadBalancer];
    const rules = loadBalancer.rules.filter((rule) => !isOwn(rule));
    const used = new Set(rules.map(({ frontendId }) => frontendId));
    const probed = new Set(rules.map(({ probeId }) => probeId));
    const frontends = loadBalancer.frontends.filter(
      (frontend) => !isOwn(frontend) || used.has(frontend.id) || frontend.hasOutboundRules,
    );
    // The provider deletes a load balancer with its last frontend.
    if (frontends.length === 0) return [];
    const probes = loadBalancer.probes.filter((probe) => !isOwn(probe) || probed.has(probe.id));
    return [{ ...loadBalancer, rules, probes, frontends }];
  });
}

/** `late` = refused once the load balancer is written. */
export type BlockedOf = (
  key: string,
  service: LoadBalancerService,
) => Blocked | { readonly kind: 'late'; readonly why: string } | 'stays' | undefined;

type Blocked =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unsure'; readonly why: string };

type Target = { readonly kind: 'on'; readonly name: string } | Blocked;

/** The load balancer that a Service goes to. */
function targetOf(snapshot: ClusterSnapshot, service: LoadBalancerService): Target {
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

function skuOf(snapshot: ClusterSnapshot): string {
  const cluster =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value : undefined;
  return cluster?.loadBalancerSku ?? valueOr(snapshot.loadBalancers, [])[0]?.sku ?? 'standard';
}

/** Basic has a load balancer for each VM set, and the annotation says which. */
function basicTarget(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  internal: boolean,
): Target {
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
    nodeResourceGroup:
      snapshot.managedCluster.kind === 'read'
        ? snapshot.managedCluster.value.nodeResourceGroup
        : undefined,
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
function loadBalancerNamed(snapshot: ClusterSnapshot, name: string, sku: string): LoadBalancer {
  const all = valueOr(snapshot.loadBalancers, []);
  const existing = all.find((each) => sameName(each.name, name));
  if (existing !== undefined) return existing;
  const [like] = all;
  const cluster =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value : undefined;
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

/** A text says why the provider refuses the whole Service. */
function reconcileService(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  name: string,
):
  | (Opening & {
      readonly loadBalancers: readonly LoadBalancer[];
      readonly publicIps: readonly PublicIpAddress[];
    })
  | string {
  const all = valueOr(snapshot.loadBalancers, []);
  const sku = skuOf(snapshot);
  const before = loadBalancerNamed(snapshot, name, sku);
  const settings = probeSettings(sku, all, snapshot.kubernetesVersion);
  const expected = expectedRules(service, settings);
  if (expected.error !== undefined) return expected.error;
  let loadBalancer = before;
  const addresses: string[] = [];
  const own: { readonly rule: LoadBalancerRule; readonly family: IpFamily }[] = [];
  const publicIps: PublicIpAddress[] = [];
  const probes: Probe[] = [];
  for (const { family, rules, probes: familyProbes } of expected.families) {
    const frontend = frontendOf(snapshot, loadBalancer, service, family);
    const pool = poolFor(snapshot, loadBalancer, service, family);
    addresses.push(frontend.address);
    if (frontend.publicIp !== undefined) publicIps.push(frontend.publicIp);
    loadBalancer = {
      ...loadBalancer,
      frontends: put(loadBalancer.frontends, frontend.frontend),
      backendPools: put(loadBalancer.backendPools, pool),
    };
    for (const probe of familyProbes)
      probes.push({
        id: partId(loadBalancer, 'probes', probe.name),
        name: probe.name,
        protocol: probe.protocol.toLowerCase(),
        port: probe.port,
        ...(probe.path !== null && { path: probe.path }),
        intervalSeconds: probe.intervalSeconds,
        threshold: probe.threshold,
      });
    for (const rule of rules)
      own.push({
        family,
        rule: {
          id: partId(loadBalancer, 'loadBalancingRules', rule.name),
          name: rule.name,
          protocol: rule.protocol.toLowerCase(),
          frontendPort: rule.frontendPort,
          backendPort: rule.backendPort,
          frontendId: frontend.frontend.id,
          backendPoolIds: [pool.id],
          ...(rule.probe !== null && { probeId: partId(loadBalancer, 'probes', rule.probe) }),
          floatingIp: rule.floatingIp,
          loadDistribution: rule.distribution,
          idleTimeoutMinutes: rule.idleMinutes,
        },
      });
  }
  const key = serviceKey(service.uid).toLowerCase();
  const others = loadBalancer.rules.filter((rule) => !rule.name.toLowerCase().startsWith(key));
  const ownNames = new Set(probes.map((probe) => probe.name.toLowerCase()));
  const next: LoadBalancer = {
    ...loadBalancer,
    rules: [...others, ...own.map(({ rule }) => rule)],
    probes: [
      ...loadBalancer.probes.filter(
        (probe) =>
          !probe.name.toLowerCase().startsWith(key) && !ownNames.has(probe.name.toLowerCase()),
      ),
      ...probes,
    ],
  };
  const elsewhere = withoutService(all, service, name);
  const loadBalancers = elsewhere.some((each) => each.id === next.id)
    ? elsewhere.map((each) => (each.id === next.id ? next : each))
    : [...elsewhere, next];
  return {
    loadBalancers,
    service: { ...service, ingressIps: addresses },
    rules: own,
    publicIps,
  };
}

function put<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some((each) => each.id === item.id)
    ? list.map((each) => (each.id === item.id ? item : each))
    : [...list, item];
}

function partId(loadBalancer: LoadBalancer, collection: string, name: string): Probe['id'] {
  return armId(`${loadBalancer.id}/${collection}/${name}`);
}

/** The frontend that its rules use already, one with the address that it asks for, or a new one. */
function frontendOf(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  service: LoadBalancerService,
  family: IpFamily,
): {
  readonly frontend: Frontend;
  readonly address: string;
  /** An address that Azure makes for it. */
  readonly publicIp?: PublicIpAddress;
} {
  const ipv6 = family === 'IPv6';
  const isFamily = (ip: string): boolean => ip.includes(':') === ipv6;
  const publicIps = valueOr(snapshot.publicIpAddresses, []);
  const addressOf = (frontend: Frontend): string | undefined =>
    frontend.privateIp ?? publicIps.find(({ id }) => id === frontend.publicIpId)?.address;
  const asked = wantedAddresses(service).find(isFamily);
  const known = service.ingressIps.find(isFamily);
  const internal = isInternal(service.annotations);
  const subnet = internalSubnet(service.annotations);
  const name = frontendName({
    uid: service.uid,
    internal,
    ...(subnet !== undefined && { subnet }),
    dualStack: service.ipFamilies.length === 2,
    ipv6,
  });
  const current = findRules(valueOr(snapshot.loadBalancers, []))(service).filter(
    (found) => found.ipv6 === ipv6,
  );
  const inUse = current.find((found) => found.loadBalancer.id === loadBalancer.id)?.rule.frontendId;
  // An address goes with its Service to another load balancer, but not from public to internal.
  const movable = current.every(
    ({ loadBalancer: { name: on } }) => isInternalName(on) === internal,
  );
  const existing =
    loadBalancer.frontends.find(({ id }) => id === inUse) ??
    loadBalancer.frontends.find((each) => sameName(each.name, name)) ??
    (asked === undefined
      ? undefined
      : loadBalancer.frontends.find((each) => addressOf(each) === asked));
  if (existing !== undefined && (asked === undefined || addressOf(existing) === asked))
    return {
      frontend: existing,
      address: addressOf(existing) ?? known ?? plannedAddress(service, internal, ipv6),
    };
  const moved = inUse === undefined && movable ? known : undefined;
  const address = asked ?? moved ?? plannedAddress(service, internal, ipv6);
  const existingIp = publicIps.find((each) => each.address === address);
  const id = partId(loadBalancer, 'frontendIPConfigurations', name);
  const publicIp = existingIp ?? newPublicIp(loadBalancer, { id, name, address });
  return {
    address,
    frontend: {
      id,
      name,
      ...(internal ? { privateIp: address } : { publicIpId: publicIp.id }),
      hasOutboundRules: false,
    },
    ...(!internal && existingIp === undefined && { publicIp }),
  };
}

function newPublicIp(
  { id, resourceGroup, sku }: LoadBalancer,
  frontend: { readonly id: Frontend['id']; readonly name: string; readonly address: string },
): PublicIpAddress {
  const name = `${aksClusterName}-${frontend.name}`;
  return {
    id: armId(id.replace(/\/loadbalancers\/[^/]*$/u, `/publicIPAddresses/${name}`)),
    name,
    resourceGroup,
    sku,
    address: frontend.address,
    ipConfigurationId: frontend.id,
    tags: new Map(),
  };
}

/** Addresses for documentation stand for one that Azure has yet to give out. */
function plannedAddress({ uid }: LoadBalancerService, internal: boolean, ipv6: boolean): string {
  const last = ((Number.parseInt(uid.replaceAll('-', '').slice(0, 6), 16) || 1) % 250) + 1;
  if (ipv6) return `2001:db8::${last.toString(16)}`;
  return internal ? `192.0.2.${last}` : `203.0.113.${last}`;
}

/** The pool that a Service's rules send to, with the members that the provider would give it. */
function poolFor(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  service: LoadBalancerService,
  family: IpFamily,
): BackendPool {
  const ipv6 = family === 'IPv6';
  const several = valueOr(snapshot.loadBalancerConfigurations, []).length > 0;
  const local = several && service.externalTrafficPolicy === 'Local';
  const name = backendPoolName({
    clusterName: aksClusterName,
    ipv6,
    ...(local && { localService: service }),
  });
  const existing = loadBalancer.backendPools.find((pool) => sameName(pool.name, name));
  const pool: BackendPool = existing ?? {
    id: armId(backendPoolId(loadBalancer.id, name)),
    name,
    members: [],
  };
  return { ...pool, members: membersOf(snapshot, loadBalancer, pool, local ? service : undefined) };
}

function membersOf(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  pool: BackendPool,
  local: LoadBalancerService | undefined,
): readonly BackendMember[] {
  const { topology } = clusterViewOf(snapshot);
  const nodes = valueOr(snapshot.nodes, []);
  const byAddress = isPoolByAddress({ pool, managedCluster: snapshot.managedCluster });
  if (byAddress) {
    const handed = nodes.filter((node) => serviceControllerExcludes(node) === undefined);
    const belonging = belongingTo(snapshot, loadBalancer, handed, local);
    const addresses = ipPoolAddresses({
      pool,
      nodes: handed,
      belonging,
      mayBeEmpty: belonging !== undefined,
    });
    const before = new Map(
      pool.members.flatMap((member) =>
        member.kind === 'ip' ? [[member.ip.toLowerCase(), member] as const] : [],
      ),
    );
    return addresses.map((ip) => before.get(ip.toLowerCase()) ?? { kind: 'ip' as const, ip });
  }
  const answers = new Map(
    nodes.map((node) => [
      node.name,
      nodeEligibility(node, {
        loadBalancer,
        pool,
        topology,
        managedCluster: snapshot.managedCluster,
      }).answer,
    ]),
  );
  const present = new Set<string>();
  const kept = pool.members.filter((member) => {
    const resolved = topology.resolve(member);
    if (resolved.kind === 'unknown') return true;
    if (resolved.kind === 'stale') return false;
    const stays = answers.get(resolved.node.name) !== 'no';
    if (stays) present.add(resolved.node.name);
    return stays;
  });
  const joining = nodes
    .filter((node) => answers.get(node.name) === 'yes' && !present.has(node.name))
    .flatMap((node) => memberOf(node, topology, isIpv6PoolName(pool.name)));
  const after = [...kept, ...joining];
  // A pool that would become empty keeps what it has.
  return after.length === 0 ? pool.members : after;
}

/** Several load balancers: the nodes that belong in this pool; `undefined` = all of them. */
function belongingTo(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  nodes: readonly Node[],
  local: LoadBalancerService | undefined,
): ReadonlySet<string> | undefined {
  const configurations = valueOr(snapshot.loadBalancerConfigurations, []);
  if (configurations.length === 0) return undefined;
  if (local !== undefined) return nodesOfLocalPool(local, valueOr(snapshot.endpointSlices, []));
  const { topology } = clusterViewOf(snapshot);
  const loadBalancers = valueOr(snapshot.loadBalancers, []);
  const placement = placeNodes({
    configurations,
    nodes,
    setOf: (node) => {
      const set = topology.vmSetOf(node);
      return set.kind === 'none' ? undefined : topology.poolOf(node);
    },
    loadBalancers,
    creating: loadBalancer.name,
    remembered: rememberedFromPools(configurations, loadBalancers, nodes, aksClusterName),
  });
  if (placement.kind === 'error') return undefined;
  const own = [...placement.nodesOf].find(([name]) => sameName(name, baseName(loadBalancer.name)));
  return new Set(own?.[1] ?? []);
}

/** The pool entry that the provider would write for a node's NIC. */
function memberOf(node: Node, topology: ClusterTopology, ipv6: boolean): readonly BackendMember[] {
  const id = machineIdOf(node.providerId);
  if (id?.kind === 'scale-set-instance') {
    const machine = node.providerId.replace(/^azure:\/\//iu, '');
    return [
      {
        kind: 'nic',
        ipConfigurationId: armId(`${machine}/networkInterfaces/nic/ipConfigurations/ipconfig1`),
      },
    ];
  }
  const configuration = topology
    .interfacesOf(node)
    .flatMap((nic) => nic.ipConfigurations)
    .find((each) => (each.family === 'IPv6') === ipv6);
  return configuration === undefined ? [] : [{ kind: 'nic', ipConfigurationId: configuration.id }];
}

function localPoolName(localService: LoadBalancerService): string {
  return backendPoolName({ clusterName: aksClusterName, ipv6: false, localService });
}

/** Another Service whose own pool has the same name: `a-b/c` and `a/b-c`. */
function rivalFor(snapshot: ClusterSnapshot, service: LoadBalancerService): string | undefined {
  if (!followsEndpoints(snapshot, service)) return undefined;
  const loadBalancerOf = findRules(valueOr(snapshot.loadBalancers, []));
  const own = new Set(loadBalancerOf(service).map(({ loadBalancer }) => loadBalancer.id));
  const rival = valueOr(snapshot.services, []).find(
    (other) =>
      (other.namespace !== service.namespace || other.name !== service.name) &&
      followsEndpoints(snapshot, other) &&
      sameName(localPoolName(other), localPoolName(service)) &&
      loadBalancerOf(other).some(({ loadBalancer }) => own.has(loadBalancer.id)),
  );
  return rival && `${rival.namespace}/${rival.name}`;
}

/** Pools of a Service that follow its endpoints: only several load balancers have any. */
export function followsEndpoints(snapshot: ClusterSnapshot, service: LoadBalancerService): boolean {
  return (
    valueOr(snapshot.loadBalancerConfigurations, []).length > 0 &&
    service.externalTrafficPolicy === 'Local'
  );
}
