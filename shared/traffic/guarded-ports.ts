import { findRules, poolsOfRule, ruleFor, type FoundRule } from '../load-balancing/index.ts';
import {
  compareText,
  subjectText,
  type IpFamily,
  type LoadBalancerService,
  type Node,
  type NodeName,
  type Reason,
  type ServicePort,
} from '../model/index.ts';
import {
  azureServices,
  clusterView,
  derived,
  frontendOf,
  nodeClasses,
  type ClusterView,
  type FrontendSide,
  type NodeClasses,
  type NodesByClass,
} from '../facts/index.ts';
import { unresolvedIn } from '../facts/membership.ts';
import { endpointsOf, slicesByService } from './endpoints.ts';

/** A Service port with a rule in Azure, and the backends that are to take its connections. */
export interface GuardedPort {
  readonly port: ServicePort;
  readonly family: IpFamily;
  readonly found: FoundRule;
  readonly frontend: FrontendSide;
  readonly receivers: NodesByClass;
  /** Why nobody knows which nodes stand behind entries of its pools, where no backend is known. */
  readonly unresolved?: Reason;
}

export interface GuardedService {
  readonly service: LoadBalancerService;
  readonly ports: readonly GuardedPort[];
}

/** Every Service with the ports that network security groups could close; one without a rule is closed anyhow. */
export const guardedServices = derived(
  'guardedServices',
  {
    needs: ['services', 'loadBalancers', 'endpointSlices', clusterView, nodeClasses],
    helps: ['publicIpAddresses'],
  },
  ({ services, endpointSlices, ...around }): readonly GuardedService[] => {
    const rulesOf = findRules(around.loadBalancers);
    const slicesOf = slicesByService(endpointSlices);
    return azureServices(services)
      .toSorted((a, b) => compareText(subjectText(a), subjectText(b)))
      .map((service) => {
        const rules = rulesOf(service);
        const slices = slicesOf.get(subjectText(service)) ?? [];
        return {
          service,
          ports: service.ports.flatMap((port) =>
            service.ipFamilies.flatMap((family): readonly GuardedPort[] => {
              const found = ruleFor(rules, port, family);
              if (found === undefined) return [];
              const { nodesWithReady } = endpointsOf(slices, port, family);
              const receivers = receiversOf(around, service, found, nodesWithReady);
              const frontend = frontendOf(around, service, found, family);
              const each = { port, family, found, frontend, receivers };
              if (receivers.size > 0) return [each];
              const unresolved = unresolvedIn(around.clusterView, poolsOfRule(found));
              return unresolved === undefined ? [] : [{ ...each, unresolved }];
            }),
          ),
        };
      });
  },
);

interface NodeFacts {
  readonly clusterView: ClusterView;
  readonly nodeClasses: NodeClasses;
}

/** With Local the members with a ready pod; with Cluster, and where none has any, every ready member. */
function receiversOf(
  { clusterView: view, nodeClasses: classes }: NodeFacts,
  { externalTrafficPolicy }: LoadBalancerService,
  found: FoundRule,
  withReady: ReadonlySet<NodeName>,
): NodesByClass {
  if (externalTrafficPolicy === 'Local') {
    const members = poolsOfRule(found).flatMap((pool) => view.members(pool).nodes);
    const carrying = new Set(
      members.map(({ node }) => node).filter(({ name }) => withReady.has(name)),
    );
    if (carrying.size > 0) return Map.groupBy(carrying, (node) => classes.classOf(node));
  }
  const [first, ...others] = poolsOfRule(found);
  if (first === undefined) return new Map();
  if (others.length === 0) return classes.membersOf(first);
  const nodes = [first, ...others].flatMap((pool) => [...classes.membersOf(pool).values()].flat());
  return Map.groupBy(new Set<Node>(nodes), (node) => classes.classOf(node));
}
