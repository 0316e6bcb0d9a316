import {
  findRules,
  ruleFor,
  serviceKey,
  type FoundRule,
  type PoolMembers,
  type RulesOfService,
} from '../load-balancing/index.ts';
import {
  compareText,
  valueOr,
  type BackendPool,
  type ClusterSnapshot,
  type EndpointSlice,
  type IpFamily,
  type LoadBalancerService,
  type ServicePort,
} from '../model/index.ts';
import { whyNoShare } from './because.ts';
import { viewOf, type ClusterView } from './cluster-view.ts';
import { endpointsOf, slicesByService, type PortEndpoints } from './endpoints.ts';
import { frontendAddress } from './frontend.ts';
import { probeKind, probeOf, probeSummary } from './probe-kind.ts';
import { spread, type Backend, type Spread } from './spread.ts';
import type { BackendShare, EndpointShare, PortTraffic, ServiceTraffic } from './types.ts';
import { clusterEndpoints, localEndpoints } from './usable.ts';
import { verdictOf } from './verdict.ts';

/** A report of 5,000 backends for each of 500 Services would be larger than the cluster. */
export const maxListedBackends = 200;

/** A Service younger than this without an address is still being set up. */
const setUpMs = 10 * 60_000;

/**
 * Who gets the new connections of every LoadBalancer Service, by namespace and name. Services that
 * are being deleted are left out. A slice that was not read makes the ports that need it `unknown`.
 */
export function clusterTraffic(snapshot: ClusterSnapshot): readonly ServiceTraffic[] {
  const missing = (['endpointSlices', 'nodes', 'loadBalancers'] as const).flatMap((name) => {
    const slice = snapshot[name];
    return slice.kind === 'unread' ? [`${name}: ${slice.why}`] : [];
  });
  const view = viewOf(snapshot);
  const slices = slicesByService(valueOr(snapshot.endpointSlices, []));
  const rulesOf = findRules(valueOr(snapshot.loadBalancers, []));
  return valueOr(snapshot.services, [])
    .filter((service) => !service.deleting)
    .toSorted((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name))
    .map((service) =>
      serviceTraffic(
        {
          snapshot,
          view,
          service,
          slices: slices.get(`${service.namespace}/${service.name}`) ?? [],
          rules: rulesOf(service),
        },
        missing[0],
      ),
    );
}

/** Everything that decides one Service's traffic; a proposed change is the same with a part replaced. */
export interface Situation {
  readonly snapshot: ClusterSnapshot;
  readonly view: ClusterView;
  readonly service: LoadBalancerService;
  readonly slices: readonly EndpointSlice[];
  readonly rules: RulesOfService;
}

/** @param missing Why an input was not read; the ports are then `unknown`. */
export function serviceTraffic(situation: Situation, missing?: string): ServiceTraffic {
  const { snapshot, service } = situation;
  const why = missing ?? whyNotOurs(service, snapshot.takenAt);
  return {
    namespace: service.namespace,
    name: service.name,
    externalTrafficPolicy: service.externalTrafficPolicy,
    ...(why !== undefined && { why }),
    ports: service.ports.flatMap((port) =>
      service.ipFamilies.map((family) =>
        why === undefined
          ? portTraffic(situation, port, family)
          : unknownPort(service, port, family, why),
      ),
    ),
  };
}

function whyNotOurs(service: LoadBalancerService, takenAt: string): string | undefined {
  if (service.unreadablePorts !== undefined) return service.unreadablePorts;
  if (service.loadBalancerClass !== undefined)
    return `another controller serves loadBalancerClass ${service.loadBalancerClass}`;
  if (service.externalTrafficPolicy !== 'Local' && service.externalTrafficPolicy !== 'Cluster')
    return `externalTrafficPolicy ${service.externalTrafficPolicy} is not known`;
  const age = Date.parse(takenAt) - Date.parse(service.createdAt ?? '');
  if (service.ingressIps.length === 0 && age >= 0 && age < setUpMs)
    return 'the Service is less than 10 minutes old and has no address yet';
  return undefined;
}

function portTraffic(inputs: Situation, port: ServicePort, family: IpFamily): PortTraffic {
  const { view, service } = inputs;
  const endpoints = endpointsOf(inputs.slices, port, family);
  const found = ruleFor(inputs.rules, port, family);
  const unreadable = unreadableRule(inputs);
  if (found === undefined && unreadable !== undefined)
    return unknownPort(service, port, family, unreadable);
  if (found === undefined) return withoutRule(inputs, port, family, endpoints);
  const pools = found.loadBalancer.backendPools.filter((pool) =>
    found.rule.backendPoolIds.includes(pool.id),
  );
  const members = pools.map((pool) => view.members(pool));
  const why = whyUnknown(found, pools) ?? members.flatMap((each) => each.unknown)[0];
  if (why !== undefined) return unknownPort(service, port, family, why);
  const probe = probeOf(found.loadBalancer, found.rule);
  const local = service.externalTrafficPolicy === 'Local';
  const backends = backendsOf(view, members);
  const result = spread({
    backends,
    probe: probeKind(probe, service),
    local,
    endpoints,
    usable: local ? localEndpoints(endpoints.all) : clusterEndpoints(endpoints.all),
  });
  const entry = {
    loadBalancer: found.loadBalancer,
    pool: pools[0],
    members: new Set(backends.map((backend) => backend.name)),
  };
  const shares = endpoints.all.map((endpoint): EndpointShare => {
    const share = result.shares.get(endpoint) ?? 0;
    return {
      pod: endpoint.pod ?? endpoint.address,
      node: endpoint.node,
      nodePool: endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node)?.nodePool,
      ready: endpoint.ready,
      share,
      ...(share === 0 && whyNoShare(view, service, endpoint, entry, result.shares.size > 0)),
    };
  });
  const frontend = frontendAddress(inputs.snapshot, service, found, family);
  return {
    ...portIdentity(service, port, family),
    loadBalancer: { name: found.loadBalancer.name, sku: found.loadBalancer.sku },
    ...(frontend !== undefined && { frontend }),
    rule: found.rule.name,
    ...(pools[0] !== undefined && { backendPool: pools[0].name }),
    ...(probe !== undefined && { probe: probeSummary(probe) }),
    verdict: verdictOf(shares, result.lost),
    lost: result.lost,
    losses: result.losses,
    backends: listBackends(view, backends, result, endpoints),
    backendTotals: { members: backends.length, up: result.up.size },
    endpoints: shares,
  };
}

/** A rule of the Service that says nothing: it may be the port's. */
function unreadableRule({ snapshot, service }: Situation): string | undefined {
  const key = serviceKey(service.uid).toLowerCase();
  for (const { name, unreadableRules = [] } of valueOr(snapshot.loadBalancers, [])) {
    const rule = unreadableRules.find((each) => each === '' || each.toLowerCase().startsWith(key));
    if (rule !== undefined) return `a rule of load balancer ${name} cannot be read`;
  }
  return undefined;
}

/** What of a rule leads nowhere, or is of a kind of load balancer that this model does not know. */
function whyUnknown(
  { loadBalancer, rule }: FoundRule,
  pools: readonly BackendPool[],
): string | undefined {
  if (!['basic', 'standard'].includes(loadBalancer.sku))
    return `load balancer ${loadBalancer.name} is of SKU ${loadBalancer.sku}, which is not known`;
  if (pools.length < rule.backendPoolIds.length)
    return `rule ${rule.name} names a backend pool that is not there`;
  return rule.probeId !== undefined && probeOf(loadBalancer, rule) === undefined
    ? `rule ${rule.name} names a probe that is not there`
    : undefined;
}

/** A port without a load-balancing rule: everything offered to it is lost (share-model.md 8). */
function withoutRule(
  { view, service }: Situation,
  port: ServicePort,
  family: IpFamily,
  endpoints: PortEndpoints,
): PortTraffic {
  return {
    ...portIdentity(service, port, family),
    verdict: 'none',
    lost: 1,
    losses: [],
    backends: [],
    backendTotals: { members: 0, up: 0 },
    endpoints: endpoints.all.map((endpoint) => ({
      pod: endpoint.pod ?? endpoint.address,
      node: endpoint.node,
      nodePool: endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node)?.nodePool,
      ready: endpoint.ready,
      share: 0,
      ...whyNoShare(view, service, endpoint, undefined, false),
    })),
  };
}

function unknownPort(
  service: LoadBalancerService,
  port: ServicePort,
  family: IpFamily,
  why: string,
): PortTraffic {
  return {
    ...portIdentity(service, port, family),
    verdict: 'unknown',
    why,
    lost: 0,
    losses: [],
    backends: [],
    backendTotals: { members: 0, up: 0 },
    endpoints: [],
  };
}

function portIdentity(service: LoadBalancerService, port: ServicePort, family: IpFamily) {
  const disabled = service.annotations.get(
    `service.beta.kubernetes.io/port_${port.port}_no_lb_rule`,
  );
  return {
    port: port.port,
    protocol: port.protocol,
    family,
    portName: port.name,
    ruleDisabled: disabled?.toLowerCase() === 'true',
  };
}

/** The distinct entries of the pools by name; a node that stands in a pool twice counts once. */
function backendsOf(view: ClusterView, members: readonly PoolMembers[]): readonly Backend[] {
  const byName = new Map<string, Backend>();
  for (const each of members) {
    for (const { node, adminState } of each.nodes)
      byName.set(`node ${node.name}`, {
        name: node.name,
        state: view.nodes.get(node.name),
        adminState,
      });
    for (const { name, adminState } of each.stale)
      byName.set(`stale ${name}`, { name, state: undefined, adminState });
  }
  return [...byName.values()].toSorted((a, b) => compareText(a.name, b.name));
}

function listBackends(
  view: ClusterView,
  backends: readonly Backend[],
  result: Spread,
  endpoints: PortEndpoints,
): readonly BackendShare[] {
  const each = result.up.size === 0 ? 0 : 1 / result.up.size;
  const members = new Set(backends.map((backend) => backend.name));
  const outside = new Set(
    endpoints.all.flatMap(({ node }) => (node === undefined || members.has(node) ? [] : [node])),
  );
  const listed = [
    ...backends.map((backend) => ({
      node: backend.name,
      nodePool: backend.state?.nodePool,
      member: true,
      up: result.up.has(backend),
      share: result.up.has(backend) ? each : 0,
    })),
    ...[...outside].map((node) => ({
      node,
      nodePool: view.nodes.get(node)?.nodePool,
      member: false,
      up: false,
      share: 0,
    })),
  ];
  const hosts = new Set<string>(endpoints.all.map((endpoint) => endpoint.node ?? ''));
  const rank = (backend: BackendShare): number =>
    (backend.up && hosts.has(backend.node) ? 0 : 2) + (hosts.has(backend.node) ? 0 : 1);
  if (listed.length <= maxListedBackends)
    return listed.toSorted((a, b) => compareText(a.node, b.node));
  return listed
    .toSorted((a, b) => rank(a) - rank(b) || compareText(a.node, b.node))
    .slice(0, maxListedBackends)
    .toSorted((a, b) => compareText(a.node, b.node));
}
