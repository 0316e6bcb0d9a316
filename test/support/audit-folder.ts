import { auditCase, type CaseOptions, type FolderAudit } from '../../shared/audit/audit-folder.ts';
import { openCases } from '../../shared/casefolder/index.ts';

export interface FolderOptions extends CaseOptions {
  readonly directory: string;
}

/** Audits the one case that a path means. */
export async function auditFolder(options: FolderOptions): Promise<FolderAudit> {
  const cases = await openCases([options.directory]);
  try {
    const [set, ...others] = cases.sets;
    if (set === undefined || others.length > 0)
      throw new Error(`${options.directory} holds ${cases.sets.length} cases`);
    return await auditCase(await cases.open(set), options);
  } finally {
    cases.close();
  }
}
