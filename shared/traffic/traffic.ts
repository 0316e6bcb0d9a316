import {
  clusterView,
  dataPlane,
  derived,
  listeners,
  nodeClasses,
  podPolicies,
  type PodPolicies,
  reconciledPools,
  type NodeClasses,
} from '../facts/index.ts';
import { severalLoadBalancers } from '../facts/cluster-sku.ts';
import { isRecent, setUpMs } from '../facts/recent-changes.ts';
import { findRules, groupsNotRead, sendsProxyHeader } from '../load-balancing/index.ts';
import {
  compareText,
  lacking,
  reasonOf,
  reasonOfAll,
  type SecurityGroup,
  subjectText,
  valueOr,
  type ArmId,
  type ClusterSnapshot,
  type LoadBalancerRule,
  type EndpointSlice,
  type LoadBalancerService,
  type Read,
  type Reason,
  type RuleHealth,
} from '../model/index.ts';
import { slicesByService } from './endpoints.ts';
import { healthIndex } from './observed.ts';
import { portTraffic, unknownPort } from './port-traffic.ts';
import type { LastHop, Situation } from './situation.ts';
import type { ServiceTraffic } from './types.ts';

/** What decides the traffic of each Service; the same for its numbers today and after a proposed change. */
export interface Situations {
  /** The situation of a Service as it stands; every other Service is left out of it. */
  readonly of: (service: LoadBalancerService) => Situation;
  /** Slices that were not read and without which no port can be judged, with the reasons. */
  readonly missing: readonly Reason[];
}

/** The situation of each Service of the snapshot. */
export const situations = derived(
  'situations',
  {
    needs: [clusterView, nodeClasses, podPolicies, dataPlane, reconciledPools],
    helps: [
      'endpointSlices',
      'nodes',
      'loadBalancers',
      'publicIpAddresses',
      'services',
      'securityGroups',
      'backendHealth',
      listeners,
      severalLoadBalancers,
    ],
  },
  ({ clusterView: view, cluster, publicIpAddresses, ...given }): Situations => {
    const slices = slicesByService(valueOr(given.endpointSlices, []));
    const loadBalancers = valueOr(given.loadBalancers, []);
    const rulesOf = findRules(loadBalancers);
    const health = healthOf(
      given.backendHealth,
      loadBalancers.flatMap(({ rules }) => rules),
    );
    const slicesOf = (name: string): readonly EndpointSlice[] => slices.get(name) ?? [];
    const lastHop: LastHop = {
      classes: given.nodeClasses,
      policies: given.podPolicies,
      slicesOf,
      whoListens: valueOr(given.listeners, servicesNotRead),
      hintsOf: (service) => given.dataPlane.hintsOf(service),
      proxied: proxiedBy(valueOr(given.services, []), rulesOf),
      notJudged: whyNotJudged(given.nodeClasses, given.podPolicies, given.securityGroups),
    };
    const usersOf = poolUsers(valueOr(given.services, []), rulesOf);
    const of = (service: LoadBalancerService): Situation => ({
      takenAt: cluster.takenAt,
      kubernetesVersion: cluster.kubernetesVersion,
      loadBalancers,
      publicIpAddresses,
      view,
      service,
      slices: slicesOf(subjectText(service)),
      rules: rulesOf(service),
      ...(health !== undefined && { health }),
      lastHop,
      several: valueOr(given.severalLoadBalancers, false),
      sharing: (pool) => usersOf(pool).map(of),
      reconciledPool: given.reconciledPools,
    });
    return {
      missing: (['endpointSlices', 'nodes', 'loadBalancers'] as const).flatMap((name) => {
        const slice = given[name];
        return slice.kind === 'unread' ? [lacking(name, slice)] : [];
      }),
      of,
    };
  },
);

const servicesNotRead: LastHop['whoListens'] = () => ({
  kind: 'unknown',
  why: 'the Services were not read',
});

function whyNotJudged(
  classes: NodeClasses,
  policies: PodPolicies,
  securityGroups: Read<readonly SecurityGroup[]>,
): LastHop['notJudged'] {
  return (pools) => {
    if (securityGroups.kind === 'unread') return `securityGroups: ${securityGroups.why}`;
    const some = pools.flatMap((pool) => [...classes.membersOf(pool).keys()]);
    return (
      some.map(groupsNotRead).find((reason) => reason !== undefined)?.why ?? policies.unread?.why
    );
  };
}

/** The Services whose rules send to a pool; looked up once for all, when it is first asked. */
function poolUsers(
  services: readonly LoadBalancerService[],
  rulesOf: ReturnType<typeof findRules>,
): (pool: ArmId | undefined) => readonly LoadBalancerService[] {
  let users: Map<ArmId, Set<LoadBalancerService>> | undefined;
  const all = services.filter(({ deleting }) => !deleting);
  return (pool) => {
    if (pool === undefined) return all;
    if (users === undefined) {
      users = new Map();
      for (const service of all)
        for (const id of rulesOf(service).flatMap(({ rule }) => rule.backendPoolIds)) {
          const own = users.get(id) ?? new Set();
          users.set(id, own.add(service));
        }
    }
    return [...(users.get(pool) ?? [])];
  };
}

/** Nothing where nobody asked; where Azure refused, every port with a probe is not verified. */
function healthOf(
  backendHealth: Read<readonly RuleHealth[]>,
  rules: readonly LoadBalancerRule[],
): Situation['health'] {
  if (backendHealth.kind === 'unread')
    return backendHealth.code === 'not-asked' ? undefined : backendHealth;
  const asked = backendHealth.value;
  return asked.length === 0 ? undefined : healthIndex(asked, rules);
}

/**
 * Who gets the new connections of every LoadBalancer Service, by namespace and name. Services that
 * are being deleted are left out. A slice that was not read makes the ports that need it `unknown`.
 */
export const traffic = derived(
  'traffic',
  ['services', situations],
  ({ services, situations: { of, missing } }): readonly ServiceTraffic[] =>
    services
      .filter((service) => !service.deleting)
      .toSorted((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name))
      .map((service) => serviceTraffic(of(service), reasonOfAll(missing))),
);

/**
 * The situation of one Service of a snapshot.
 * @throws Never while `situations` needs no slice: unread slices are among its `missing`.
 */
export function serviceSituation(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
): Situation {
  const all = situations.of(snapshot);
  if (all.kind === 'unread') throw new Error(all.why);
  return all.value.of(service);
}

/** The traffic table of a snapshot; empty where its Services were not read. */
export function trafficOfServices(snapshot: ClusterSnapshot): readonly ServiceTraffic[] {
  return valueOr(traffic.of(snapshot), []);
}

/** @param missing Why inputs were not read; the ports are then `unknown`. */
export function serviceTraffic(situation: Situation, missing?: Reason): ServiceTraffic {
  const { service, takenAt } = situation;
  const notOurs = whyNotOurs(service, takenAt);
  const reason = missing ?? (notOurs === undefined ? undefined : { why: notOurs });
  return {
    namespace: service.namespace,
    name: service.name,
    externalTrafficPolicy: service.externalTrafficPolicy,
    ...(reason !== undefined && reasonOf(reason)),
    ports: service.ports.flatMap((port) =>
      service.ipFamilies.map((family) =>
        reason === undefined
          ? portTraffic(situation, port, family)
          : unknownPort(service, port, family, reason),
      ),
    ),
  };
}

/** Services whose Private Link Service puts the PROXY header before every probe of their load balancer. */
function proxiedBy(
  services: readonly LoadBalancerService[],
  rulesOf: ReturnType<typeof findRules>,
): LastHop['proxied'] {
  const senders = services
    .filter(({ annotations, deleting }) => !deleting && sendsProxyHeader(annotations))
    .map((service) => ({
      service,
      on: new Set(rulesOf(service).map(({ loadBalancer }) => loadBalancer.id)),
    }));
  return ({ loadBalancer }, uid) => {
    const sender = senders.find(
      ({ service, on }) => service.uid !== uid && on.has(loadBalancer.id),
    );
    if (sender === undefined) return undefined;
    const { namespace, name } = sender.service;
    const why = `the Private Link Service of ${namespace}/${name} adds a PROXY header to every probe of load balancer ${loadBalancer.name}, which kube-proxy's health check may not be able to parse`;
    return { by: { namespace, name }, why };
  };
}

function whyNotOurs(service: LoadBalancerService, takenAt: string): string | undefined {
  if (service.unreadablePorts !== undefined) return service.unreadablePorts;
  if (service.loadBalancerClass !== undefined)
    return `another controller serves loadBalancerClass ${service.loadBalancerClass}`;
  const proxy = service.labels.get('service.kubernetes.io/service-proxy-name');
  if (proxy !== undefined)
    return `a proxy other than kube-proxy serves it (label service.kubernetes.io/service-proxy-name: ${proxy})`;
  if (service.externalTrafficPolicy !== 'Local' && service.externalTrafficPolicy !== 'Cluster')
    return `externalTrafficPolicy ${service.externalTrafficPolicy} is not a known value`;
  if (service.ingressIps.length === 0 && isRecent({ takenAt }, service.createdAt, setUpMs))
    return 'the Service is less than 10 minutes old and has no address yet';
  return undefined;
}
