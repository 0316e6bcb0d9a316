import {
  canonicalAddress,
  leftoversOf,
  publicIpNames,
  ruleFor,
  findRules,
  wantedAddresses,
  type Leftovers,
} from '../../load-balancing/index.ts';
import {
  compacted,
  counted,
  keyInName,
  lacking,
  listed,
  sameName,
  serviceKey,
  subjectText,
  valueOr,
  type EndpointSlice,
  type LoadBalancerRule,
  type LoadBalancerService,
  type PublicIpAddress,
  type Read,
  type Reason,
  type ServiceEvent,
  type ServiceName,
} from '../../model/index.ts';
import { unjudged } from '../../facts/index.ts';
import { azureServices } from '../../facts/services.ts';
import { az } from '../../fixes/commands.ts';
import type { Fix, FixStep } from '../../fixes/fix.ts';
import { distinct, itemized, quoted } from '../../fixes/text.ts';
import { defineRule, type Fault } from '../rule.ts';

/** Finds rules and frontends that the cloud provider wrote for Services which the cluster no longer has. */
export const leftoverRule = defineRule(
  {
    id: 'load-balancer/leftover-rule',
    title: 'Load balancer still has rules of deleted Services',
    why: 'They occupy addresses and ports and count toward Azure’s limits; a new Service that needs one of them fails.',
    remedy: 'Delete the rules, then their probes, then the frontends.',
    severity: 'medium',
    source: "Azure's cloud provider: names of rules (Azure/AKS#1403)",
  },
  {
    needs: ['loadBalancers', 'services'],
    helps: ['serviceEvents', 'publicIpAddresses', 'endpointSlices', 'clusterIpServices'],
  },
  ({
    loadBalancers,
    services,
    serviceEvents,
    publicIpAddresses,
    endpointSlices,
    clusterIpServices,
  }) => {
    const ownUids = services.map(({ uid }) => uid);
    const unlisted = ownersOfSlices(endpointSlices, [
      ...services,
      ...valueOr(clusterIpServices, []),
    ]);
    const uids = [...ownUids, ...unlisted.keys()];
    const filtered = maybeFiltered(endpointSlices, clusterIpServices);
    const rulesOf = findRules(loadBalancers);
    const events = valueOr(serviceEvents, []);
    const addresses = valueOr(publicIpAddresses, []);
    const waiting = azureServices(services).map((service) => ({
      service,
      lacks: service.ports.filter(({ protocol, port }) =>
        service.ipFamilies.some(
          (family) => ruleFor(rulesOf(service), { name: '', protocol, port }, family) === undefined,
        ),
      ),
    }));
    return {
      faults: loadBalancers.flatMap((loadBalancer) => {
        const left = leftoversOf(loadBalancer, uids);
        if (left === undefined || filtered !== undefined) return [];
        const blocked = waiting.filter((each) => isBlocked(each, left, addresses, events));
        return [
          faultOf(
            left,
            blocked.map(({ service }) => subjectText(service)),
          ),
        ];
      }),
      unknown: loadBalancers.flatMap((loadBalancer) => {
        const left = leftoversOf(loadBalancer, ownUids);
        const keys = new Set(
          [...(left?.rules ?? []), ...(left?.frontends ?? [])].map(({ name }) => keyInName(name)),
        );
        if (left !== undefined && filtered !== undefined) return unjudged([loadBalancer], filtered);
        const found = [...unlisted].find(([uid]) => keys.has(serviceKey(uid).toLowerCase()));
        return found === undefined ? [] : unjudged([loadBalancer], unlistedOwner(found[1]));
      }),
    };
  },
);

/** Uids of Services that own EndpointSlices, and so are there, and are not listed; with their names. */
function ownersOfSlices(
  endpointSlices: Read<readonly EndpointSlice[]>,
  services: readonly ServiceName[],
): ReadonlyMap<string, string> {
  const names = new Set(services.map(subjectText));
  return new Map(
    valueOr(endpointSlices, []).flatMap(({ namespace, service, serviceUid }) => {
      const name = `${namespace}/${service}`;
      return serviceUid === undefined || names.has(name) ? [] : [[serviceUid, name] as const];
    }),
  );
}

/** Why Services may be lacking: their list was filtered, and no slice can say of which. */
function maybeFiltered(
  endpointSlices: Read<unknown>,
  clusterIpServices: Read<unknown>,
): Reason | undefined {
  return clusterIpServices.kind === 'unread' &&
    clusterIpServices.code === 'contradicted' &&
    endpointSlices.kind === 'unread'
    ? lacking('endpointSlices', endpointSlices)
    : undefined;
}

function unlistedOwner(name: string): Reason {
  return {
    why: `services: the list lacks ${name}, which owns EndpointSlices and has rules in Azure`,
    slices: ['services'],
  };
}

interface Waiting {
  readonly service: LoadBalancerService;
  /** Ports without a rule of its own. */
  readonly lacks: LoadBalancerService['ports'];
}

/** A leftover has a port of the address that the Service wants, or one of its events names it. */
function isBlocked(
  { service, lacks }: Waiting,
  { rules, frontends, loadBalancer }: Leftovers,
  addresses: readonly PublicIpAddress[],
  events: readonly ServiceEvent[],
): boolean {
  if (lacks.length === 0) return false;
  const names = [...rules, ...frontends].map(({ name }) => name.toLowerCase());
  const named = events.some(
    ({ namespace, service: about, type, message }) =>
      namespace === service.namespace &&
      about === service.name &&
      type === 'Warning' &&
      names.some((name) => message.toLowerCase().includes(name)),
  );
  if (named) return true;
  const wanted = new Set(
    [...wantedAddresses(service), ...service.ingressIps].map(canonicalAddress),
  );
  const pips = publicIpNames(service);
  const isWanted = (rule: LoadBalancerRule): boolean => {
    const frontend = loadBalancer.frontends.find(({ id }) => id === rule.frontendId);
    const publicIp = addresses.find(({ id }) => id === frontend?.publicIpId);
    const own = [frontend?.privateIp, publicIp?.address].flatMap((text) => text ?? []);
    return (
      own.some((text) => wanted.has(canonicalAddress(text))) ||
      pips.some((name) => publicIp !== undefined && sameName(name, publicIp.name))
    );
  };
  return rules.some(
    (rule) =>
      lacks.some(
        ({ port, protocol }) =>
          (rule.frontendPort === port || rule.frontendPort === 0) &&
          (rule.protocol === 'all' || sameName(rule.protocol, protocol)),
      ) && isWanted(rule),
  );
}

function faultOf(left: Leftovers, blocked: readonly string[]): Fault {
  const { loadBalancer, rules, frontends, probes } = left;
  const { name } = loadBalancer;
  const what = compacted([
    rules.length > 0 && counted(rules.length, 'rule'),
    frontends.length > 0 && counted(frontends.length, 'frontend'),
  ]).join(' and ');
  return {
    subject: { kind: 'LoadBalancer', name },
    severity: blocked.length > 0 ? 'high' : 'medium',
    title:
      blocked.length > 0
        ? `Rules of deleted Services on ${name} block ${listed(blocked)}`
        : `Load balancer ${name} still has ${what} of deleted Services`,
    message: `${what} on ${name} do not belong to any Service of the cluster: ${itemized(distinct([...rules, ...frontends].map((each) => each.name)))}. Their age is not known.${blocked.length > 0 ? ` ${listed(blocked)} cannot use an address and port that they occupy.` : ''}`,
    causes: [blocked.length > 0 ? 'blocks-service' : 'leftover'],
    evidence: {
      rules: rules.map((rule) => ({ rule: rule.name, port: rule.frontendPort })),
      frontends: frontends.map((each) => each.name),
      probes: probes.map((each) => each.name),
      blocks: blocked,
      age: 'unknown',
    },
    fixes: [deleteLeftovers(left)],
  };
}

const mostSteps = 20;

/** A rule goes before the probe and the frontend that it uses. */
function deleteLeftovers({ loadBalancer, rules, probes, frontends }: Leftovers): Fix {
  const step =
    (kind: string) =>
    ({ name }: { readonly name: string }): FixStep =>
      az(
        `network lb ${kind} delete -g ${quoted(loadBalancer.resourceGroup)} --lb-name ${quoted(loadBalancer.name)} -n ${quoted(name)}`,
      );
  const steps = [
    ...rules.map(step('rule')),
    ...probes.map(step('probe')),
    ...frontends.map(step('frontend-ip')),
  ];
  return {
    title: 'Delete the rules, probes and frontends that are left',
    steps: steps.slice(0, mostSteps),
    price: compacted([
      'check first that no other cluster and no manual setup uses the addresses',
      steps.length > mostSteps && `${steps.length - mostSteps} more of the same kind`,
    ]),
  };
}
