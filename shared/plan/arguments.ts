import { parseTaint } from '../model/index.ts';
import { deletableKind } from './deletions.ts';
import type { Deletion, NodePoolChange } from './types.ts';

/** A node pool change as people write it: `KEY=VALUE:EFFECT`, `KEY-`, `KEY=VALUE`. */
export interface NodePoolText {
  readonly name: string;
  readonly taints: readonly string[];
  readonly labels: readonly string[];
  readonly count?: number | undefined;
}

const mostNodes = 1_000;

/** A text says what is wrong with it. */
export function nodePoolChange({
  name,
  taints,
  labels,
  count,
}: NodePoolText): NodePoolChange | string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/u.test(name))
    return `${JSON.stringify(name)} is not the name of a node pool`;
  if (count !== undefined && !(Number.isInteger(count) && count >= 0 && count <= mostNodes))
    return `the number of nodes of pool ${name} must be an integer from 0 to ${mostNodes}`;
  const addTaints = [];
  const removeTaints = [];
  for (const text of taints) {
    const taint = parseTaint(text);
    if (taint !== undefined) addTaints.push(taint);
    else if (/^[^=\s]+-$/u.test(text)) removeTaints.push(text.slice(0, -1));
    else
      return `${JSON.stringify(text)} is not a taint; write KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule or NoExecute, or KEY- to remove one`;
  }
  const added = new Map<string, string>();
  const removeLabels = [];
  for (const text of labels) {
    const pair = /^([^=\s]{1,317})=([\w.-]{0,63})$/u.exec(text);
    if (pair !== null) added.set(pair[1] ?? '', pair[2] ?? '');
    else if (/^[^=\s]+-$/u.test(text)) removeLabels.push(text.slice(0, -1));
    else return `${JSON.stringify(text)} is not a label; write KEY=VALUE, or KEY- to remove one`;
  }
  return {
    name,
    addTaints,
    removeTaints,
    labels: added,
    removeLabels,
    ...(count !== undefined && { count }),
  };
}

/** `KIND/NAMESPACE/NAME`; a text says what is wrong with it. */
export function deletionOf(text: string): Deletion | string {
  const [kind = '', namespace = '', name = '', ...more] = text.split('/');
  if (namespace === '' || name === '' || more.length > 0)
    return `${JSON.stringify(text)} is not KIND/NAMESPACE/NAME`;
  if (deletableKind(kind) === undefined)
    return `${JSON.stringify(kind)} is not a kind that can be planned; write Service, Deployment, StatefulSet, DaemonSet, NetworkPolicy, Ingress, HTTPRoute or GRPCRoute`;
  return { kind, namespace, name };
}
