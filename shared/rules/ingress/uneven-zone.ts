import { groupsOf } from '../../facts/groups.ts';
import { patchService } from '../../fixes/service-fixes.ts';
import { hostNames, hostsText, itemized, rounded } from '../../fixes/text.ts';
import { listed, percent, serviceSubject, subjectText } from '../../model/index.ts';
import {
  secondHop,
  shareRatio,
  tolerance,
  zoneShares,
  type ZoneShares,
} from '../../traffic/index.ts';
import { defineRule, thresholdsOf, type Fault } from '../rule.ts';

/** Finds backends with `trafficDistribution` by zone or node whose pods get very different parts of a gateway's requests. */
export const unevenZone = defineRule(
  {
    id: 'ingress/uneven-zone',
    title: 'Zone-local gateway sends most requests to a few pods',
    why: 'Requests from each zone go only to the pods in that zone, however few they are.',
    remedy: 'Spread the pods over the zones like the gateway, or remove trafficDistribution.',
    severity: 'medium',
    source: 'Istio: traffic distribution; Kubernetes: Service, trafficDistribution',
  },
  { needs: [zoneShares, secondHop] },
  ({ zoneShares: { judged, unknown }, secondHop: { unread } }, { settings }) => {
    const uneven = judged.filter(
      (each) => ratioOf(each) >= thresholdsOf(settings, each.service).unevenMediumRatio - tolerance,
    );
    const byService = groupsOf(uneven, ({ service }) => subjectText(service));
    return { faults: byService.map(faultOf), unknown: [...unread, ...unknown] };
  },
);

/** Largest share over smallest; a pod at 0 beside others makes it without limit. */
function ratioOf({ shares }: ZoneShares): number {
  if (shares.length < 2) return 1;
  if (shares.some(({ share }) => share === 0)) return Number.MAX_SAFE_INTEGER;
  return shareRatio(
    shares.map(({ pod, share }) => ({
      pod,
      share,
      node: undefined,
      nodePool: undefined,
      ready: true,
    })),
  );
}

function faultOf(found: readonly ZoneShares[]): Fault {
  const worst = found.reduce((a, b) => (ratioOf(b) > ratioOf(a) ? b : a));
  const { service, zones, shares, gateway, hosts, entryPoint } = worst;
  const name = subjectText(service);
  const most = shares.reduce((a, b) => (b.share > a.share ? b : a));
  const least = shares.reduce((a, b) => (b.share < a.share ? b : a));
  const ratio = ratioOf(worst);
  return {
    subject: serviceSubject(service),
    title:
      least.share === 0
        ? `Pods of ${name} get no requests from the gateway's ${service.trafficDistribution === 'PreferSameNode' ? 'nodes' : 'zones'}`
        : `One pod of ${name} gets ${rounded(ratio)} times the requests of another`,
    message: `${name} has trafficDistribution ${service.trafficDistribution ?? ''}, so each pod of ${entryPoint.id} sends its requests for ${hostsText(hosts)} to pods ${service.trafficDistribution === 'PreferSameNode' ? 'on its own node, else in its own zone' : 'in its own zone'}: ${itemized(
      zones.map(
        ({ zone, entering, pods }) =>
          `${zone} receives ${percent(entering)} of the connections for ${pods} ${pods === 1 ? 'pod' : 'pods'}`,
      ),
      4,
    )}. ${most.pod} gets ${percent(most.share)} and ${least.pod} ${percent(least.share)}.`,
    causes: [least.share === 0 ? 'zone-without-gateway' : 'few-pods-in-zone'],
    evidence: {
      trafficDistribution: service.trafficDistribution ?? '',
      gateway: subjectText(gateway),
      gateways: found.map((each) => subjectText(each.gateway)),
      hosts: hostNames(hosts),
      zones,
      shares: shares,
    },
    fixes: [
      {
        ...evenFix(worst),
        steps: [patchService(service, { trafficDistribution: null })],
      },
    ],
  };
}

function evenFix({ shares, service }: ZoneShares): Omit<Fault['fixes'][number], 'steps'> {
  return {
    title: 'Spread requests over all pods (no trafficDistribution)',
    after: {
      verdict: 'even',
      lost: 0,
      shares: Object.fromEntries(shares.map(({ pod }) => [pod, 1 / shares.length])),
      note: `of the requests to ${listed([subjectText(service)])}`,
    },
    price: ['requests cross zones: higher latency, and inter-zone traffic may be billed'],
  };
}
