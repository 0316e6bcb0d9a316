import { lacking, valueOr, type LoadBalancerService, type Reason } from '../model/index.ts';
import { derived } from './derived.ts';

/** Which topology hints are followed for a Service; `unknown` = zone hints are, or none is. */
export type HintsFollowed = 'all' | 'zones' | 'none' | { readonly unknown: Reason };

export interface DataPlane {
  readonly cilium: boolean;
  hintsOf(service: Pick<LoadBalancerService, 'trafficDistribution'>): HintsFollowed;
}

/** kube-proxy follows every hint; Cilium those of zones, where it is configured to (docs/share-model.md). */
export const dataPlane = derived(
  'dataPlane',
  { needs: [], helps: ['managedCluster', 'daemonSets', 'ciliumConfig'] },
  ({ managedCluster, daemonSets, ciliumConfig }): DataPlane => {
    const names = new Set(
      valueOr(daemonSets, []).flatMap(({ namespace, name }) =>
        namespace === 'kube-system' ? [name] : [],
      ),
    );
    const cilium =
      (managedCluster.kind === 'read' && managedCluster.value.networkDataplane === 'cilium') ||
      (names.has('cilium') && !names.has('kube-proxy'));
    return {
      cilium,
      hintsOf({ trafficDistribution = '' }) {
        if (!cilium) return 'all';
        if (!['PreferClose', 'PreferSameZone'].includes(trafficDistribution)) return 'none';
        if (ciliumConfig.kind === 'unread')
          return { unknown: lacking('ciliumConfig', ciliumConfig) };
        return ciliumConfig.value.serviceTopology ? 'zones' : 'none';
      },
    };
  },
);
