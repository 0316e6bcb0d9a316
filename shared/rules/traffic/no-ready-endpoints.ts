import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { serviceSubject, workloadsBehind } from '../services.ts';
import { capped, counted, listed, quoted } from '../text.ts';

/** Finds Services with a selector behind which no pod is ready; scaled to zero is worth a note only. */
export const noReadyEndpoints = defineRule(
  {
    id: 'traffic/no-ready-endpoints',
    title: 'No pod behind a Service is ready',
    why: 'The address answers nobody until a pod becomes ready.',
    remedy:
      'Find out why the pods are not ready or not there; a selector that matches nothing is a typo.',
    severity: 'high',
    source: 'share-model.md 5 and 8',
  },
  ['services', 'endpointSlices'],
  ({ services, endpointSlices }, { snapshot }) => {
    const states = new Map<string, { total: number; ready: number }>();
    for (const slice of endpointSlices) {
      const key = `${slice.namespace}/${slice.service}`;
      const state = states.get(key) ?? { total: 0, ready: 0 };
      state.total += slice.endpoints.length;
      state.ready += slice.endpoints.filter((endpoint) => endpoint.ready).length;
      states.set(key, state);
    }
    const faults = services.flatMap((service): readonly Fault[] => {
      if (service.deleting || service.selector === undefined || service.selector.size === 0)
        return [];
      const state = states.get(`${service.namespace}/${service.name}`) ?? { total: 0, ready: 0 };
      if (state.ready > 0) return [];
      const behind = workloadsBehind(snapshot, service);
      const workloads = behind.kind === 'read' ? behind.value : [];
      const scaledToZero =
        workloads.length > 0 && workloads.every((workload) => workload.replicas === 0);
      const selector = [...service.selector].map(([key, value]) => `${key}=${value}`).toSorted();
      return [
        {
          subject: serviceSubject(service),
          severity: scaledToZero ? 'info' : 'high',
          title: scaledToZero
            ? `${service.namespace}/${service.name} is scaled to zero`
            : `No pod behind ${service.namespace}/${service.name} is ready`,
          message: `${why(scaledToZero, state.total, behind.kind === 'read' ? workloads.length : undefined)} The selector is ${listed(selector)}.`,
          causes: [
            scaledToZero ? 'scaled-to-zero' : state.total > 0 ? 'pods-not-ready' : 'no-pods',
          ],
          evidence: {
            endpoints: state.total,
            selector: capped(selector),
            workloads: capped(
              workloads.map((workload) => ({
                kind: workload.kind,
                name: workload.name,
                replicas: workload.replicas ?? 0,
              })),
            ),
          },
          fixes: [
            {
              title: 'Look at the pods that the Service selects',
              steps: [
                {
                  tool: 'kubectl',
                  text: `kubectl -n ${quoted(service.namespace)} get pods -o wide -l ${quoted(selector.join(','))}`,
                },
              ],
              price: ['none: it only reads'],
            },
          ],
        },
      ];
    });
    return { faults };
  },
);

function why(scaledToZero: boolean, endpoints: number, workloads: number | undefined): string {
  if (scaledToZero)
    return 'Every workload that the selector matches has 0 replicas, so nothing answers here, as somebody seems to want.';
  if (endpoints > 0)
    return `${counted(endpoints, 'endpoint exists', 'endpoints exist')} and none is ready.`;
  if (workloads === 0)
    return 'No Deployment, StatefulSet or DaemonSet of the namespace has pods that the selector matches.';
  return 'The selector matches no running pod.';
}
