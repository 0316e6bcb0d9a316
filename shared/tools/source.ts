import type { ReadCluster } from '../audit/on-snapshot.ts';
import type { Report } from '../report/index.ts';

/** What the tools answer from. None of it can change anything: there is no call here that writes. */
export interface ToolSource {
  /** The newest report that there is. @throws {ToolError} */
  readonly report: () => Promise<Report>;
  /** One cluster as it was read, open while `use` runs; absent = only reports are at hand. @throws {ToolError} */
  readonly withCluster?: <T>(name: string, use: (cluster: ReadCluster) => Promise<T>) => Promise<T>;
  /** Reads a cluster anew, so that `report` shows it; absent = it cannot be read from here. @throws {ToolError} */
  readonly audit?: (name: string) => Promise<Report>;
}

/** A failure that the caller can do something about, as one line. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
