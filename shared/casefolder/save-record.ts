import { kubernetesLists, listNotSaved } from './kubernetes-lists.ts';

/** What an API answered instead of a list, when the case was saved. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly source?: string;
}

/** What was asked when a case was saved; a folder that people put together says nothing of that. */
export interface SaveRecord {
  /** The refusal that a query met; `undefined` = it was answered, or nothing says. */
  refused(path: string, query: URLSearchParams): Refusal | undefined;
  /** Why a list is not there. */
  whyMissing(file: string): string;
}

export const unrecorded: SaveRecord = {
  refused: () => undefined,
  whyMissing: (file) =>
    kubernetesLists.some((each) => each.file === file && each.optional)
      ? listNotSaved
      : 'the file is missing',
};
