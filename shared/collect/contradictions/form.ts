import type { ClusterSnapshot, SliceName } from '../../model/index.ts';

/** A list that lacks what another one shows to be there, and both in one line. */
export interface Contradiction {
  readonly slice: SliceName;
  readonly why: string;
}

/** One way in which lists contradict each other. */
export type Form = (snapshot: ClusterSnapshot) => readonly Contradiction[];

/** Likely causes, as the reason of a contradicted list ends. */
export const wrongScope = 'saved or answered from another scope?';
export const namespaceOnly =
  'was -A (all namespaces) forgotten, or does a right cover some namespaces only?';
export const groupOnly =
  'was it listed in another resource group, or does a right cover some groups only?';
