import {
  driftedRules,
  expectedRules,
  isInternal,
  isWanted,
  parseIp,
  probeSettings,
  publicIpGroup,
  wantedAddresses,
  wantedPublicIps,
  type DriftedRule,
} from '../../load-balancing/index.ts';
import {
  compacted,
  lacking,
  read,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancerService,
  type Read,
  type Reason,
} from '../../model/index.ts';
import {
  hostsOfServices,
  packetsTaken,
  situations,
  withReconcile,
  type Situation,
} from '../../traffic/index.ts';
import { addressInAzure } from '../../facts/index.ts';
import { nodeGroup, serviceSku, type KnownSku } from '../../facts/cluster-sku.ts';
import { judgePublicIp } from '../../facts/unusable-public-ips.ts';
import { azureServices } from '../../facts/services.ts';
import { isRecent } from '../../facts/recent-changes.ts';
import { withPrediction } from '../../fixes/outcome.ts';
import { reconcile } from '../../fixes/service-fixes.ts';
import { cited, distinct, itemized, kebab } from '../../fixes/text.ts';
import { defineRule, judgeEach, type Fault, type Unjudged } from '../rule.ts';
import { withHosts } from '../hosts-behind.ts';

/** Finds load-balancing rules in Azure that are not the ones that the cloud provider would write for their Service. */
export const ruleDrift = defineRule(
  {
    id: 'service/rule-drift',
    title: 'Load-balancing rule in Azure differs from the Service spec',
    why: 'It was edited manually, or the cloud provider failed to update it; packets may go to a port or address on which nothing listens.',
    remedy: 'Trigger a reconcile; if it fails, check the Service’s events.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer, rules",
  },
  {
    needs: ['services', 'loadBalancers', 'nodes', 'endpointSlices', situations],
    helps: ['publicIpAddresses', nodeGroup, serviceSku],
    fixes: [hostsOfServices],
  },
  ({ services, cluster, situations: { of }, hostsOfServices: hosts, ...helps }) =>
    judgeEach(azureServices(services), (service) => {
      const situation = of(service);
      const [first] = situation.rules;
      if (first === undefined || service.unreadablePorts !== undefined) return undefined;
      const settings = probeSettings(
        first.loadBalancer.sku,
        situation.loadBalancers,
        situation.kubernetesVersion,
      );
      const { families, error } = expectedRules(service, settings);
      const wanted = wantedAddressesOf(situation, helps);
      const drifted = driftedRules(
        service,
        families,
        situation.rules,
        (found) => addressInAzure(situation, found),
        ({ ipv6 }) => wanted.find((ip) => ip.includes(':') === ipv6),
      );
      const unaddressed =
        wantedPublicIps(service).length > 0 && addressInAzure(situation, first) === undefined;
      const recent = isRecent(cluster, service.createdAt);
      return compacted<Fault | Unjudged>([
        error !== undefined && {
          subject: service,
          why: `the cloud provider rejects the Service: ${cited(error)}`,
        },
        unaddressed && { subject: service, ...addressesNotRead(situation) },
        drifted.length > 0 && withHosts(hosts, service, faultOf(situation, drifted, recent)),
      ]);
    }),
);

function addressesNotRead({ publicIpAddresses }: Situation): Reason {
  return publicIpAddresses.kind === 'unread'
    ? lacking('publicIpAddresses', publicIpAddresses)
    : {
        why: 'the public IP address of its frontend was not read',
        slices: ['publicIpAddresses'],
      };
}

interface AddressSources {
  readonly nodeGroup: Read<string>;
  readonly serviceSku: Read<(service: LoadBalancerService) => Read<KnownSku>>;
}

/** The addresses that a Service asks for, without those of Azure that it cannot have: they are another finding. */
function wantedAddressesOf(
  { service, loadBalancers, publicIpAddresses }: Situation,
  { nodeGroup: group, serviceSku: skuOf }: AddressSources,
): readonly string[] {
  if (isInternal(service.annotations))
    return wantedAddresses(service).filter((ip) => parseIp(ip) !== undefined);
  const publicIps = valueOr(publicIpAddresses, []);
  const own = valueOr(group, undefined);
  const inputs = {
    service,
    publicIps,
    group: publicIpGroup(service, own),
    nodeGroup: own,
    sku: skuOf.kind === 'read' ? skuOf.value(service) : skuOf,
    loadBalancers: read(loadBalancers),
  };
  return wantedPublicIps(service)
    .filter((wanted) => judgePublicIp(wanted, inputs).kind === 'usable')
    .flatMap((wanted) => publicIps.find((each) => isWanted(each, wanted))?.address ?? []);
}

/** Ports whose packets nobody takes. */
function lostPorts(situation: Situation): readonly string[] {
  const { service, rules } = situation;
  const lost = service.ports.flatMap((port) =>
    service.ipFamilies.flatMap((family) =>
      rules
        .filter(
          ({ rule, ipv6 }) =>
            rule.frontendPort === port.port &&
            [port.protocol.toLowerCase(), 'all'].includes(rule.protocol) &&
            ipv6 === (family === 'IPv6'),
        )
        .filter(
          (found) => packetsTaken(situation, { service, port, family, found }).answer === 'no',
        )
        .map(() => `${port.port}/${port.protocol}`),
    ),
  );
  return distinct(lost);
}

function faultOf(situation: Situation, drifted: readonly DriftedRule[], recent: boolean): Fault {
  const { service } = situation;
  const name = subjectText(service);
  const lost = lostPorts(situation);
  const texts = drifted.map(
    ({ found, differences }) =>
      `Rule ${found.rule.name}: ${differences.map(({ field, asked, azure }) => `${field} is ${azure} instead of ${asked}`).join(', ')}`,
  );
  const candidate = { fix: reconcile(service), changes: [withReconcile] };
  return {
    subject: serviceSubject(service),
    severity: lost.length > 0 ? 'critical' : recent ? 'info' : 'high',
    title:
      lost.length > 0
        ? `Load-balancing rule of ${name} sends packets to a closed port or address`
        : `Load-balancing rules of ${name} in Azure differ from the Service spec`,
    message: `${itemized(texts)}. ${lost.length > 0 ? `Packets to ${lost.join(', ')} arrive at a node port or address on which nothing listens, and are lost.` : 'The next successful reconcile restores the Service’s settings.'}`,
    causes: distinct(
      compacted([
        lost.length > 0 && 'no-listener',
        ...drifted.flatMap(({ differences }) =>
          differences.map(({ field }) => `rule-${kebab(field)}`),
        ),
      ]),
    ),
    evidence: {
      lostPorts: lost,
      rules: drifted.map(({ found, differences }) => ({
        rule: found.rule.name,
        loadBalancer: found.loadBalancer.name,
        differences: differences.map(({ field, asked, azure }) => ({ field, asked, azure })),
      })),
    },
    fixes: [lost.length > 0 ? withPrediction(situation, candidate) : candidate.fix],
  };
}
