import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderMarkdown } from '../../shared/report/markdown.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { auditFolder, type FolderOptions } from '../support/audit-folder.ts';
import { ownCase } from '../engine/case-file.ts';
import { report } from '../report/builders.ts';
import { renderJson, renderText } from '../support/rendered.ts';

/** Case folders of a test, made by changing one that is well, and removed after it. */
/** Slices without which a report is complete. */
const optional: ReadonlySet<string> = new Set([
  'virtualMachines',
  'networkPolicies',
  'nodePortServices',
  'hostNetworkPods',
  'ciliumConfig',
  'ingresses',
  'ingressClasses',
  'gatewayClasses',
  'gateways',
  'httpRoutes',
  'grpcRoutes',
  'referenceGrants',
]);

export interface TemporaryFolders {
  /** A copy of a case with files changed; `null` takes a file away. */
  changed(changes: FileChanges, from?: string): string;
  /** A place for a folder that is not there yet. */
  empty(): string;
  remove(): void;
}

export type FileChanges = Readonly<Record<string, FileChange>>;
/** New content, or what to do with the JSON. */
type FileChange = string | Buffer | null | ((json: Json) => unknown);

/** Whatever JSON holds: tests reach into it without asking. */
// oxlint-disable-next-line typescript/no-explicit-any -- bodies of APIs as they are saved
export type Json = any;

export function temporaryFolders(): TemporaryFolders {
  const root = mkdtempSync(path.join(tmpdir(), 'evenkeel-folder-'));
  let count = 0;
  return {
    changed(changes, from = 'standard-healthy') {
      const directory = path.join(root, `${from}-${count++}`);
      cpSync(ownCase(from), directory, { recursive: true });
      for (const [file, change] of Object.entries(changes))
        writeChange(path.join(directory, file), change);
      return directory;
    },
    empty: () => path.join(root, `new-${count++}`),
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function writeChange(file: string, change: FileChange): void {
  if (change === null) rmSync(file);
  else if (typeof change === 'function') {
    const json: Json = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify(change(json) ?? json));
  } else writeFileSync(file, change);
}

export interface Audited {
  readonly cluster: ClusterReport;
  /** Lines for people, without the folder that each begins with. */
  readonly lines: readonly string[];
  readonly unread: readonly string[];
}

export async function audited(
  directory: string,
  options: Partial<FolderOptions> = {},
): Promise<Audited> {
  const { clusters, problems } = await auditFolder({
    directory,
    clusters: [],
    takenAt: '2026-11-23T06:00:00Z',
    ...options,
  });
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error(`nothing was audited: ${problems.join('; ')}`);
  const unread = cluster.coverage
    .filter(({ state, slice }) => state === 'unread' && !optional.has(slice))
    .map(({ slice }) => slice);
  const prefix = `${directory}${path.sep}`;
  const lines = problems.map((line) => {
    if (!line.startsWith(prefix)) throw new Error(`a line without its folder: ${line}`);
    return line.slice(prefix.length);
  });
  return { cluster, lines, unread };
}

/** What must never be in a report: absent values, numbers that are none, stacks. */
export function slips(cluster: ClusterReport): readonly string[] {
  const whole = report([cluster]);
  const texts = [
    renderJson(whole),
    renderMarkdown(whole),
    renderText(whole, { width: 120, colour: false }),
  ];
  return texts.flatMap(
    (text) => text.match(/\bundefined\b|\bNaN\b|\[object |\n\s+at .*:\d+/gu) ?? [],
  );
}
