import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();

const now = (): Date => new Date('2026-11-23T06:00:00Z');

/** A Service as JSON. */
export const service =
  '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"b"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]}}';

/** An audit of one file, which is there for no longer than that. */
export async function auditFile(name: string, data: Buffer | string) {
  const file = path.join(root, name);
  writeFileSync(file, data);
  const { report, problems, unreadable } = await auditFolders({
    directories: [file],
    clusters: [],
    now,
  });
  rmSync(file);
  return {
    report,
    /** Lines about the file, without those about what was not given. */
    lines: problems.filter((line) => !line.includes('not given: ')),
    unreadable,
    /** What was written beside the file and is still there. */
    left: readdirSync(root),
  };
}
