import { subjectText } from '../model/index.ts';
import { backedServices, type Backed } from './backed-services.ts';
import { planService } from './endpoints.ts';
import type { EndpointInputs } from './planned-slices.ts';
import { same } from './fields.ts';
import type { PodPlan } from './pod-plan.ts';
import { workloadKey, type WorkloadKey } from './pod-index.ts';

/** A new Service may select pods that nothing shows yet: they run, on any node that fits. */
export function withUnseenPods(
  plans: ReadonlyMap<WorkloadKey, PodPlan>,
  inputs: Omit<EndpointInputs, 'plans'>,
  services: readonly Backed[],
): ReadonlyMap<WorkloadKey, PodPlan> {
  const old = new Map(backedServices(inputs.before).map((each) => [subjectText(each), each]));
  const result = new Map(plans);
  for (const service of services) {
    const known = old.get(subjectText(service));
    if (known !== undefined && same(known.selector, service.selector)) continue;
    for (const workload of planService({ ...inputs, plans }, service).workloads) {
      const plan = result.get(workloadKey(workload));
      if (plan === undefined || workload.kind === 'DaemonSet' || plan.changed) continue;
      const unseen = (workload.replicas ?? 1) - plan.stays.size;
      if (unseen <= 0) continue;
      result.set(workloadKey(workload), {
        ...plan,
        placed: Array.from({ length: unseen }, (_, at) => `${workload.name}-unseen-${at + 1}`),
        notes: [
          ...plan.notes,
          `where ${unseen === 1 ? 'one of its pods runs' : `${unseen} of its pods run`} was not read`,
        ],
      });
    }
  }
  return result;
}
