import type { WorkloadDescription } from '../description.ts';
import type { Layout } from '../layout.ts';
import { podCount, templateHash } from '../pods.ts';
import { seededUid } from '../seed.ts';
import { appliedConfiguration, metadata, minutesBefore } from './metadata.ts';
import { isReady, podLabels, templateSpec } from './pod.ts';

/** A Deployment, StatefulSet or DaemonSet with the counts that its pods give. */
export function workloadJson(layout: Layout, workload: WorkloadDescription): object {
  const daemon = workload.kind === 'DaemonSet';
  const ready = countReady(layout, workload);
  const total = podCount(workload);
  return {
    metadata: metadata(layout, {
      kind: workload.kind,
      namespace: workload.namespace,
      name: workload.name,
      ageMinutes: 50_000,
      more: {
        generation: 1,
        labels: workload.labels,
        annotations: appliedConfiguration('apps/v1', workload.kind, workload),
      },
    }),
    spec: {
      ...(daemon ? {} : { replicas: workload.replicas }),
      selector: { matchLabels: workload.labels },
      template: { metadata: { labels: workload.labels }, spec: templateSpec(workload) },
      serviceName: workload.kind === 'StatefulSet' ? workload.name : undefined,
      progressDeadlineSeconds: workload.kind === 'Deployment' ? 600 : undefined,
      revisionHistoryLimit: 10,
    },
    status: daemon
      ? {
          currentNumberScheduled: total,
          numberMisscheduled: 0,
          desiredNumberScheduled: total,
          numberReady: ready,
          observedGeneration: 1,
          updatedNumberScheduled: total,
          numberAvailable: ready,
        }
      : {
          observedGeneration: 1,
          replicas: total,
          updatedReplicas: total,
          readyReplicas: ready,
          availableReplicas: ready,
          unavailableReplicas: total > ready ? total - ready : undefined,
          conditions: [
            {
              type: 'Available',
              status: ready > 0 ? 'True' : 'False',
              lastUpdateTime: minutesBefore(layout, 1_490),
              lastTransitionTime: minutesBefore(layout, 1_490),
              reason: ready > 0 ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
            },
          ],
        },
  };
}

/** The ReplicaSet between a Deployment and its pods. */
export function replicaSetJson(layout: Layout, workload: WorkloadDescription): object {
  const name = `${workload.name}-${templateHash(layout.names, workload)}`;
  const labels = Object.fromEntries(podLabels(layout, workload));
  const ready = countReady(layout, workload);
  return {
    metadata: metadata(layout, {
      kind: 'ReplicaSet',
      namespace: workload.namespace,
      name,
      ageMinutes: 1_501,
      more: {
        generation: 1,
        labels,
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: workload.name,
            uid: seededUid(`${layout.names.id}/Deployment/${workload.namespace}/${workload.name}`),
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
    }),
    spec: {
      replicas: workload.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: templateSpec(workload) },
    },
    status: {
      replicas: podCount(workload),
      fullyLabeledReplicas: podCount(workload),
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: 1,
    },
  };
}

function countReady({ pods }: Layout, workload: WorkloadDescription): number {
  let ready = 0;
  for (const pod of pods.of(workload)) if (isReady(pod)) ready += 1;
  return ready;
}
