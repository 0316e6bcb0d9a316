import {
  aksClusterName,
  annotationPrefix,
  backendPoolName,
  isTrue,
  portAnnotation,
} from '../load-balancing/index.ts';
import { compacted, sameName } from '../model/index.ts';
import {
  withClusterPolicy,
  withReconcile,
  withLocalPolicy,
  withoutAnnotations,
  withoutHints,
} from '../traffic/index.ts';
import {
  dropTopologyHints,
  reconcile,
  removeServiceAnnotation,
  useClusterPolicy,
  useLocalPolicy,
} from './service-fixes.ts';
import type { Candidate, FixContext } from './candidate.ts';

/** What the Service itself could ask for instead. */
export function serviceCandidates(context: FixContext): readonly Candidate[] {
  const { service, local } = context;
  return [
    ...probeCandidates(context),
    ...(local
      ? clusterPolicy(context)
      : [
          { fix: dropTopologyHints(service), changes: [withoutHints] },
          { fix: useLocalPolicy(service), changes: [withLocalPolicy] },
        ]),
  ];
}

/** Leaves every pool of the Service's own for the shared one. */
export function clusterPolicy({ service }: Pick<FixContext, 'service'>): readonly Candidate[] {
  return [{ fix: useClusterPolicy(service), changes: [withClusterPolicy] }];
}

/** Annotations that took the health check away, and what has drifted in Azure from what is asked for. */
function probeCandidates({ service, situation }: FixContext): readonly Candidate[] {
  const overrides = service.ports.flatMap(({ port }) => {
    const own = portAnnotation(service.annotations, port, 'health-probe_port') !== undefined;
    const none = isTrue(service.annotations, `port_${port}_no_probe_rule`);
    return compacted([
      own && { port, name: `port_${port}_health-probe_port` },
      none && { port, name: `port_${port}_no_probe_rule` },
    ]);
  });
  const dropped = overrides.map(({ port, name }): Candidate => {
    const key = `${annotationPrefix}${name}`;
    const fix = removeServiceAnnotation(service, key, `Restore the health probe of port ${port}`, [
      'none: backends that fail the probe get no new connections',
    ]);
    return { fix, changes: [withoutAnnotations(key)] };
  });
  return compacted([
    ...dropped,
    !takesPoolOfAnother(situation) && {
      fix: reconcile(service),
      changes: [withReconcile],
      note: 'rules, probes and backend pools match the Service spec',
    },
  ]);
}

/** Two Local Services whose own pools have one name: what one gets, the other loses. */
function takesPoolOfAnother({ service, rules, several }: FixContext['situation']): boolean {
  if (!several || service.externalTrafficPolicy !== 'Local') return false;
  const own = new Set(rules.map(({ rule }) => rule.id));
  return rules.some(({ loadBalancer, ipv6 }) => {
    const name = backendPoolName({ clusterName: aksClusterName, ipv6, localService: service });
    const pool = loadBalancer.backendPools.find((each) => sameName(each.name, name));
    return loadBalancer.rules.some(
      ({ id, backendPoolIds }) =>
        pool !== undefined && backendPoolIds.includes(pool.id) && !own.has(id),
    );
  });
}
