import type { MapModel } from './model.ts';
import type { NodeRow, PodRow } from './rows.ts';

/** Classes of what a map draws, by the state that it shows; `browser/map.css` says how they look. */

type LinkKind = 'flow' | 'stop' | 'quiet';

/** Of the link that leads to a node. */
export function nodeLinkKind({ tone }: Pick<NodeRow, 'tone'>): LinkKind {
  if (tone === 'out') return 'stop';
  return tone === 'idle' ? 'quiet' : 'flow';
}

/** Of the link that leads to a pod. */
export function podLinkKind({ now, ready }: Pick<PodRow, 'now' | 'ready'>): LinkKind {
  if (now > 0) return 'flow';
  return ready ? 'stop' : 'quiet';
}

/** Of a pod's box. */
export function podTone({ now, ready }: Pick<PodRow, 'now' | 'ready'>): 'up' | 'out' | 'idle' {
  if (now > 0) return 'up';
  return ready ? 'out' : 'idle';
}

/** Of the name in the box of a node or a pod. */
export function nameKind(tone: string): 'name' | 'name off' {
  return tone === 'out' ? 'name off' : 'name';
}

/** Of the boxes of frontend and rule, and of the link behind each. */
export function entryKinds({ rule, unknown }: Pick<MapModel, 'rule' | 'unknown'>): {
  readonly frontend: string;
  readonly rule: string;
  readonly link: LinkKind;
} {
  if (rule !== undefined) return { frontend: 'entry', rule: 'entry', link: 'flow' };
  return unknown === undefined
    ? { frontend: 'entry open', rule: 'entry off', link: 'stop' }
    : { frontend: 'entry open', rule: 'entry open', link: 'quiet' };
}
