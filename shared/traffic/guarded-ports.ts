import { findRules, ruleFor, type FoundRule } from '../load-balancing/index.ts';
import {
  compareText,
  nodeName,
  subjectText,
  type BackendPool,
  type IpFamily,
  type LoadBalancerService,
  type Node,
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
import { endpointsOf } from './endpoints.ts';
import type { Situation } from './situation.ts';
import { situations } from './traffic.ts';

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
    needs: ['services', 'loadBalancers', clusterView, nodeClasses, situations],
    helps: ['publicIpAddresses'],
  },
  ({ services, situations: { of }, ...around }): readonly GuardedService[] => {
    const rulesOf = findRules(around.loadBalancers);
    return azureServices(services)
      .toSorted((a, b) => compareText(subjectText(a), subjectText(b)))
      .map((service) => {
        const rules = rulesOf(service);
        const situation = of(service);
        return {
          service,
          ports: service.ports.flatMap((port) =>
            service.ipFamilies.flatMap((family): readonly GuardedPort[] => {
              const found = ruleFor(rules, port, family);
              if (found === undefined) return [];
              const receivers = receiversOf(
                around,
                service,
                found,
                servingNodes(situation, found, port, family),
              );
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

/** Members on which a ready pod of the port stands, whatever else is not known of it. */
function servingNodes(
  { view, slices }: Situation,
  found: FoundRule,
  port: ServicePort,
  family: IpFamily,
): ReadonlySet<string> {
  const members = new Set<string>(
    poolsOfRule(found).flatMap((pool) => view.members(pool).nodes.map(({ node }) => node.name)),
  );
  return new Set(
    endpointsOf(slices, port, family).all.flatMap(({ node, ready }) =>
      ready && node !== undefined && members.has(node) ? [node] : [],
    ),
  );
}

interface Around {
  readonly clusterView: ClusterView;
  readonly nodeClasses: NodeClasses;
}

/** With Local the members with a ready pod; with Cluster, and where none has any, every ready member. */
function receiversOf(
  { clusterView: view, nodeClasses: classes }: Around,
  { externalTrafficPolicy }: LoadBalancerService,
  found: FoundRule,
  carrying: ReadonlySet<string>,
): NodesByClass {
  if (externalTrafficPolicy === 'Local' && carrying.size > 0) {
    const nodes = [...carrying].flatMap((name) => view.nodes.get(nodeName(name))?.node ?? []);
    return Map.groupBy(nodes, (node) => classes.classOf(node));
  }
  const [first, ...others] = poolsOfRule(found);
  if (first === undefined) return new Map();
  if (others.length === 0) return classes.membersOf(first);
  const nodes = [first, ...others].flatMap((pool) => [...classes.membersOf(pool).values()].flat());
  return Map.groupBy(new Set<Node>(nodes), (node) => classes.classOf(node));
}

function poolsOfRule({ loadBalancer, rule }: FoundRule): readonly BackendPool[] {
  return loadBalancer.backendPools.filter(({ id }) => rule.backendPoolIds.includes(id));
}
