import { annotation } from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import { removeServiceAnnotation } from '../../fixes/service-fixes.ts';
import type { Fix } from '../../fixes/fix.ts';

/** Picks the VM set of a Basic load balancer. */
export const modeAnnotation = 'service.beta.kubernetes.io/azure-load-balancer-mode';

export interface Annotated {
  readonly service: LoadBalancerService;
  /** Trimmed, as the cloud provider takes it. */
  readonly value: string;
}

/** The Services of Azure's cloud provider that carry the annotation. */
export function annotatedServices(services: readonly LoadBalancerService[]): readonly Annotated[] {
  return services.flatMap((service) => {
    const value = annotation(service.annotations, 'azure-load-balancer-mode')?.trim();
    const ours = !service.deleting && service.loadBalancerClass === undefined;
    return ours && value !== undefined ? [{ service, value }] : [];
  });
}

export function removeMode(
  service: LoadBalancerService,
  title: string,
  price: readonly string[],
): Fix {
  return removeServiceAnnotation(service, modeAnnotation, title, price);
}
