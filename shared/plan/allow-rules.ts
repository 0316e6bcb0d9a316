import { isSameObject } from './rows.ts';
import {
  annotatedRanges,
  annotation,
  isInternal,
  isTrue,
  rangeFault,
  serviceTags,
} from '../load-balancing/index.ts';
import {
  compacted,
  mapRead,
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancerRule,
  type LoadBalancerService,
  type SecurityGroup,
  type SecurityRule,
} from '../model/index.ts';

/** The rules that let the clients of a Service in, as the cloud provider writes them (source: cloud-provider-azure). */
export interface ServiceOpening {
  readonly service: LoadBalancerService;
  readonly rules: readonly { readonly rule: LoadBalancerRule; readonly family: IpFamily }[];
}

const prefix = 'k8s-azure-lb_';

/** The groups of the provider with the Service's rules in place of those for its addresses. */
export function withAllowRules(
  snapshot: ClusterSnapshot,
  opening: ServiceOpening,
): ClusterSnapshot {
  const securityGroups = mapRead(snapshot.securityGroups, (groups) =>
    groups.map((group) =>
      isProvidersGroup(group) ? changedGroup(snapshot, group, opening) : group,
    ),
  );
  return { ...snapshot, securityGroups };
}

/** The group that AKS made for its nodes, or one with rules of the provider in it. */
function isProvidersGroup({ name, rules }: SecurityGroup): boolean {
  return (
    /^aks-agentpool-\d+-nsg$/iu.test(name) ||
    rules.some((rule) => rule.name.toLowerCase().startsWith(prefix))
  );
}

function changedGroup(
  snapshot: ClusterSnapshot,
  group: SecurityGroup,
  { service, rules: own }: ServiceOpening,
): SecurityGroup {
  const shared = valueOr(snapshot.services, []).some(
    (other) =>
      !isSameObject(other, service) &&
      other.ingressIps.some((ip) => service.ingressIps.includes(ip)),
  );
  const isOld = ({ name, destinations }: SecurityRule): boolean =>
    !shared &&
    name.toLowerCase().startsWith(prefix) &&
    destinations.length > 0 &&
    destinations.every((each) => service.ingressIps.includes(each));
  const kept = group.rules.filter((rule) => !isOld(rule));
  const used = new Set(kept.map(({ priority }) => priority));
  const wanted = own.flatMap(({ rule, family }) => rulesFor(snapshot, service, rule, family));
  const numbered = wanted.map((rule, at) => {
    let priority = rule.allow ? 500 : 4_096;
    while (used.has(priority)) priority += rule.allow ? 1 : -1;
    used.add(priority);
    const { namespace, name } = service;
    return {
      ...rule,
      priority,
      name: `${prefix}${rule.allow ? 'allow' : 'deny-all'}_planned_${namespace}_${name}_${at}`,
    };
  });
  return {
    ...group,
    rules: [...kept, ...numbered].toSorted((a, b) => a.priority - b.priority),
  };
}

type Unnumbered = Omit<SecurityRule, 'name' | 'priority'>;

function rulesFor(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  rule: LoadBalancerRule,
  family: IpFamily,
): readonly Unnumbered[] {
  const { annotations } = service;
  if (isTrue(annotations, 'azure-disable-load-balancer-nsg-rule')) return [];
  const ofFamily = (text: string): boolean => text.includes(':') === (family === 'IPv6');
  const texts = [
    ...service.loadBalancerSourceRanges.map((each) => each.trim()),
    ...annotatedRanges(annotations).flatMap(({ ranges }) => ranges),
  ];
  const valid = texts.filter((text) => rangeFault(text) === undefined);
  const tags = serviceTags(annotations);
  const everybody = texts.length + tags.length === 0 && !isInternal(annotations);
  const sources = everybody ? ['Internet'] : [...tags, ...valid.filter(ofFamily)];
  const deny =
    valid.length < texts.length ||
    (texts.length > 0 && isTrue(annotations, 'azure-deny-all-except-load-balancer-source-ranges'));
  const extra = (annotation(annotations, 'azure-additional-public-ips') ?? '').split(',');
  const base: Omit<Unnumbered, 'allow' | 'sources'> = {
    inbound: true,
    protocol: rule.protocol === 'all' ? '*' : rule.protocol,
    destinations: rule.floatingIp
      ? [...service.ingressIps, ...extra.map((each) => each.trim())].filter(
          (ip) => ip !== '' && ofFamily(ip),
        )
      : valueOr(snapshot.nodes, []).flatMap(({ internalIps }) => internalIps.filter(ofFamily)),
    destinationPorts: [
      rule.frontendPort === 0 ? '*' : String(rule.backendPort ?? rule.frontendPort),
    ],
    usesApplicationGroups: false,
  };
  return compacted([
    sources.length > 0 && { ...base, allow: true, sources },
    deny && { ...base, allow: false, sources: ['*'] },
  ]);
}
