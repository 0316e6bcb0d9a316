import { findRules, poolsOfRule, ruleFor, type FoundRule } from '../load-balancing/index.ts';
import {
  compareText,
  nodeName,
  subjectText,
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
import { traffic as trafficFact } from './traffic.ts';
import type { ServiceTraffic } from './types.ts';

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
    needs: ['services', 'loadBalancers', clusterView, nodeClasses, trafficFact],
    helps: ['publicIpAddresses'],
  },
  ({ services, traffic, ...around }): readonly GuardedService[] => {
    const rulesOf = findRules(around.loadBalancers);
    const trafficOf = new Map(traffic.map((each) => [subjectText(each), each]));
    return azureServices(services)
      .toSorted((a, b) => compareText(subjectText(a), subjectText(b)))
      .map((service) => {
        const rules = rulesOf(service);
        const shares = trafficOf.get(subjectText(service));
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
                servingNodes(shares, port, family),
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

/** Members on which a ready pod of the port stands. */
function servingNodes(
  traffic: ServiceTraffic | undefined,
  port: ServicePort,
  family: IpFamily,
): ReadonlySet<string> {
  const own = traffic?.ports.find(
    (each) => each.port === port.port && each.protocol === port.protocol && each.family === family,
  );
  const members = new Set(own?.backends.flatMap(({ node, member }) => (member ? [node] : [])));
  return new Set(
    own?.endpoints.flatMap(({ node, ready }) =>
      ready && node !== undefined && members.has(node) ? [node] : [],
    ),
  );
}

interface NodeFacts {
  readonly clusterView: ClusterView;
  readonly nodeClasses: NodeClasses;
}

/** With Local the members with a ready pod; with Cluster, and where none has any, every ready member. */
function receiversOf(
  { clusterView: view, nodeClasses: classes }: NodeFacts,
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
