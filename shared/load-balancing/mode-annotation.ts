import type { LoadBalancerService } from '../model/index.ts';
import { annotation, annotationPrefix } from './annotations.ts';

/** Picks the VM set of a Basic load balancer. */
export const modeAnnotation = `${annotationPrefix}azure-load-balancer-mode`;

/** A Service with the mode annotation. */
export interface ModeAnnotated {
  readonly service: LoadBalancerService;
  /** Trimmed, as the cloud provider takes it. */
  readonly value: string;
}

/** The Services of Azure's cloud provider that carry the annotation. */
export function modeAnnotated(services: readonly LoadBalancerService[]): readonly ModeAnnotated[] {
  return services.flatMap((service) => {
    const value = annotation(service.annotations, 'azure-load-balancer-mode')?.trim();
    const ours = !service.deleting && service.loadBalancerClass === undefined;
    return ours && value !== undefined ? [{ service, value }] : [];
  });
}
