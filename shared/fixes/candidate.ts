import {
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Workload,
} from '../model/index.ts';
import type { Change, PortTraffic, Situation } from '../traffic/index.ts';
import type { Fix } from './fix.ts';
import { workloadsBehind } from '../facts/services.ts';

/** A fix with the change that it makes, so that the share model can say what would come of it. */
export interface Candidate {
  readonly fix: Fix;
  /** None = what comes of it is not determined: the fix is shown without numbers. */
  readonly changes: readonly Change[];
  /** What a reader must know beside the numbers. */
  readonly note?: string;
}

/** A Service with a fault, and what stands around it. */
export interface Patient {
  readonly snapshot: ClusterSnapshot;
  readonly service: LoadBalancerService;
  readonly situation: Situation;
  /** The port whose numbers the finding tells. */
  readonly port: PortTraffic;
  readonly local: boolean;
  /** The one workload whose pods stand behind the Service; where several do, nobody can be moved alone. */
  readonly workload: Workload | undefined;
}

export function patientOf(
  snapshot: ClusterSnapshot,
  situation: Situation,
  port: PortTraffic,
): Patient {
  const { service } = situation;
  const { workloads, unread } = workloadsBehind(snapshot, service);
  const [only] = workloads;
  return {
    snapshot,
    service,
    situation,
    port,
    local: service.externalTrafficPolicy === 'Local',
    workload: workloads.length === 1 && unread.length === 0 ? only : undefined,
  };
}

/** The Service object of a traffic row; rules see Services by name. */
export function serviceNamed(
  snapshot: ClusterSnapshot,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): LoadBalancerService | undefined {
  return valueOr(snapshot.services, []).find(
    (each) => each.namespace === namespace && each.name === name,
  );
}
