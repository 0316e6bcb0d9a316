import { modeAnnotated, modeAnnotation } from '../../load-balancing/index.ts';
import { removeServiceAnnotation } from '../../fixes/service-fixes.ts';
import { unjudged } from '../../facts/index.ts';
import { clusterSku } from '../../facts/cluster-sku.ts';
import { defineRule, type Fault } from '../rule.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited } from '../../fixes/text.ts';

/** Finds the annotation that picks a Basic load balancer's VM set on clusters where nothing reads it. */
export const modeAnnotationIgnored = defineRule(
  {
    id: 'load-balancer/mode-annotation-ignored',
    title: 'azure-load-balancer-mode annotation has no effect',
    why: 'With Standard, all node pools are backends; the annotation is ignored without an event.',
    remedy:
      'Remove the annotation, or use multiple Standard load balancers or the exclude label instead.',
    severity: 'low',
    source: "Azure's cloud provider: load balancer annotations",
  },
  { needs: ['services'], helps: [clusterSku] },
  ({ services, clusterSku: sku }) => {
    const annotated = modeAnnotated(services);
    if (sku.kind === 'unread')
      return {
        faults: [],
        unknown: unjudged(
          annotated.map(({ service }) => service),
          sku,
        ),
      };
    if (sku.value === 'basic') return { faults: [] };
    return {
      faults: annotated.map(({ service, value }): Fault => ({
        subject: serviceSubject(service),
        title: `azure-load-balancer-mode of ${subjectText(service)} has no effect on Standard`,
        message: `Every eligible node is a backend of ${subjectText(service)} regardless of azure-load-balancer-mode (${cited(value)}): only a Basic load balancer uses it.`,
        causes: ['standard-sku'],
        evidence: { annotation: modeAnnotation, value, sku: 'Standard' },
        fixes: [
          removeServiceAnnotation(service, modeAnnotation, 'Remove the annotation', [
            'none: the cloud provider ignores it already',
          ]),
        ],
      })),
    };
  },
);
