import type { LoadBalancerService } from '../../model/index.ts';
import { withLocalPolicy } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import type { Fault, RuleSettings } from '../rule.ts';
import { useLocalPolicy } from '../../fixes/service-fixes.ts';
import { serviceSubject } from '../../model/index.ts';

const needAnnotation = 'evenkeel.dev/needs-source-ip';

/** Finds Services whose pods see the address of a node in place of the client's. */
export const sourceIpHidden = defineRule(
  {
    id: 'traffic/source-ip-hidden',
    title: 'Pods behind a Service do not see the client address',
    why: 'With Cluster, kube-proxy replaces the source address by that of a node: logs, allow lists and rate limits see nodes.',
    remedy:
      'Use Local where the address matters, with the pods spread one per node; else accept it.',
    severity: 'low',
    source: 'Kubernetes: using source IP',
  },
  { needs: ['services'], fixes: [remedies] },
  ({ services, remedies: fixes }, { settings }) => {
    const live = services.filter((service) => !service.deleting);
    return {
      faults: live
        .filter(
          (service) =>
            service.externalTrafficPolicy === 'Cluster' && service.loadBalancerClass === undefined,
        )
        .map((service) => faultOf(service, settings, fixes)),
      unknown: live.flatMap((service) => {
        const why = whyUnknown(service);
        return why === undefined ? [] : [{ subject: service, why }];
      }),
    };
  },
);

/** With another controller in front nobody here knows by which way packets reach the pods. */
function whyUnknown(service: LoadBalancerService): string | undefined {
  const { externalTrafficPolicy, loadBalancerClass } = service;
  if (externalTrafficPolicy === 'Local') return undefined;
  if (externalTrafficPolicy !== 'Cluster')
    return `externalTrafficPolicy ${externalTrafficPolicy} is not known`;
  return loadBalancerClass === undefined
    ? undefined
    : `another controller serves loadBalancerClass ${loadBalancerClass}`;
}

function faultOf(
  service: LoadBalancerService,
  settings: RuleSettings,
  { withOutcome }: Remedies,
): Fault {
  const { namespace, name } = service;
  const annotated = service.annotations.get(needAnnotation)?.trim().toLowerCase() === 'true';
  const needed = annotated || settings.needsSourceIp(namespace, name);
  const need = annotated ? `The annotation ${needAnnotation}` : 'The policy';
  return {
    subject: serviceSubject(service),
    severity: needed ? 'medium' : 'low',
    title: `${namespace}/${name} hides the client address from its pods`,
    message: `Every pod sees the address of a node as the source of its connections, since externalTrafficPolicy is Cluster: any node may take a connection and hand it on.${needed ? ` ${need} says that this Service needs the client address.` : ''}`,
    causes: ['cluster-policy'],
    evidence: { externalTrafficPolicy: 'Cluster', needed },
    fixes: [withOutcome(service, { fix: useLocalPolicy(service), changes: [withLocalPolicy] })],
  };
}
