import { clusterSku } from '../cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import { removeServiceAnnotation } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { serviceSubject } from '../services.ts';

export const modeAnnotation = 'service.beta.kubernetes.io/azure-load-balancer-mode';

/** Finds the annotation that picks a Basic load balancer's VM set on clusters where nothing reads it. */
export const modeAnnotationIgnored = defineRule(
  {
    id: 'load-balancer/mode-annotation-ignored',
    title: 'A load balancer mode annotation has no effect',
    why: 'On Standard every node pool is a backend already; the annotation is ignored without an event.',
    remedy:
      'Remove the annotation, or say what was meant with several Standard load balancers or the exclude label.',
    severity: 'low',
    source: 'load-balancing.md §0.2, fault 4',
  },
  ['services'],
  ({ services }, { snapshot }) => {
    const annotated = services.filter(
      (service) => !service.deleting && service.annotations.has(modeAnnotation),
    );
    if (annotated.length === 0) return { faults: [] };
    const sku = clusterSku(snapshot);
    if (sku.kind === 'unread') return { faults: [], unknown: [sku.why] };
    if (sku.value !== 'standard' && sku.value !== 'basic')
      return { faults: [], unknown: [`load balancer SKU ${sku.value} is not known`] };
    if (sku.value === 'basic') return { faults: [] };
    return {
      faults: annotated.map((service): Fault => {
        const value = service.annotations.get(modeAnnotation) ?? '';
        return {
          subject: serviceSubject(service),
          title: `The mode annotation of ${service.namespace}/${service.name} is ignored on Standard`,
          message: `azure-load-balancer-mode is "${value}", which only a Basic load balancer reads. Here every eligible node of every pool is a backend whatever it says.`,
          causes: ['standard-sku'],
          evidence: { annotation: modeAnnotation, value, sku: 'Standard' },
          fixes: [
            removeServiceAnnotation(service, modeAnnotation, 'Remove the annotation', [
              'none: nothing reads it',
            ]),
          ],
        };
      }),
    };
  },
);
