import type { Pod, Workload } from '../model/index.ts';
import { kubectl } from './commands.ts';
import type { Fix } from './fix.ts';
import { quoted } from './text.ts';
import { ownerOf } from '../facts/owners.ts';

/** Fixes for pods where they run; at most three commands each, the rest is more of the same. */

/** For pods that tolerate the taint: it is their template that lets them in. */
export function editOwners(pods: readonly Pod[], deployments: readonly Workload[]): Fix {
  return fixOf('Remove the toleration from the workloads', pods, deployments, ({ kind, name }) => {
    return `edit ${kind.toLowerCase()} ${quoted(name)}`;
  });
}

/** For pods that would not be placed there again. */
export function restartPods(pods: readonly Pod[], deployments: readonly Workload[]): Fix {
  return fixOf(
    'Restart the pods so that they are scheduled elsewhere',
    pods,
    deployments,
    ({ kind, name }, pod) =>
      kind === 'Deployment' || kind === 'StatefulSet'
        ? `rollout restart ${kind.toLowerCase()} ${quoted(name)}`
        : `delete pod ${quoted(pod.name)}`,
  );
}

function fixOf(
  title: string,
  pods: readonly Pod[],
  deployments: readonly Workload[],
  command: (owner: ReturnType<typeof ownerOf>, pod: Pod) => string,
): Fix {
  const commands = pods.map(
    (pod) => `-n ${quoted(pod.namespace)} ${command(ownerOf(pod, deployments), pod)}`,
  );
  return {
    title,
    steps: [...new Set(commands)].slice(0, 3).map(kubectl),
    price: [
      'pods are restarted and need capacity on a user pool; a pod without a controller is not recreated',
    ],
  };
}
