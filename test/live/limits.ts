import { kubernetesLimits, type KubernetesLimits } from '../../shared/collect/live/limits.ts';

/** Short where waiting would be long, else the product's own. */
export const quick: KubernetesLimits = { ...kubernetesLimits, connectMs: 2000, requestMs: 5000 };
