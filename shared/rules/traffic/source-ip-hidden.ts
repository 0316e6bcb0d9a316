import {
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type Tristate,
} from '../../model/index.ts';
import { unjudged, type Unjudged } from '../../facts/index.ts';
import {
  traffic,
  unknownServices,
  withLocalPolicy,
  type ServiceTraffic,
} from '../../traffic/index.ts';
import { defineRule, type Fault, type RuleSettings } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { addressFromHeaders, useLocalPolicy } from '../../fixes/service-fixes.ts';
import { deadPorts } from './dead-ports.ts';

const needAnnotation = 'evenkeel.dev/needs-source-ip';

/** Finds Services whose pods see the address of a node in place of the client's. */
export const sourceIpHidden = defineRule(
  {
    id: 'traffic/source-ip-hidden',
    title: 'Pods behind a Service do not see the client IP',
    why: 'With Cluster, kube-proxy replaces the source IP with a node IP: logs, allow lists and rate limits see node addresses.',
    remedy: 'Use Local with one pod per node if the pods need the client IP; otherwise accept it.',
    severity: 'low',
    source: 'Kubernetes: using source IP',
  },
  { needs: ['services', traffic], fixes: [remedies] },
  ({ services, traffic: shares, remedies: fixes }, { settings }) => {
    const portsOf = new Map(shares.map((each) => [subjectText(each), each]));
    const live = services.filter(
      ({ deleting, ingressIps, loadBalancerClass }) =>
        !deleting && (ingressIps.length > 0 || loadBalancerClass !== undefined),
    );
    return {
      explained: deadPorts(shares.filter((service) => reaches(service) === 'no')).map(
        ({ subject, by }) => ({ subject, by }),
      ),
      faults: live
        .filter(
          (service) =>
            service.externalTrafficPolicy === 'Cluster' &&
            service.loadBalancerClass === undefined &&
            reaches(portsOf.get(subjectText(service))) === 'yes',
        )
        .map((service) => faultOf(service, settings, fixes)),
      unknown: live.flatMap((service) => {
        const own = whyUnknown(service);
        if (own !== undefined) return unjudged([service], { why: own });
        return service.externalTrafficPolicy === 'Cluster'
          ? whyNotShared(portsOf.get(subjectText(service)))
          : [];
      }),
    };
  },
);

/** Does anything reach its pods? */
function reaches(service: ServiceTraffic | undefined): Tristate {
  const ports = service?.ports ?? [];
  if (ports.some(({ verdict }) => verdict !== 'none' && verdict !== 'unknown')) return 'yes';
  return ports.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'no';
}

function whyNotShared(service: ServiceTraffic | undefined): readonly Unjudged[] {
  return service === undefined || reaches(service) !== 'unknown' ? [] : unknownServices([service]);
}

/** With another controller in front nobody here knows by which way packets reach the pods. */
function whyUnknown(service: LoadBalancerService): string | undefined {
  const { externalTrafficPolicy, loadBalancerClass } = service;
  if (externalTrafficPolicy === 'Local') return undefined;
  if (externalTrafficPolicy !== 'Cluster')
    return `externalTrafficPolicy ${externalTrafficPolicy} is not a known value`;
  return loadBalancerClass === undefined
    ? undefined
    : `another controller serves loadBalancerClass ${loadBalancerClass}`;
}

function faultOf(
  service: LoadBalancerService,
  settings: RuleSettings,
  { unlessWorse }: Remedies,
): Fault {
  const { namespace, name } = service;
  const annotated = service.annotations.get(needAnnotation)?.trim().toLowerCase() === 'true';
  const needed = annotated || settings.needsSourceIp(namespace, name);
  const need = annotated ? `The annotation ${needAnnotation}` : 'The policy';
  return {
    subject: serviceSubject(service),
    severity: needed ? 'medium' : 'low',
    title: `Pods of ${namespace}/${name} do not see the client IP`,
    message: `Pods see a node IP as the source of every connection because externalTrafficPolicy is Cluster: any node can receive a connection and forward it.${needed ? ` ${need} marks this Service as needing the client IP.` : ''}`,
    causes: ['cluster-policy'],
    evidence: { externalTrafficPolicy: 'Cluster', needed },
    fixes: [
      unlessWorse(service, { fix: useLocalPolicy(service), changes: [withLocalPolicy] }) ??
        addressFromHeaders(service),
    ],
  };
}
