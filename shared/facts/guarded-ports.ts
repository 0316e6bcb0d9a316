import {
  findRules,
  frontendPlace,
  isInternalName,
  parseIp,
  ruleFor,
  type FoundRule,
  type Place,
} from '../load-balancing/index.ts';
import {
  compareText,
  nodeName,
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancerService,
  type Node,
  type ServicePort,
} from '../model/index.ts';
import { viewOf } from './cluster-view.ts';
import { frontendAddress, type ServiceTraffic } from '../traffic/index.ts';
import { azureServices } from './services.ts';
import { subjectText } from '../model/index.ts';
import { nodeClasses, type NodesByClass } from './node-classes.ts';

/** A Service port with a rule in Azure, and the backends that are to take its connections. */
export interface GuardedPort {
  readonly port: ServicePort;
  readonly family: IpFamily;
  readonly found: FoundRule;
  /** Where clients connect to; `text` as far as it was read. */
  readonly frontend: {
    readonly place: Place;
    readonly text: string | undefined;
    readonly isPublic: boolean;
  };
  readonly takers: NodesByClass;
}

export interface GuardedService {
  readonly service: LoadBalancerService;
  readonly ports: readonly GuardedPort[];
}

/** Every Service with the ports that network security groups could close; one without a rule is closed anyhow. */
export function guardedServices(
  snapshot: ClusterSnapshot,
  services: readonly LoadBalancerService[],
  traffic: readonly ServiceTraffic[],
): readonly GuardedService[] {
  const rulesOf = findRules(valueOr(snapshot.loadBalancers, []));
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
            const takers = takersOf(snapshot, service, found, carriers(shares, port, family));
            const frontend = frontendOf(snapshot, service, found, family);
            return takers.size === 0 ? [] : [{ port, family, found, frontend, takers }];
          }),
        ),
      };
    });
}

/** Nodes whose pods get a share of the port's connections. */
function carriers(
  traffic: ServiceTraffic | undefined,
  port: ServicePort,
  family: IpFamily,
): ReadonlySet<string> {
  const own = traffic?.ports.find(
    (each) => each.port === port.port && each.protocol === port.protocol && each.family === family,
  );
  return new Set(own?.endpoints.flatMap(({ node, share }) => (share > 0 ? (node ?? []) : [])));
}

/** With Local the nodes that carry something; with Cluster, and where nothing is carried, every ready member. */
function takersOf(
  snapshot: ClusterSnapshot,
  { externalTrafficPolicy }: LoadBalancerService,
  { loadBalancer, rule }: FoundRule,
  carrying: ReadonlySet<string>,
): NodesByClass {
  const classes = nodeClasses(snapshot);
  const view = viewOf(snapshot);
  if (externalTrafficPolicy === 'Local' && carrying.size > 0) {
    const nodes = [...carrying].flatMap((name) => view.nodes.get(nodeName(name))?.node ?? []);
    return Map.groupBy(nodes, (node) => classes.classOf(node));
  }
  const [first, ...others] = loadBalancer.backendPools.filter(({ id }) =>
    rule.backendPoolIds.includes(id),
  );
  if (first === undefined) return new Map();
  if (others.length === 0) return classes.membersOf(first);
  const nodes = [first, ...others].flatMap((pool) => [...classes.membersOf(pool).values()].flat());
  return Map.groupBy(new Set<Node>(nodes), (node) => classes.classOf(node));
}

function frontendOf(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  found: FoundRule,
  family: IpFamily,
): GuardedPort['frontend'] {
  const { loadBalancer, rule } = found;
  const text = frontendAddress(snapshot, service, found, family);
  const frontend = loadBalancer.frontends.find(({ id }) => id === rule.frontendId);
  const isPrivate =
    frontend?.privateIp !== undefined ||
    frontend?.subnetId !== undefined ||
    (frontend?.publicIpId === undefined && isInternalName(loadBalancer.name));
  const address = text === undefined ? undefined : parseIp(text);
  return { place: frontendPlace(family, address?.value, !isPrivate), text, isPublic: !isPrivate };
}
