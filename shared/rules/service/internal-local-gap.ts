import { patchService } from '../../fixes/service-fixes.ts';
import { distinct } from '../../fixes/text.ts';
import {
  counted,
  listed,
  matchesLabelSelector,
  serviceSubject,
  subjectText,
  type ClusterIpService,
  type EndpointSlice,
  type Workload,
} from '../../model/index.ts';
import { slicesByService } from '../../traffic/index.ts';
import { defineRule, type Fault } from '../rule.ts';

/**
 * Finds ClusterIP Services with `internalTrafficPolicy: Local` that no DaemonSet backs, and nodes
 * where pods of their namespace run that cannot reach them: their own node has no endpoint.
 */
export const internalLocalGap = defineRule(
  {
    id: 'service/internal-local-gap',
    title: 'internalTrafficPolicy: Local makes a Service unreachable from some nodes',
    why: 'Connections from a node without a ready endpoint of the Service are dropped, not forwarded to another node.',
    remedy: 'Use internalTrafficPolicy: Cluster, or run the backend as a DaemonSet.',
    severity: 'medium',
    source: 'Kubernetes: Service internal traffic policy',
  },
  { needs: ['clusterIpServices', 'endpointSlices', 'daemonSets'] },
  ({ clusterIpServices, endpointSlices, daemonSets }) => {
    const slicesOf = slicesByService(endpointSlices);
    const local = clusterIpServices.filter(isLocal);
    if (local.length === 0) return { faults: [] };
    const users = usersByNamespace(endpointSlices);
    return {
      faults: local
        .filter((service) => !daemonSets.some((each) => backs(each, service)))
        .flatMap((service): readonly Fault[] => {
          const own = readyNodes(slicesOf.get(subjectText(service)) ?? []);
          if (own.size === 0) return [];
          const gaps = [...(users.get(service.namespace) ?? [])].flatMap(([node, services]) => {
            const others = [...services].filter((name) => name !== service.name);
            return own.has(node) || others.length === 0 ? [] : [{ node, services: others }];
          });
          return gaps.length === 0 ? [] : [faultOf(service, [...own], gaps)];
        }),
    };
  },
);

/** The policy means nothing to a Service without an address, or one that is being deleted. */
function isLocal(service: ClusterIpService): boolean {
  const { type, headless, deleting, selector, internalTrafficPolicy } = service;
  return (
    type === 'ClusterIP' &&
    internalTrafficPolicy === 'Local' &&
    !headless &&
    !deleting &&
    selector !== undefined &&
    selector.size > 0
  );
}

function backs({ namespace, podLabels }: Workload, service: ClusterIpService): boolean {
  const wanted = { matchLabels: service.selector ?? new Map(), matchExpressions: [] };
  return namespace === service.namespace && matchesLabelSelector(wanted, podLabels);
}

function readyNodes(slices: readonly EndpointSlice[]): ReadonlySet<string> {
  return new Set(
    slices.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ node, ready }) => (ready && node !== undefined ? [node] : [])),
    ),
  );
}

/** By namespace, nodes that carry ready endpoints, and of which Services. */
function usersByNamespace(
  slices: readonly EndpointSlice[],
): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const slice of slices) {
    const nodes = found.get(slice.namespace) ?? new Map<string, Set<string>>();
    found.set(slice.namespace, nodes);
    for (const node of readyNodes([slice])) {
      const services = nodes.get(node) ?? new Set();
      nodes.set(node, services);
      services.add(slice.service);
    }
  }
  return found;
}

interface NodeGap {
  readonly node: string;
  /** Other Services of the namespace with a ready pod on the node. */
  readonly services: readonly string[];
}

function faultOf(
  service: ClusterIpService,
  own: readonly string[],
  gaps: readonly NodeGap[],
): Fault {
  const name = subjectText(service);
  const nodes = distinct(gaps.map(({ node }) => node));
  const users = distinct(gaps.flatMap(({ services }) => services));
  return {
    subject: serviceSubject(service),
    title:
      `Pods on ${counted(nodes.length, 'node')} of namespace ${service.namespace} cannot reach ${name}`.slice(
        0,
        160,
      ),
    message: `${name} has internalTrafficPolicy: Local and ready pods only on ${listed(distinct(own))}. Connections to it from pods on ${listed(nodes)} are dropped; pods of ${listed(users)} run there.`,
    causes: ['node-without-endpoint'],
    evidence: {
      internalTrafficPolicy: 'Local',
      nodesWithEndpoint: own.length,
      nodesWithout: nodes,
      services: users,
    },
    fixes: [
      {
        title: 'Let every node reach every endpoint (internalTrafficPolicy: Cluster)',
        steps: [patchService(service, { internalTrafficPolicy: 'Cluster' })],
        price: ['connections may leave the node and cross zones'],
      },
    ],
  };
}
