import {
  annotation,
  annotationPrefix,
  findRules,
  hasInternalRules,
  internalAnnotation,
} from '../../load-balancing/index.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancer,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { internalOrPublic } from '../../fixes/service-fixes.ts';
import { internalIntent } from '../../facts/internal-intent.ts';
import { azureServices } from '../../facts/services.ts';
import { cited, distinct } from '../../fixes/text.ts';

/** Finds Services that are meant to be internal and are public: the annotation has another key or value than Azure reads. */
export const internalAnnotationMisspelled = defineRule(
  {
    id: 'service/internal-annotation-misspelled',
    title: 'Service meant to be internal is public',
    why: 'Only the exact value true (lower case, no spaces) puts a Service on the internal load balancer.',
    remedy:
      'Set the annotation to exactly true, or remove it if the Service is meant to be public.',
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

const rightKey = annotationPrefix + internalAnnotation;

/** Whether an annotation is meant to make the Service internal and does not. */
export function isMisspelled(service: Pick<LoadBalancerService, 'annotations'>): boolean {
  return internalIntent(service) !== undefined;
}

function faultOf(service: LoadBalancerService, all: readonly LoadBalancer[]): Fault {
  const intent = internalIntent(service);
  const { key, value, otherKey } = intent ?? { key: rightKey, value: '', otherKey: false };
  const name = subjectText(service);
  const found = findRules(all)(service);
  const loadBalancers = distinct(found.map(({ loadBalancer }) => loadBalancer.name));
  // The code that writes rules and network security rules ignores letter case, and blanks it does not.
  const halfInternal = hasInternalRules(service.annotations);
  const subnet = annotation(service.annotations, `${internalAnnotation}-subnet`)?.trim() ?? '';
  return {
    subject: serviceSubject(service),
    title: `${name} is meant to be internal but is public`,
    message: `${name} ${service.ingressIps.length > 0 ? `has public address ${listed(service.ingressIps)}` : 'gets a public address'}: ${otherKey ? `the cloud provider does not read annotation ${cited(key)}; the right key is ${rightKey}.` : `annotation ${internalAnnotation} is ${cited(value)}, and only exactly "true" (lower case, no spaces) is accepted.`} ${halfInternal ? 'The cloud provider still writes the NSG rules of an internal Service, so Internet clients are blocked unless the subnet’s own NSG allows them.' : 'Anyone on the Internet can connect unless source ranges restrict it.'}${subnet === '' ? '' : ` The requested subnet ${cited(subnet)} is ignored.`}`,
    causes: compacted([
      value !== value.trim() && 'blanks',
      ...(otherKey ? ['other-key'] : causesOfValue(value.trim())),
    ]),
    evidence: {
      annotation: key,
      value,
      addresses: service.ingressIps,
      ...(loadBalancers.length > 0 && { loadBalancers }),
    },
    fixes: internalOrPublic(service, key),
  };
}

function causesOfValue(value: string): readonly string[] {
  if (value === 'true') return [];
  return [value.toLowerCase() === 'true' ? 'letter-case' : 'other-value'];
}
