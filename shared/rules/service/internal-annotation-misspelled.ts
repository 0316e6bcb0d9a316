import {
  annotation,
  annotationPrefix,
  findRules,
  hasInternalRules,
  internalAnnotation,
  isInternal,
} from '../../load-balancing/index.ts';
import { valueOr, type LoadBalancer, type LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { internalOrPublic } from '../../fixes/service-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited, distinct, listed } from '../../fixes/text.ts';

/** Finds Services that are meant to be internal and are public, for a letter or a blank in the annotation. */
export const internalAnnotationMisspelled = defineRule(
  {
    id: 'service/internal-annotation-misspelled',
    title: 'A Service that is meant to be internal is public',
    why: 'Only exactly true, in small letters and without blanks, moves a Service to the internal load balancer.',
    remedy: 'Write true exactly, or remove the annotation where the Service is meant to be public.',
    severity: 'critical',
    source: "Azure's cloud provider: load balancer annotations",
  },
  { needs: ['services'], helps: ['loadBalancers'] },
  ({ services, loadBalancers }) => ({
    faults: azureServices(services)
      .filter(isMisspelled)
      .map((service) => faultOf(service, valueOr(loadBalancers, []))),
  }),
);

const key = annotationPrefix + internalAnnotation;

export function isMisspelled({ annotations }: Pick<LoadBalancerService, 'annotations'>): boolean {
  if (isInternal(annotations)) return false;
  const meant = annotation(annotations, internalAnnotation)?.trim().toLowerCase() === 'true';
  return meant || otherKey(annotations) !== undefined;
}

/** A key that is near the right one, and says true: of another cloud, or with a slip. */
function otherKey(annotations: LoadBalancerService['annotations']): string | undefined {
  return [...annotations].find(([name, value]) => {
    const tail = name.slice(name.indexOf('/') + 1).toLowerCase();
    const near = /internal/u.test(tail) && /balancer|-lb\b|\blb-/u.test(tail);
    const known = tail.startsWith(`${internalAnnotation}-`) || name === key;
    return near && !known && value.trim().toLowerCase() === 'true';
  })?.[0];
}

function faultOf(service: LoadBalancerService, all: readonly LoadBalancer[]): Fault {
  const other = otherKey(service.annotations);
  const own = annotation(service.annotations, internalAnnotation);
  const value = own ?? (other === undefined ? '' : (service.annotations.get(other) ?? ''));
  const name = subjectText(service);
  const found = findRules(all)(service);
  const loadBalancers = distinct(found.map(({ loadBalancer }) => loadBalancer.name));
  // The code that writes rules and network security rules ignores letter case, and blanks it does not.
  const halfInternal = hasInternalRules(service.annotations);
  const subnet = annotation(service.annotations, `${internalAnnotation}-subnet`)?.trim() ?? '';
  return {
    subject: serviceSubject(service),
    title: `${name} is meant to be internal and is public`,
    message: `${name} ${service.ingressIps.length > 0 ? 'has' : 'gets'} a public address${service.ingressIps.length > 0 ? ` (${listed(service.ingressIps)})` : ''}: ${own === undefined && other !== undefined ? `the annotation ${cited(other)} is none that Azure knows; it is ${key}.` : `the annotation ${internalAnnotation} is ${cited(value)} and counts only as true, in small letters without blanks.`} ${halfInternal ? 'Other code takes it for internal all the same and lets nobody in from the Internet: nobody reaches it, or everybody, where the network security group of the subnet is open anyway.' : 'Everybody on the Internet may connect unless source ranges say otherwise.'}${subnet === '' ? '' : ` The subnet ${cited(subnet)} that it asks for is ignored.`}`,
    causes: [
      ...(value === value.trim() ? [] : ['blanks']),
      ...(own === undefined ? ['other-key'] : value.trim() === 'true' ? [] : ['letter-case']),
    ],
    evidence: {
      annotation: own === undefined ? (other ?? key) : key,
      value,
      addresses: service.ingressIps,
      ...(loadBalancers.length > 0 && { loadBalancers }),
    },
    fixes: internalOrPublic(service),
  };
}
