import type { ClusterSnapshot } from '../../shared/model/index.ts';

/** A cluster while commands change it. */
export interface Cluster {
  snapshot: ClusterSnapshot;
  /** Services, as `namespace/name`, that the cloud provider looks at again; `*` = all. */
  touched: Set<string>;
  /** Workloads, as `kind/namespace/name`, whose pods are made anew. */
  restarted: Set<string>;
  /** Steps that nothing here carries out. */
  left: string[];
}
